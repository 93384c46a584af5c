package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"syscall"
	"time"
)

const (
	sandboxReadyWithin = 10 * time.Second
	sandboxStopWithin  = 10 * time.Second
)

// sandbox is the process that stands for the three services.
type sandbox struct {
	cmd    *exec.Cmd
	url    string
	env    map[string]string // what points the provider at it
	stderr bytes.Buffer
}

// seen is what the sandbox holds at the end of a run: the requests that reached it, and the conversations.
type seen struct {
	requests []request
	chats    []chat
	jelou    []jelouConversation
}

// request is an entry of the sandbox's log.
type request struct {
	Number  int        `json:"number"`
	Call    string     `json:"call"`
	Method  string     `json:"method"`
	Path    string     `json:"path"`
	Query   url.Values `json:"query"`
	Status  int        `json:"status"`
	Acted   bool       `json:"acted"`
	Account string     `json:"account"`
	Bot     string     `json:"bot"`    // that a call to Jelou is about
	Thread  string     `json:"thread"` // that a call to the chatbot is about
}

// chat is a Thulium chat.
type chat struct {
	ID      string `json:"id"`
	Status  string `json:"status"`
	Account string `json:"account"` // who started it; empty if nobody did through the API
}

// jelouConversation is a conversation of a Jelou bot.
type jelouConversation struct {
	ID    string     `json:"id"`
	EndAt *time.Time `json:"end_at"` // nil: it is still open
}

// startSandbox starts the command on a free port and waits for its line that says where it is.
func startSandbox(ctx context.Context, binary string) (*sandbox, error) {
	// It outlives an interrupt, in a process group of its own too: a CLI that is ending still needs its answers.
	s := &sandbox{cmd: exec.CommandContext(context.WithoutCancel(ctx), binary, "-listen", "127.0.0.1:0", "-format", "json", "-quiet")}
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	s.cmd.Stderr = &s.stderr
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	if err := s.awaitReady(stdout); err != nil {
		s.stop()
		return nil, fmt.Errorf("the sandbox did not start: %w\n%s", err, s.stderr.Bytes())
	}
	return s, nil
}

func (s *sandbox) awaitReady(stdout io.Reader) error {
	line := make(chan []byte, 1)
	go func() {
		text, _ := bufio.NewReader(stdout).ReadBytes('\n')
		line <- text
	}()
	select {
	case text := <-line:
		return s.ready(text)
	case <-time.After(sandboxReadyWithin):
		return errors.New("no line from it within " + sandboxReadyWithin.String())
	}
}

// ready takes over what the sandbox says of itself.
func (s *sandbox) ready(line []byte) error {
	var said struct {
		Ready bool              `json:"ready"`
		URL   string            `json:"url"`
		Env   map[string]string `json:"env"`
	}
	if err := json.Unmarshal(line, &said); err != nil {
		return fmt.Errorf("unexpected line %q: %w", line, err)
	}
	if !said.Ready || said.URL == "" || len(said.Env) == 0 {
		return fmt.Errorf("unexpected line %q", line)
	}
	s.url, s.env = said.URL, said.Env
	return nil
}

// stop ends the process, by force if it does not listen.
func (s *sandbox) stop() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	force := time.AfterFunc(sandboxStopWithin, func() { _ = s.cmd.Process.Kill() })
	defer force.Stop()
	_ = s.cmd.Wait()
}

func (s *sandbox) requests(ctx context.Context) (list []request, err error) {
	err = s.get(ctx, "/sandbox/requests", &list)
	return list, err
}

// all asks for everything that the run is judged by.
func (s *sandbox) all(ctx context.Context) (all seen, err error) {
	var jelou struct {
		Conversations []jelouConversation `json:"conversations"`
	}
	if all.requests, err = s.requests(ctx); err != nil {
		return all, err
	}
	if err := s.get(ctx, "/sandbox/conversations", &all.chats); err != nil {
		return all, err
	}
	err = s.get(ctx, "/sandbox/jelou", &jelou)
	all.jelou = jelou.Conversations
	return all, err
}

func (s *sandbox) get(ctx context.Context, path string, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+path, http.NoBody)
	if err != nil {
		return err
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck // it has been read
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s", path, resp.Status)
	}
	return json.NewDecoder(resp.Body).Decode(into)
}
