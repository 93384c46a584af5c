package main

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/conversation-tools/terraform-provider-conversation/internal/terraform"
)

// plugin compares start and size with those of an empty provider. A start takes a few hundredths of a second: ten a run. It
// is measured without the CLI, whose own start would hide it.
func (b *bench) plugin(ctx context.Context) ([]row, error) {
	start := row{what: "plug-in start to its first schema / empty provider", unit: "ms", goal: 1.1}
	size := row{what: "binary, stripped / empty provider", unit: "MB", goal: 1.15}
	for range 10 * b.runs {
		for binary, into := range map[string]*[]float64{b.ours.Binary: &start.ours, b.empty: &start.against} { // in any order
			took, err := firstSchema(ctx, binary)
			if err != nil {
				return nil, err
			}
			*into = append(*into, took.Seconds()*1000)
		}
	}
	for binary, into := range map[string]*[]float64{b.ours.Binary: &size.ours, b.empty: &size.against} {
		info, err := os.Stat(binary)
		if err != nil {
			return nil, err
		}
		*into = []float64{float64(info.Size()) / (1 << 20)}
	}
	return []row{start, size}, nil
}

// firstSchema starts the plug-in as Terraform does, but without certificates, asks what it can do, and ends it.
func firstSchema(ctx context.Context, binary string) (time.Duration, error) {
	plugin := exec.CommandContext(ctx, binary)
	plugin.Env = append(terraform.Environment(os.Environ(), nil), "PLUGIN_PROTOCOL_VERSIONS=6",
		"TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2")
	stdout, err := plugin.StdoutPipe()
	if err != nil {
		return 0, err
	}
	started := time.Now()
	if err := plugin.Start(); err != nil {
		return 0, err
	}
	defer func() {
		_ = plugin.Process.Kill() // it holds nothing
		_ = plugin.Wait()
	}()
	line, err := bufio.NewReader(stdout).ReadString('\n') // 1|6|unix|<socket>|grpc|
	if err != nil {
		return 0, err
	}
	socket := strings.Split(line, "|")[3]
	defer os.Remove(socket) //nolint:errcheck // the killed plug-in leaves it behind
	connection, err := grpc.NewClient("unix://"+socket, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return 0, err
	}
	defer connection.Close() //nolint:errcheck // it is closed by the killed plug-in, too
	// An empty message is what the call is sent, and takes any answer, as fields that it does not know.
	err = connection.Invoke(ctx, "/tfplugin6.Provider/GetProviderSchema", &emptypb.Empty{}, &emptypb.Empty{})
	return time.Since(started), err
}
