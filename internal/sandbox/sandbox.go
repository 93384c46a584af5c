// Package sandbox keeps the three customer-service APIs in memory: Thulium chats, Jelou external support and chatbot
// threads. It answers as their documentation says, keeps state, logs every request, and can be told to answer in each
// way the documentation leaves open (Knobs) and to fail in each way a network or a service fails (Fault).
//
// It is written from the vendors' pages and shares no type with the clients, so that a wrong belief about a service is
// not on both sides of a test.
package sandbox

import (
	"net/http"
	"strings"
	"sync"
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
	onRequest func(Request)
	services  []*service
	control   http.Handler
	closing   chan struct{}
	closeOnce sync.Once

	mu       sync.Mutex // guards all below
	knobs    Knobs
	faults   []*armedFault
	faultID  int
	held     *hold // nil: no call is
	requests requestLog
	recent   map[string][]time.Time // per service: requests of the last minute, for its rate limit
	chats    chatBook
	jelou    jelouBook
	threads  map[threadKey]*thread

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
		onRequest: o.OnRequest,
		closing:   make(chan struct{}),
		knobs:     DefaultKnobs(),
		recent:    map[string][]time.Time{},
		chats:     newChatBook(),
		jelou:     newJelouBook(),
		threads:   map[threadKey]*thread{},
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

// ServeHTTP answers a call of one of the services, the control interface, or the page that explains them.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := r.URL.EscapedPath()
	for _, svc := range s.services {
		for _, mount := range svc.mounts {
			if rest, ok := strings.CutPrefix(path, mount); ok && (rest == "" || rest[0] == '/') {
				s.serve(w, r, svc, rest)
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
	s.knobs = knobs
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

// overLimit counts a request of service that arrived at now and says how long a refused one has to wait. A refused
// request does not count against the limit.
func (s *Sandbox) overLimit(service string, perMinute int, now time.Time) (wait time.Duration, over bool) {
	if perMinute <= 0 {
		return 0, false
	}
	recent := s.recent[service]
	for len(recent) > 0 && now.Sub(recent[0]) >= time.Minute {
		recent = recent[1:]
	}
	if over = len(recent) >= perMinute; over {
		wait = time.Minute - now.Sub(recent[len(recent)-perMinute])
	} else {
		recent = append(recent, now)
	}
	s.recent[service] = recent
	return wait, over
}
