package sandbox

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// The log's limits bound the memory of a sandbox that runs for weeks. The oldest quarter makes room.
const (
	requestLogLimit = 10_000
	requestLogBytes = 64 << 20
)

// Request is one call of a service as it arrived, and what became of it. It holds no secret: credentials are left out
// of Header, and Account is a name.
type Request struct {
	Number        int         `json:"number"` // counts from 1 over the sandbox's life
	Time          time.Time   `json:"time"`
	Service       string      `json:"service"` // "thulium", "jelou", "chatbot"
	Call          string      `json:"call"`    // "thulium.start", …, or "<service>.unknown"
	Method        string      `json:"method"`
	Path          string      `json:"path"` // escaped, as sent, without the mount's prefix
	Query         url.Values  `json:"query"`
	Header        http.Header `json:"header"`
	Body          string      `json:"body"`
	ContentLength int64       `json:"content_length"`   // -1: not said
	Connection    string      `json:"connection"`       // the client's address: one value per connection
	Account       string      `json:"account"`          // whose valid credential it came with; "" if none
	AuthScheme    string      `json:"auth_scheme"`      // "Basic", "x-api-key", "Bearer", "Basic+x-api-key" or ""
	Status        int         `json:"status"`           // 0: none was sent
	Acted         bool        `json:"acted"`            // state was changed; for a read: it was really answered
	Fault         string      `json:"fault"`            // kind of the fault that hit it
	Queue         int64       `json:"queue,omitempty"`  // Thulium's queue that it is about; 0: none, or unknown
	Bot           string      `json:"bot,omitempty"`    // Jelou's bot that it is about
	Thread        string      `json:"thread,omitempty"` // the chatbot's thread that it is about
	Cut           int         `json:"cut,omitempty"`    // so many requests before this one are no longer kept
}

// requestLog keeps requests in order of arrival. Its counts are of all requests since it was emptied, kept or not.
type requestLog struct {
	entries []*Request
	sizes   []int // of the entries, in bytes
	size    int   // their sum
	last    int   // number of the last one
	first   int   // number of the first one since the log was emptied
	counts  map[string]int
	hits    map[string]int // by kind of fault
}

func newRequestLog() requestLog {
	return requestLog{first: 1, counts: map[string]int{}, hits: map[string]int{}}
}

// add logs a request as it arrives. Its outcome is filled in later, in place.
func (l *requestLog) add(r *http.Request, x *exchange, call, path string) *Request {
	l.last++
	header := r.Header.Clone()
	for _, secret := range []string{"Authorization", "X-Api-Key", "Proxy-Authorization", "Cookie"} {
		header.Del(secret)
	}
	entry := &Request{
		Number: l.last, Time: x.now, Service: x.service.name, Call: call, Method: r.Method, Path: path, Query: x.query,
		Header: header, Body: string(x.body), ContentLength: r.ContentLength, Connection: r.RemoteAddr,
		AuthScheme: authScheme(r.Header),
	}
	l.counts[call]++
	size := entry.size()
	l.entries, l.sizes, l.size = append(l.entries, entry), append(l.sizes, size), l.size+size
	if len(l.entries) > requestLogLimit || l.size > requestLogBytes {
		l.cut()
	}
	return entry
}

// size is about what an entry takes in memory.
func (r *Request) size() int {
	size := 1024 + len(r.Path) + len(r.Body)
	for _, fields := range []map[string][]string{r.Query, r.Header} {
		for name, values := range fields {
			size += 64 + len(name)
			for _, value := range values {
				size += 32 + len(value)
			}
		}
	}
	return size
}

// cut drops the oldest quarter, and more while the rest is too large.
func (l *requestLog) cut() {
	n := 0
	for n < len(l.entries)-1 && (n < requestLogLimit/4 && len(l.entries)-n > requestLogLimit*3/4 || l.size > requestLogBytes*3/4) {
		l.size -= l.sizes[n]
		n++
	}
	l.entries, l.sizes = slices.Clone(l.entries[n:]), slices.Clone(l.sizes[n:]) // a copy lets go of the dropped ones
}

// copies returns the entries that keep wants, the first with how many before it are gone.
func (l *requestLog) copies(keep func(*Request) bool) []Request {
	list := []Request{}
	for _, r := range l.entries {
		if keep(r) {
			list = append(list, *r)
		}
	}
	if len(list) > 0 && len(l.entries) > 0 {
		list[0].Cut = l.entries[0].Number - l.first
	}
	return list
}

// authScheme names the ways of authentication that a request uses, never their values.
func authScheme(h http.Header) string {
	var schemes []string
	// Only known names: whatever else stands there may be a secret sent without its scheme.
	scheme, _, _ := strings.Cut(h.Get("Authorization"), " ")
	for _, known := range []string{"Basic", "Bearer"} {
		if strings.EqualFold(scheme, known) {
			schemes = append(schemes, known)
		}
	}
	if h.Get("X-Api-Key") != "" {
		schemes = append(schemes, "x-api-key")
	}
	return strings.Join(schemes, "+")
}

// Requests returns the log of service calls in order of arrival, those hit by a fault included. It has the last 10,000 at
// most, and fewer where they take more than 64 MiB: Cut of the first says how many are no longer kept.
func (s *Sandbox) Requests() []Request {
	return s.requestsOf("*")
}

func (s *Sandbox) requestsOf(call string) []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests.copies(func(r *Request) bool { return matchesCall(call, r.Call) })
}

// Count returns how many requests since the log was emptied match call: a name such as "thulium.start", or "thulium.*",
// or "*". Requests that are no longer kept count too.
func (s *Sandbox) Count(call string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for name, count := range s.requests.counts {
		if matchesCall(call, name) {
			n += count
		}
	}
	return n
}

// ClearRequests empties the log. Numbers go on.
func (s *Sandbox) ClearRequests() {
	s.mu.Lock()
	defer s.mu.Unlock()
	last := s.requests.last
	s.requests = newRequestLog()
	s.requests.last, s.requests.first = last, last+1
	s.changes.touch(sectionRequests)
}

// FaultHits returns, by kind, how many requests since the log was emptied a fault hit.
func (s *Sandbox) FaultHits() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.requests.hits)
}

func (s *Sandbox) requestCopy(r *Request) Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return *r
}

// matchesCall says whether a pattern (a call, "<service>.*" or "*") covers a call.
func matchesCall(pattern, call string) bool {
	service, all := strings.CutSuffix(pattern, "*")
	return pattern == call || all && strings.HasPrefix(call, service)
}
