package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// requestBodyLimit is far above what any call sends; a longer body is refused unread.
const requestBodyLimit = 1 << 20

// service is one of the three APIs: where it is mounted, which calls it has, whom it knows, how it words a refusal.
type service struct {
	name   string
	mounts []string
	calls  []call

	// identify notes in x.log whose credential the request carries, and leaves the account empty if it is nobody's.
	identify func(x *exchange)
	// target notes in x.log which queue, bot or thread the request is about.
	target func(x *exchange)
	// refusal is the service's own error answer for a status, in words of its own where words is not empty.
	refusal func(x *exchange, status int, words string) answer
	// perMinute picks the service's rate limit.
	perMinute func(k *Knobs) int
}

// call is one operation of a service. A {} in path stands for one segment of any value.
type call struct {
	name   string
	method string
	path   string
	limit  int64 // bytes of an answer that a client can be expected to read; FaultTooLarge goes beyond
	serve  func(x *exchange) answer
}

// exchange is one request on its way through the sandbox. Its fields are set before serve is called.
type exchange struct {
	service *service
	mount   string // under which it arrived
	call    *call  // nil: no such call
	ids     []string
	query   url.Values
	header  http.Header
	body    []byte
	now     time.Time
	log     *Request // guarded by Sandbox.mu
	fault   *Fault   // nil: none
	delay   time.Duration
	hold    *hold         // nil: the call is not held
	refused func() answer // set when the request never reaches the call

	account *ThuliumAccount // whose credential it is; nil: nobody's
	project *JelouProject
}

// answer is what a service says, and how much of it the client gets to see.
type answer struct {
	status   int
	header   map[string]string
	body     []byte
	acted    bool
	delivery delivery
	size     int64 // of a flood
	unsized  bool  // a flood has no Content-Length

	wait time.Duration // what has begun takes so long, whoever is still listening
	rest func() answer // the answer after that; nil: this is it
}

// delivery is the way an answer reaches the client, or does not.
type delivery int

const (
	whole  delivery = iota
	half            // a part of it, then the end of the connection
	flood           // far more than any client reads
	reset           // TCP reset instead of an answer
	silent          // nothing, for as long as the client waits
)

// jsonAnswer is v as JSON with status. What is given to it always has a JSON form.
func jsonAnswer(status int, v any) answer {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return answer{status: status, body: body, header: map[string]string{"Content-Type": "application/json; charset=utf-8"}}
}

// serve takes one request of svc through its steps. The wait lies between arrival and action, and the lock is free then.
func (s *Sandbox) serve(w http.ResponseWriter, r *http.Request, svc *service, mount, path string) {
	x := s.receive(w, r, svc, mount, path)
	s.pause(r.Context(), x.delay)
	if x.hold != nil {
		s.keep(r.Context(), x.hold)
	}
	a := s.act(x)
	s.changes.lockedTouch(&s.mu, sectionRequests, svc.name, sectionFaults)
	if s.onRequest != nil {
		defer func() { s.onRequest(s.requestCopy(x.log)) }()
	}
	s.deliver(w, r, a)
}

// receive logs the request and settles, under the lock and in order of arrival, which fault or limit it meets.
func (s *Sandbox) receive(w http.ResponseWriter, r *http.Request, svc *service, mount, path string) *exchange {
	body, err := readBody(w, r, requestBodyLimit)
	x := &exchange{service: svc, mount: mount, query: r.URL.Query(), header: r.Header, body: body}
	name := svc.name + ".unknown"
	var allow string
	if x.call, x.ids, allow = svc.route(r.Method, path); x.call != nil {
		name = x.call.name
	}
	switch {
	case err != nil:
		x.refused = func() answer { return svc.refusal(x, bodyStatus(err), "The body could not be read: "+err.Error()+".") }
	case x.call == nil && allow == "":
		x.refused = func() answer { return svc.refusal(x, http.StatusNotFound, "") }
	case x.call == nil:
		x.refused = func() answer {
			a := svc.refusal(x, http.StatusMethodNotAllowed, "")
			a.header["Allow"] = allow
			return a
		}
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	x.now = s.now()
	x.log = s.requests.add(r, x, name, path)
	svc.identify(x)
	svc.target(x)
	if s.held != nil && s.held.call == name {
		x.hold = s.held
	}
	x.delay = time.Duration(s.knobs.Latency)
	if name == callStart {
		x.delay += time.Duration(s.knobs.StartLatency)
	}
	if x.fault = s.hit(name); x.fault != nil {
		x.log.Fault = x.fault.Kind
		s.requests.hits[x.fault.Kind]++
		x.delay += time.Duration(x.fault.Delay)
	} else if wait, over := s.overLimit(svc.name, svc.perMinute(&s.knobs), x.now); over {
		x.refused = func() answer { return s.tooMany(x, wait) }
	}
	s.changes.touch(sectionRequests)
	return x
}

// drainLimit is how much of a body that is too long is read and dropped, so that its sender sees the answer and not a
// broken connection.
const drainLimit = 256 << 20

// readBody reads a body of at most limit bytes.
func readBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, io.NopCloser(r.Body), limit))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		_, _ = io.CopyN(io.Discard, r.Body, drainLimit)
		return nil, fmt.Errorf("it is longer than %d bytes: %w", limit, err)
	}
	return body, err
}

// bodyStatus is the status for a body that readBody did not read.
func bodyStatus(err error) int {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return http.StatusRequestEntityTooLarge
	}
	return http.StatusBadRequest
}

// route finds the call for a method and an escaped path. Where only the method is wrong, it returns the right one.
func (svc *service) route(method, path string) (found *call, ids []string, allow string) {
	segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
	for i := range svc.calls {
		c := &svc.calls[i]
		ids, ok := c.match(segments)
		if ok && c.method == method {
			return c, ids, ""
		}
		if ok {
			allow = c.method
		}
	}
	return nil, nil, allow
}

// match compares escaped segments with the call's path and returns the unescaped values at each {}. An id may so
// contain a slash, and is never empty.
func (c *call) match(segments []string) (ids []string, ok bool) {
	pattern := strings.Split(c.path, "/")
	if len(pattern) != len(segments) {
		return nil, false
	}
	for i, want := range pattern {
		got, err := url.PathUnescape(segments[i])
		if want == "{}" && err == nil && got != "" {
			ids = append(ids, got)
		} else if want != got {
			return nil, false
		}
	}
	return ids, true
}

// pause waits for d of real time. It ends early when the client leaves, and the service then acts all the same: it does
// not notice who is still listening.
func (s *Sandbox) pause(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	case <-s.closing:
	}
}

// act lets the service do what was asked, unless a fault stands before it, and notes the outcome before the client can
// see it: a test that has the answer finds the log complete.
func (s *Sandbox) act(x *exchange) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	x.now = s.now()
	var a answer
	switch {
	case x.fault != nil && !x.fault.acts():
		a = x.service.refusal(x, http.StatusServiceUnavailable, "")
	case x.refused != nil:
		a = x.refused()
	default:
		a = x.call.serve(x)
	}
	if a.rest != nil {
		x.log.Acted = a.acted
		s.changes.touch(sectionRequests, x.service.name)
		s.mu.Unlock()
		s.pause(context.Background(), a.wait)
		s.mu.Lock()
		x.now = s.now()
		a = a.rest()
	}
	x.log.Acted = a.acted
	if x.fault != nil {
		a = x.fault.distort(x, a)
		if x.log.Method == http.MethodGet && x.fault.Kind != FaultSlow && x.fault.Kind != FaultCharset {
			x.log.Acted = false // a read that did not arrive was not answered
		}
	}
	if a.delivery != reset && a.delivery != silent {
		x.log.Status = a.status
	}
	return a
}

// deliver writes the answer in the way it is to reach the client.
func (s *Sandbox) deliver(w http.ResponseWriter, r *http.Request, a answer) {
	switch a.delivery {
	case reset:
		resetConnection(w)
	case silent:
		select {
		case <-r.Context().Done():
		case <-s.closing:
		}
		panic(http.ErrAbortHandler)
	}
	for name, value := range a.header {
		w.Header().Set(name, value)
	}
	switch a.delivery {
	case half:
		writeHalf(w, a)
	case flood:
		writeFlood(w, a)
	default:
		w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
		w.WriteHeader(a.status)
		_, _ = w.Write(a.body) // a client that has left is no concern of the service
	}
}
