//go:build unix

package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// Variables that make this test play the processes of a run.
const (
	roleVariable    = "MAIN_TEST_ROLE"
	addressVariable = "MAIN_TEST_ADDRESS"
)

func TestMain(m *testing.M) {
	switch os.Getenv(roleVariable) {
	case "terraform":
		playTerraform()
	case "provider":
		playProvider()
	default:
		os.Exit(m.Run())
	}
}

// playTerraform starts a provider, tells its process id and waits to be killed.
func playTerraform() {
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), roleVariable+"=provider")
	child.ExtraFiles = []*os.File{os.NewFile(3, "life")}
	if err := child.Start(); err != nil {
		os.Exit(1)
	}
	_, _ = fmt.Fprintln(os.Stdout, child.Process.Pid)
	select {}
}

// playProvider makes a call that acts and serves for ever.
func playProvider() {
	interrupt, parent := &rest.Interrupt{}, os.Getppid()
	watch(interrupt, func() bool { return isGone(parent) }, 200*time.Millisecond)
	client := rest.New(rest.Config{
		BaseURL: os.Getenv(addressVariable), Authorize: func(http.Header) {}, Fault: func([]byte) rest.Fault { return rest.Fault{} },
		Policy: rest.Policy{Timeout: time.Minute}, Transport: &http.Transport{}, Interrupt: interrupt,
	})
	_, _ = client.Do(context.Background(), rest.Call{Method: http.MethodPost})
	select {}
}

// play is a run whose processes the test may end.
type play struct {
	terraform *exec.Cmd
	provider  int           // process id
	ended     chan struct{} // closed once both have
}

func begin(t *testing.T, address string) *play {
	t.Helper()
	read, write, err := os.Pipe() // both processes hold its one end
	if err != nil {
		t.Fatal(err)
	}
	p := &play{terraform: exec.CommandContext(t.Context(), os.Args[0]), ended: make(chan struct{})}
	p.terraform.Env = append(os.Environ(), roleVariable+"=terraform", addressVariable+"="+address)
	p.terraform.ExtraFiles = []*os.File{write}
	stdout, err := p.terraform.StdoutPipe()
	if err == nil {
		err = p.terraform.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	_ = write.Close()
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err == nil {
		p.provider, err = strconv.Atoi(strings.TrimSpace(line))
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Kill(p.provider, syscall.SIGKILL) })
	go func() {
		_, _ = io.Copy(io.Discard, read)
		close(p.ended)
	}()
	return p
}

func (p *play) killTerraform() {
	_ = p.terraform.Process.Kill()
	_ = p.terraform.Wait()
}

// wait reports whether both processes have ended within so long.
func (p *play) wait(within time.Duration) bool {
	select {
	case <-p.ended:
		return true
	case <-time.After(within):
		return false
	}
}

// Long enough for what should happen, and for what should not to show.
const (
	atMost  = 20 * time.Second
	aMoment = 500 * time.Millisecond
)

func TestAProviderServesUntilTerraformIsGone(t *testing.T) {
	t.Parallel()
	for name, signals := range map[string][]syscall.Signal{
		"without a signal": nil, "at SIGTERM": {syscall.SIGTERM}, "at SIGINT": {syscall.SIGINT},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			asked, answer := make(chan bool), make(chan bool)
			server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
				asked <- true
				<-answer
			}))
			t.Cleanup(server.Close)
			p := begin(t, server.URL)
			<-asked
			signal := func() {
				for _, signal := range signals {
					if err := syscall.Kill(p.provider, signal); err != nil {
						t.Error(err)
					}
				}
			}
			signal()
			if p.wait(aMoment) {
				t.Error("a signal has ended it")
			}
			p.killTerraform()
			signal()
			if p.wait(aMoment) {
				t.Error("it has not waited for the answer to a call that acts")
			}
			close(answer)
			if !p.wait(atMost) {
				t.Error("it has not ended")
			}
		})
	}
}
