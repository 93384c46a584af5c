package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

const (
	stopWithin  = 5 * time.Second // for the calls that are being answered
	checkWithin = 3 * time.Second
)

// serve runs the sandbox until ctx ends or a signal asks it to.
func serve(ctx context.Context, o options, stdout io.Writer, logger *log.Logger) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	s, err := launch(ctx, o, logger)
	if err != nil {
		return err
	}
	if err := announce(stdout, o.format, s.origin); err != nil {
		return errors.Join(err, s.end(ctx))
	}
	select {
	case err = <-s.broken: // the state is saved all the same
	case <-ctx.Done():
		stop() // a second signal ends the program at once
	}
	return errors.Join(err, s.end(ctx))
}

// served is a sandbox that listens.
type served struct {
	box    *sandbox.Sandbox
	server *http.Server
	origin string
	broken chan error // the listener's error, if it fails
	state  *stateFile
}

// launch makes the sandbox that the command line describes and has it listen.
func launch(ctx context.Context, o options, logger *log.Logger) (_ *served, err error) {
	state, err := openState(o.state)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			state.close()
		}
	}()
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", o.listen)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%w: another program has this port, perhaps a sandbox; stop it, or take a free port with -listen %s", err, freePort)
	}
	if err != nil {
		return nil, err
	}
	box, err := build(o, state, listener.Addr(), logger)
	if err != nil {
		_ = listener.Close()
		return nil, err
	}
	s := &served{
		box: box, origin: "http://" + reachable(listener.Addr()), broken: make(chan error, 1), state: state,
		server: &http.Server{Handler: box, ReadHeaderTimeout: 10 * time.Second, ErrorLog: logger},
	}
	go func() {
		if err := s.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.broken <- err
		}
	}()
	return s, nil
}

// end lets calls and webhooks finish and saves the state.
func (s *served) end(ctx context.Context) error {
	s.box.Close() // ends slow and silent answers, and pages that watch
	within, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	if s.server.Shutdown(within) != nil {
		_ = s.server.Close()
	}
	s.box.Drain()
	defer s.state.close()
	return s.state.save(s.box)
}

// build makes the sandbox that the command line describes.
func build(o options, state *stateFile, address net.Addr, logger *log.Logger) (*sandbox.Sandbox, error) {
	settings := sandbox.Options{Hosts: hosts(o, address)}
	if !o.quiet {
		settings.OnRequest = func(r sandbox.Request) { logger.Print(r.Line()) }
	}
	settings.Jelou = sandbox.DefaultJelouProjects()
	settings.Jelou[0].WebhookURL = o.webhook
	box := sandbox.New(settings)
	if err := state.load(box); err != nil {
		return nil, err
	}
	if o.latency < 0 {
		return nil, usageError{fmt.Errorf("-latency %s is below 0", o.latency)}
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

// hosts are the names that the sandbox may be called by, besides loopback: its address, and where it listens on all of
// them, every name of a local network.
func hosts(o options, address net.Addr) []string {
	names := []string{}
	for _, name := range o.hosts {
		names = append(names, strings.ToLower(strings.Trim(name, "[]")))
	}
	if host, _, err := net.SplitHostPort(o.listen); err == nil && host != "" {
		names = append(names, strings.ToLower(host))
	}
	if tcp, ok := address.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		names = append(names, sandbox.LocalHosts)
	}
	return names
}

// announce says where the sandbox is: as lines for eval, or as one line of JSON for a program. Nothing is printed after
// that, so stdout is closed: a shell that reads it goes on.
func announce(stdout io.Writer, format, origin string) error {
	text := new(strings.Builder)
	if format == "json" {
		env := maps.Collect(sandbox.Environment(origin))
		said := map[string]any{"ready": true, "address": strings.TrimPrefix(origin, "http://"), "url": origin, "pid": os.Getpid(), "env": env}
		if err := json.NewEncoder(text).Encode(said); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(text, "# conversation-sandbox %s: %s shows what happens; kill %d stops it\n", version, origin, os.Getpid())
		for name, value := range sandbox.Environment(origin) {
			fmt.Fprintf(text, "export %s=%s\n", name, value)
		}
		fmt.Fprintf(text, "export %s=%s\nexport %s=%d\n", urlVariable, origin, pidVariable, os.Getpid())
	}
	_, err := io.WriteString(stdout, text.String()) // at once: whoever wants only the first lines does not break the rest
	if pipe, ok := stdout.(io.Closer); ok && err == nil {
		_ = pipe.Close()
	}
	return err
}

// Variables that say where the sandbox is and how to stop it. The provider does not read them.
const (
	urlVariable = "CONVERSATION_SANDBOX_URL"
	pidVariable = "CONVERSATION_SANDBOX_PID"
)

// reachable is the address for a client on the same host: nobody can call 0.0.0.0.
func reachable(address net.Addr) string {
	if tcp, ok := address.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return fmt.Sprintf("127.0.0.1:%d", tcp.Port)
	}
	return address.String()
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
