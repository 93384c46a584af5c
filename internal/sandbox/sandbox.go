// Package sandbox keeps the three customer-service APIs in memory: Thulium chats, Jelou external support and chatbot
// threads. It answers as their documentation says, keeps state, logs every request, and can be told to answer in each
// way the documentation leaves open (Knobs) and to fail in each way a network or a service fails (Fault). It is served
// over a socket (Sandbox is an http.Handler) or without one (Transport).
//
// It is written from the vendors' pages and shares no type with the clients, so that a wrong belief about a service is
// not on both sides of a test.
package sandbox

import (
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Paths below the server's root. The first three are what a user's base_url has after the origin.
const (
	ThuliumPath = "/thulium/api"
	JelouPath   = "/jelou/jelouapi/v1"
	ChatbotPath = "/chatbot/api/v0"
	ControlPath = "/sandbox"

	// JelouPlatformPath is the second base path that Jelou's documentation shows for the same calls.
	JelouPlatformPath = "/jelou/platform/v1"
)

// Options are what a sandbox is made of. The zero value is complete.
type Options struct {
	Clock     func() time.Time // nil: time.Now
	Location  *time.Location   // zone of Thulium's zoneless times; nil: Europe/Warsaw, or UTC where that is not installed
	Thulium   []ThuliumAccount // nil: DefaultThuliumAccounts
	Jelou     []JelouProject   // nil: DefaultJelouProjects
	Chatbot   []string         // bearer tokens; nil: ChatbotToken alone
	Empty     bool             // start without the seeded threads
	Hosts     []string         // names that Host may have besides loopback, without port, or LocalHosts; nil: any
	OnRequest func(Request)    // called after each service request has ended, by the goroutine that served it
}

// ThuliumAccount is an API user. Denied lists the calls it lacks, such as "thulium.list".
type ThuliumAccount struct {
	Username, Password string
	Denied             []string
}

// JelouProject is a project with both of its credentials, its bots, and the webhook its events are posted to, if any.
type JelouProject struct {
	ID, APIKey, ClientID, ClientSecret string
	Bots                               []string
	WebhookURL, WebhookSecret          string
}

// Sandbox is an http.Handler to be mounted at the root of a server. All its methods may be called at any time.
type Sandbox struct {
	clock     func() time.Time
	location  *time.Location
	accounts  []ThuliumAccount
	projects  []JelouProject
	tokens    []string
	hosts     []string
	onRequest func(Request)
	services  []*service
	control   http.Handler
	closing   chan struct{}
	closeOnce sync.Once
	memory    atomic.Int64 // connections without a socket so far

	mu       sync.Mutex // guards all below
	knobs    Knobs
	faults   []*armedFault
	faultID  int
	held     *hold // nil: no call is
	requests requestLog
	recent   map[string][]time.Time // per service: requests of the last minute, for its rate limit
	chats    chatBook
	jelou    jelouBook
	threads  threadBook
	events   eventLog
	changes  feed

	deliveries int        // webhook deliveries under way
	delivered  *sync.Cond // signalled when deliveries falls
}

// New returns a sandbox in its initial state: default knobs, no faults, and the seeds unless o.Empty.
func New(o Options) *Sandbox {
	s := &Sandbox{
		clock:     o.Clock,
		location:  o.Location,
		accounts:  o.Thulium,
		projects:  o.Jelou,
		tokens:    o.Chatbot,
		hosts:     o.Hosts,
		onRequest: o.OnRequest,
		closing:   make(chan struct{}),
		knobs:     DefaultKnobs(),
		requests:  newRequestLog(),
		recent:    map[string][]time.Time{},
		chats:     newChatBook(),
		jelou:     newJelouBook(),
		threads:   newThreadBook(),
		changes:   newFeed(),
	}
	s.delivered = sync.NewCond(&s.mu)
	if s.clock == nil {
		s.clock = time.Now
	}
	if s.location == nil {
		s.location = time.UTC
		if warsaw, err := time.LoadLocation("Europe/Warsaw"); err == nil {
			s.location = warsaw
		}
	}
	if s.accounts == nil {
		s.accounts = DefaultThuliumAccounts()
	}
	if s.projects == nil {
		s.projects = DefaultJelouProjects()
	}
	if s.tokens == nil {
		s.tokens = []string{ChatbotToken}
	}
	if !o.Empty {
		s.seed()
	}
	s.services = []*service{s.thuliumService(), s.jelouService(), s.chatbotService()}
	s.control = s.controlHandler()
	return s
}

// ServeHTTP answers a call of one of the services, the control interface, or the page that shows them. It refuses what a
// web page of somebody else has the browser send.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if status, why := s.guard(r); status != 0 {
		writeJSON(w, status, controlError("%s", why))
		return
	}
	path := r.URL.EscapedPath()
	for _, svc := range s.services {
		for _, mount := range svc.mounts {
			if rest, ok := strings.CutPrefix(path, mount); ok && (rest == "" || rest[0] == '/') {
				s.serve(w, r, svc, mount, rest)
				return
			}
		}
	}
	s.control.ServeHTTP(w, r)
}

// Set changes the knobs in one step. It panics on a value that a knob does not have: a misspelt one would otherwise
// make a test pass for nothing. change must not call the sandbox.
func (s *Sandbox) Set(change func(*Knobs)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	knobs := s.knobs.clone()
	change(&knobs)
	if err := knobs.check(); err != nil {
		panic("sandbox: " + err.Error())
	}
	s.setKnobs(knobs)
}

// setKnobs puts checked knobs in place. The lock is held.
func (s *Sandbox) setKnobs(knobs Knobs) {
	s.knobs = knobs
	s.changes.touch(sectionKnobs, sectionThulium, sectionJelou, sectionChatbot)
}

// Knobs returns the knobs as they are set.
func (s *Sandbox) Knobs() Knobs {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.knobs.clone()
}

// Drain returns when no webhook delivery is under way.
func (s *Sandbox) Drain() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.deliveries > 0 {
		s.delivered.Wait()
	}
}

// Close ends every wait (latency, slow and silent answers), so that a server can shut down, and drains the webhooks.
// Calls are still answered afterwards, without waits.
func (s *Sandbox) Close() {
	s.closeOnce.Do(func() { close(s.closing) })
	s.Drain()
}

// now is the service's time, to the millisecond that Thulium keeps.
func (s *Sandbox) now() time.Time {
	return s.clock().Truncate(time.Millisecond)
}
