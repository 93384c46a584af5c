// Command conversation-sandbox serves three customer-service APIs from memory, so that a configuration can be tried and
// tested without an account anywhere. It prints the environment that points the provider at it.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log"
	"maps"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
	_ "time/tzdata" // Thulium's times are in Warsaw's zone, also in an image that has no zones

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// version is set by the linker.
var version = "dev"

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

const (
	defaultListen = "127.0.0.1:8420"
	stopWithin    = 5 * time.Second // for the calls that are being answered
	checkWithin   = 3 * time.Second
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// options are the command line.
type options struct {
	listen, state, format, webhook, check string
	latency                               time.Duration
	faults                                []string
	quiet, version                        bool
}

// parse reads the command line. It writes the usage, if asked for, to stdout and returns flag.ErrHelp.
func parse(args []string, stdout io.Writer) (o options, err error) {
	flags := flag.NewFlagSet("conversation-sandbox", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // an error is one line, and run writes it
	flags.StringVar(&o.listen, "listen", defaultListen, "`address` to listen on; port 0 picks a free one")
	flags.StringVar(&o.state, "state", "", "`file` that the state is loaded from, if it exists, and saved to at the end")
	flags.DurationVar(&o.latency, "latency", 0, "every call takes so long")
	flags.Func("fault", "`JSON` of a fault, such as {\"call\":\"thulium.start\",\"kind\":\"reset_after\",\"times\":1}; repeatable",
		func(text string) error { o.faults = append(o.faults, text); return nil })
	flags.StringVar(&o.format, "format", "text", "`form` of the lines at the start: text, json")
	flags.StringVar(&o.webhook, "webhook", "", "`URL` that Jelou's events are posted to, signed with "+sandbox.JelouWebhookSecret)
	flags.BoolVar(&o.quiet, "quiet", false, "do not log requests to stderr")
	flags.StringVar(&o.check, "check", "", "ask the sandbox at `URL` how it is, and exit with 0 if it is well")
	flags.BoolVar(&o.version, "version", false, "print the version")
	switch err = flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		flags.SetOutput(stdout)
		_, _ = fmt.Fprintln(stdout, "Usage: conversation-sandbox [flags]")
		flags.PrintDefaults()
		return o, err
	case err != nil:
		return o, err
	case flags.NArg() > 0:
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case o.format != "text" && o.format != "json":
		return o, fmt.Errorf("-format %q is neither text nor json", o.format)
	}
	return o, nil
}

// run is the command. It serves until ctx ends and returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	logger := log.New(stderr, "conversation-sandbox: ", 0) // one writer for all goroutines
	o, err := parse(args, stdout)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		logger.Printf("%v (see -help)", err)
		return exitUsage
	case o.version:
		_, _ = fmt.Fprintln(stdout, "conversation-sandbox "+version)
		return exitOK
	case o.check != "":
		err = check(ctx, o.check)
	default:
		err = serve(ctx, o, stdout, logger)
	}
	var usage usageError
	switch {
	case errors.As(err, &usage):
		logger.Printf("%v (see -help)", err)
		return exitUsage
	case err != nil:
		logger.Print(err)
		return exitFailed
	}
	return exitOK
}

// usageError is a mistake on the command line that only the sandbox can see.
type usageError struct{ error }

// serve runs the sandbox until ctx ends, then lets calls and webhooks finish and saves the state.
func serve(ctx context.Context, o options, stdout io.Writer, logger *log.Logger) error {
	box, err := build(o, logger)
	if err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", o.listen)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: box, ReadHeaderTimeout: 10 * time.Second, ErrorLog: logger}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	if err := announce(stdout, o.format, listener.Addr()); err != nil {
		_ = server.Close()
		return err
	}
	select {
	case err = <-served: // the listener broke: the state is saved all the same
	case <-ctx.Done():
		box.Close() // ends slow and silent answers
		within, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
		defer cancel()
		if server.Shutdown(within) != nil {
			_ = server.Close()
		}
		box.Drain()
	}
	return errors.Join(err, save(box, o.state))
}

// build makes the sandbox that the command line describes.
func build(o options, logger *log.Logger) (*sandbox.Sandbox, error) {
	var settings sandbox.Options
	if !o.quiet {
		settings.OnRequest = func(r sandbox.Request) { logger.Print(r.Line()) }
	}
	settings.Jelou = sandbox.DefaultJelouProjects()
	settings.Jelou[0].WebhookURL = o.webhook
	box := sandbox.New(settings)
	if err := load(box, o.state); err != nil {
		return nil, fmt.Errorf("state file %s: %w", o.state, err)
	}
	if o.latency > 0 {
		box.Set(func(k *sandbox.Knobs) { k.Latency = sandbox.Duration(o.latency) })
	}
	for _, text := range o.faults {
		fault, err := box.ParseFault([]byte(text))
		if err != nil {
			return nil, usageError{fmt.Errorf("-fault %s: %w", text, err)}
		}
		box.AddFault(fault)
	}
	return box, nil
}

// announce says where the sandbox is: as lines for eval, or as one line of JSON for a program.
func announce(stdout io.Writer, format string, address net.Addr) error {
	origin := "http://" + reachable(address)
	if format == "json" {
		env := maps.Collect(sandbox.Environment(origin))
		return json.NewEncoder(stdout).Encode(map[string]any{"ready": true, "address": address.String(), "url": origin, "env": env})
	}
	lines := fmt.Sprintf("# conversation-sandbox %s: %s explains itself\n", version, origin)
	for name, value := range sandbox.Environment(origin) {
		lines += fmt.Sprintf("export %s=%s\n", name, value)
	}
	_, err := io.WriteString(stdout, lines)
	return err
}

// reachable is the address for a client on the same host: nobody can call 0.0.0.0.
func reachable(address net.Addr) string {
	if tcp, ok := address.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return fmt.Sprintf("127.0.0.1:%d", tcp.Port)
	}
	return address.String()
}

// load reads the state, if there is one yet. A folder that does not exist is better found now than when all is to be saved.
func load(box *sandbox.Sandbox, path string) error {
	if path == "" {
		return nil
	}
	data, err := os.ReadFile(path) //nolint:gosec // the file that the user names
	if errors.Is(err, fs.ErrNotExist) {
		_, err = os.Stat(filepath.Dir(path))
		return err
	}
	if err != nil {
		return err
	}
	return box.LoadState(data)
}

// save writes the state so that the file is at any time the old one or the new one, never a part.
func save(box *sandbox.Sandbox, path string) error {
	if path == "" {
		return nil
	}
	data, err := box.SaveState()
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = file.Write(append(data, '\n'))
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		_ = os.Remove(file.Name())
	}
	return err
}

// check asks a running sandbox for its health: an image without a shell can be checked by its own command.
func check(ctx context.Context, origin string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(origin, "/")+sandbox.ControlPath+"/health", nil)
	if err != nil {
		return err
	}
	client := &http.Client{Timeout: checkWithin, Transport: &http.Transport{}} // without a proxy: it is close by
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %s", origin, response.Status)
	}
	return nil
}
