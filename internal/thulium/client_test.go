package thulium

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// system is a Thulium system in memory. Its clock is that of the bubble.
type system struct {
	*sandbox.Sandbox

	transport http.RoundTripper
	mu        sync.Mutex
	listings  int
	after     func(n int) // is told after the n-th page of a listing, from 1, before it is read
}

// warsaw is the zone of the system.
var warsaw = mustLoad("Europe/Warsaw")

func mustLoad(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return zone
}

// newSystem returns a system with n open chats of queue 3, chat-0 the newest, ten
// seconds apart.
func newSystem(n int, knobs ...func(*sandbox.Knobs)) *system {
	s := &system{Sandbox: sandbox.New(sandbox.Options{Empty: true, Location: warsaw})}
	s.transport = s.Transport()
	for _, set := range knobs {
		s.Set(set)
	}
	for i := range n {
		s.open(fmt.Sprintf("chat-%d", i), time.Duration(-i)*10*time.Second)
	}
	return s
}

// open files a chat of queue 3 that began so long after now.
func (s *system) open(id string, after time.Duration, with ...func(*sandbox.Conversation)) {
	chat := sandbox.Conversation{ID: id, QueueID: 3, CreatedAt: time.Now().Add(after)}
	for _, change := range with {
		change(&chat)
	}
	s.AddConversation(chat)
}

func closed(c *sandbox.Conversation) { c.Status = StatusClosed }

func email(address string) func(*sandbox.Conversation) {
	return func(c *sandbox.Conversation) { c.ClientEmail = address }
}

// fails makes a call fail with a status.
func (s *system) fails(call string, status int) {
	if status == 0 {
		s.AddFault(sandbox.Fault{Call: call, Kind: sandbox.FaultResetAfter})
		return
	}
	s.AddFault(sandbox.Fault{Call: call, Kind: sandbox.FaultStatus, Status: status})
}

// answers makes a call be answered with a body.
func (s *system) answers(call, body string) {
	if body == "" {
		s.AddFault(sandbox.Fault{Call: call, Kind: sandbox.FaultEmpty})
		return
	}
	s.AddFault(sandbox.Fault{Call: call, Kind: sandbox.FaultStatus, Status: http.StatusOK, Body: body})
}

func (s *system) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := s.transport.RoundTrip(r)
	if r.Method == http.MethodGet && s.after != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.listings++
		s.after(s.listings)
	}
	return response, err
}

// client returns a client of the system that makes one attempt and does not know
// the system's zone.
func (s *system) client(changes ...func(*rest.Config)) *Client { return s.zonedClient(nil, changes...) }

func (s *system) zonedClient(zone *time.Location, changes ...func(*rest.Config)) *Client {
	config := rest.Config{
		BaseURL:   "https://acme.example" + sandbox.ThuliumPath,
		UserAgent: "agent/1",
		Policy:    rest.Policy{Timeout: 5 * time.Second, WaitMin: time.Second, WaitMax: time.Second},
		Transport: s,
	}
	for _, change := range changes {
		change(&config)
	}
	account := sandbox.DefaultThuliumAccounts()[0]
	return New(config, account.Username, account.Password, zone)
}

// pages returns the queries of the listing, as "offset" or all of them.
func (s *system) pages() []url.Values {
	var out []url.Values
	for _, request := range s.Requests() {
		if request.Method == http.MethodGet {
			out = append(out, request.Query)
		}
	}
	return out
}

// offsets returns where the pages of the listing began.
func (s *system) offsets() string {
	var out []string
	for _, query := range s.pages() {
		out = append(out, query.Get("offset"))
	}
	return strings.Join(out, " ")
}

// queues returns the queues that were asked for.
func (s *system) queues() string {
	var out []string
	for _, query := range s.pages() {
		if queue := query.Get("chat_queue_id"); queue != "" {
			out = append(out, queue)
		} else {
			out = append(out, "all")
		}
	}
	return strings.Join(out, " ")
}

// inBubble runs a subtest whose clock is that of a synctest bubble: it begins on 1
// January 2000.
func inBubble(t *testing.T, name string, test func(t *testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, test)
	})
}

func expect[V comparable](t *testing.T, what string, got, want V) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// ids returns the ids of chats in their order.
func ids(chats []Chat) string {
	var out []string
	for _, chat := range chats {
		out = append(out, text(chat.ID))
	}
	return strings.Join(out, " ")
}

func TestBaseURL(t *testing.T) {
	t.Parallel()
	if got := newSystem(0).client(func(c *rest.Config) { c.BaseURL = "https://acme.example/api/" }).BaseURL(); got != "https://acme.example/api" {
		t.Errorf("got %s", got)
	}
}

func TestCheckID(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"", ".", "..", " a", "a\n", "e\u0301", "a\ufffdb"} {
		if CheckID(id) == nil {
			t.Errorf("%q is accepted", id)
		}
	}
	for _, id := range []string{"6ed7c941-2c8a-411e-95d2-338a9f64800a", "365062948587045457", "\u00e9", "a/b"} {
		if err := CheckID(id); err != nil {
			t.Errorf("%q: %v", id, err)
		}
	}
}
