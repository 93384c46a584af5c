package sandbox

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"text/tabwriter"
	"time"
)

// requestLogLimit bounds the memory of a sandbox that runs for weeks; the oldest quarter then makes room.
const requestLogLimit = 50_000

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
	ContentLength int64       `json:"content_length"` // -1: not said
	Connection    string      `json:"connection"`     // the client's address: one value per connection
	Account       string      `json:"account"`        // whose valid credential it came with; "" if none
	AuthScheme    string      `json:"auth_scheme"`    // "Basic", "x-api-key", "Bearer", "Basic+x-api-key" or ""
	Status        int         `json:"status"`         // 0: none was sent
	Acted         bool        `json:"acted"`          // state was changed; for a read: it was really answered
	Fault         string      `json:"fault"`          // kind of the fault that hit it
}

// requestLog keeps requests in order of arrival.
type requestLog struct {
	entries []*Request
	last    int
}

// add logs a request as it arrives. Its outcome is filled in later, in place.
func (l *requestLog) add(r *http.Request, x *exchange, call, path string) *Request {
	if len(l.entries) >= requestLogLimit {
		l.entries = append([]*Request(nil), l.entries[requestLogLimit/4:]...)
	}
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
	l.entries = append(l.entries, entry)
	return entry
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

// Requests returns the log of service calls in order of arrival, those hit by a fault included.
func (s *Sandbox) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Request, 0, len(s.requests.entries))
	for _, r := range s.requests.entries {
		all = append(all, *r)
	}
	return all
}

// Count returns how many logged requests match call: a name such as "thulium.start", or "thulium.*", or "*".
func (s *Sandbox) Count(call string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, r := range s.requests.entries {
		if matchesCall(call, r.Call) {
			n++
		}
	}
	return n
}

// ClearRequests empties the log. Numbers go on.
func (s *Sandbox) ClearRequests() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests.entries = nil
}

// FaultHits returns, by kind, how many of the logged requests a fault hit.
func (s *Sandbox) FaultHits() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	hits := map[string]int{}
	for _, r := range s.requests.entries {
		if r.Fault != "" {
			hits[r.Fault]++
		}
	}
	return hits
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

// Line is the request in one line for people, without query, body or any secret.
func (r Request) Line() string {
	outcome := fmt.Sprint(r.Status)
	if r.Status == 0 {
		outcome = "no answer"
	}
	line := fmt.Sprintf("%d %s %s %s", r.Number, r.Method, r.Service+r.Path, outcome)
	if r.Fault != "" {
		line += " fault=" + r.Fault
	}
	return line
}

// writeTable writes requests as an aligned table for people.
func writeTable(w io.Writer, requests []Request) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(t, "NO\tTIME\tCALL\tSTATUS\tACTED\tFAULT\tACCOUNT\tMETHOD\tPATH")
	for _, r := range requests {
		_, _ = fmt.Fprintf(t, "%d\t%s\t%s\t%d\t%t\t%s\t%s\t%s\t%s\n", r.Number, r.Time.Format("15:04:05.000"), r.Call,
			r.Status, r.Acted, orDash(r.Fault), orDash(r.Account), r.Method, r.Path)
	}
	return t.Flush()
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
