package sandbox

import (
	"bytes"
	"cmp"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Kinds of fault. Each comment names the real condition it stands for.
const (
	FaultStatus      = "status"       // a gateway, a maintenance page or a limit answers in the service's place
	FaultResetBefore = "reset_before" // a crashed server or a firewall resets the connection before the call was taken
	FaultResetAfter  = "reset_after"  // the call took effect and the connection was reset before its answer
	FaultSilence     = "silence"      // the call took effect and its answer never comes: a hung worker, a lost packet
	FaultHalf        = "half"         // the call took effect and the connection ended within the answer
	FaultEmpty       = "empty"        // the call took effect and a proxy dropped the answer's body
	FaultHTML        = "html"         // a login or error page with status 200: a wrong base URL, a captive proxy
	FaultWrongTypes  = "wrong_types"  // a new version of the service changed the types inside a known envelope
	FaultTooLarge    = "too_large"    // an answer without end: valid JSON, larger than any client should read
	FaultRedirect    = "redirect"     // the service moved, or a load balancer sends clients to another host
	FaultSlow        = "slow"         // an overloaded service answers rightly, but late
)

var faultKinds = []string{
	FaultStatus, FaultResetBefore, FaultResetAfter, FaultSilence, FaultHalf, FaultEmpty, FaultHTML, FaultWrongTypes,
	FaultTooLarge, FaultRedirect, FaultSlow,
}

// Fault is a failure that hits requests. Of several that match a request, the one added first takes it, and the others
// do not count it.
type Fault struct {
	Call       string            `json:"call"`                  // "thulium.start", "thulium.*", "*"
	Kind       string            `json:"kind"`                  // one of the constants
	Status     int               `json:"status,omitempty"`      // in place of the kind's own: 500 for status, 307 for redirect, else 200
	RetryAfter string            `json:"retry_after,omitempty"` // header Retry-After, in either form
	Body       string            `json:"body,omitempty"`        // in place of the kind's own body
	Header     map[string]string `json:"header,omitempty"`      // further headers
	Location   string            `json:"location,omitempty"`    // of a redirect
	Acts       *bool             `json:"acts,omitempty"`        // whether the call takes effect; nil: as the kind says
	Delay      Duration          `json:"delay,omitempty"`       // real time to wait before anything else
	Size       int64             `json:"size,omitempty"`        // of too_large, in bytes; 0: one more than a client reads
	Skip       int               `json:"skip,omitempty"`        // matching requests to leave alone first
	Times      int               `json:"times,omitempty"`       // hits until it is used up; 0: until cleared
	Every      int               `json:"every,omitempty"`       // hit every n-th matching request; 0 and 1: each
}

// armedFault is a fault with its counters.
type armedFault struct {
	Fault
	ID   int `json:"id"`
	Seen int `json:"seen"`
	Hits int `json:"hits"`
}

// AddFault arms a fault and returns its number. It panics on one that could never hit, which in a test is a mistake.
func (s *Sandbox) AddFault(f Fault) int {
	if err := s.checkFault(f); err != nil {
		panic("sandbox: " + err.Error())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faultID++
	s.faults = append(s.faults, &armedFault{Fault: f, ID: s.faultID})
	return s.faultID
}

// ClearFaults disarms all faults.
func (s *Sandbox) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// ParseFault reads a fault from JSON and says what is wrong with it.
func (s *Sandbox) ParseFault(data []byte) (Fault, error) {
	var f Fault
	if err := decodeStrict(data, &f); err != nil {
		return f, err
	}
	return f, s.checkFault(f)
}

func (s *Sandbox) checkFault(f Fault) error {
	if !slices.Contains(faultKinds, f.Kind) {
		return fmt.Errorf("fault kind %q is none of %s", f.Kind, strings.Join(faultKinds, ", "))
	}
	if f.Kind == FaultRedirect && f.Location == "" {
		return fmt.Errorf("fault kind %q needs a location", f.Kind)
	}
	if f.Status != 0 && (f.Status < 200 || f.Status > 599) {
		return fmt.Errorf("fault status %d is not within 200 and 599", f.Status)
	}
	names := []string{"*"}
	for _, svc := range s.services {
		names = append(names, svc.name+".*", svc.name+".unknown")
		for _, c := range svc.calls {
			names = append(names, c.name)
		}
	}
	if !slices.Contains(names, f.Call) {
		return fmt.Errorf("fault call %q is none of %s", f.Call, strings.Join(names, ", "))
	}
	return nil
}

// hit returns the fault that takes this request, if one does. Counting under the lock keeps Skip, Times and Every exact
// for parallel requests.
func (s *Sandbox) hit(call string) *Fault {
	for _, f := range s.faults {
		if !matchesCall(f.Call, call) || f.Times > 0 && f.Hits >= f.Times {
			continue
		}
		f.Seen++
		if n := f.Seen - f.Skip; n <= 0 || f.Every > 1 && n%f.Every != 0 {
			continue
		}
		f.Hits++
		taken := f.Fault
		return &taken
	}
	return nil
}

// acts says whether the call takes effect under this fault.
func (f *Fault) acts() bool {
	if f.Acts != nil {
		return *f.Acts
	}
	return f.Kind != FaultStatus && f.Kind != FaultResetBefore && f.Kind != FaultRedirect
}

// distort turns the service's answer into what the fault leaves of it.
func (f *Fault) distort(x *exchange, a answer) answer {
	header := map[string]string{"Content-Type": "application/json; charset=utf-8"}
	switch f.Kind {
	case FaultStatus:
		a = x.service.refusal(x, cmp.Or(f.Status, http.StatusInternalServerError))
	case FaultResetBefore, FaultResetAfter:
		a.delivery = reset
	case FaultSilence:
		a.delivery = silent
	case FaultHalf:
		a.delivery = half
	case FaultEmpty:
		a = answer{status: cmp.Or(f.Status, http.StatusOK), header: header}
	case FaultHTML:
		header["Content-Type"] = "text/html; charset=utf-8"
		a = answer{status: cmp.Or(f.Status, http.StatusOK), header: header, body: []byte(
			"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><h1>Sign in</h1></body></html>\n")}
	case FaultWrongTypes:
		a = answer{status: cmp.Or(f.Status, http.StatusOK), header: header, body: wrongTypes(a.body)}
	case FaultTooLarge:
		size := f.Size
		if size == 0 && x.call != nil {
			size = x.call.limit + 1
		}
		a = answer{status: cmp.Or(f.Status, http.StatusOK), header: header, body: a.body, delivery: flood, size: size}
	case FaultRedirect:
		a = answer{status: cmp.Or(f.Status, http.StatusTemporaryRedirect), header: map[string]string{"Location": f.Location}}
	}
	if f.Body != "" {
		a.body = []byte(f.Body)
	}
	if f.RetryAfter != "" {
		a.header["Retry-After"] = f.RetryAfter
	}
	for name, value := range f.Header {
		a.header[name] = value
	}
	return a
}

// envelopeFields say on the outside of an answer how it went; FaultWrongTypes leaves them right.
var envelopeFields = []string{"success", "message", "status", "statusMessage"}

// wrongTypes keeps an answer's names and nesting, and makes an object of every text, number, truth value and empty list:
// none of the services has an object in any of these places.
func wrongTypes(body []byte) []byte {
	var v any
	if json.Unmarshal(body, &v) != nil {
		return []byte("[]") // the answer was empty: now it is not
	}
	fields, isObject := v.(map[string]any)
	if !isObject {
		return []byte("[]")
	}
	for name, value := range fields {
		if !slices.Contains(envelopeFields, name) {
			fields[name] = wrongType(value)
		}
	}
	return jsonAnswer(0, fields).body
}

func wrongType(v any) any {
	switch v := v.(type) {
	case nil:
		return nil
	case map[string]any:
		for name, value := range v {
			v[name] = wrongType(value)
		}
		return v
	case []any:
		for i, value := range v {
			v[i] = wrongType(value)
		}
		if len(v) > 0 {
			return v
		}
	}
	return map[string]any{"unexpected": true}
}

// resetConnection closes the client's connection so that it sees a TCP reset and not an orderly end, and does not return.
func resetConnection(w http.ResponseWriter) {
	if hijacker, ok := w.(http.Hijacker); ok {
		if conn, _, err := hijacker.Hijack(); err == nil {
			raw := conn
			if secure, ok := conn.(*tls.Conn); ok {
				raw = secure.NetConn()
			}
			if tcp, ok := raw.(*net.TCPConn); ok {
				_ = tcp.SetLinger(0) // makes the close below a reset
			}
			_ = raw.Close()
		}
	}
	panic(http.ErrAbortHandler)
}

// writeHalf promises more than it sends: half of the answer, or nothing of one that is empty, then the connection ends.
func writeHalf(w http.ResponseWriter, a answer) {
	w.Header().Set("Content-Length", strconv.Itoa(len(a.body)+1))
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body[:len(a.body)/2])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// writeFlood sends the answer as an object with one more field that fills it up to a.size bytes. It is valid JSON to the
// end, so that only a limit on size can refuse it, and is never held in memory.
func writeFlood(w http.ResponseWriter, a answer) {
	head := bytes.TrimSuffix(bytes.TrimSpace(a.body), []byte("}"))
	switch {
	case len(head) == 0:
		head = []byte("{")
	case len(head) > 1:
		head = append(slices.Clip(head), ',')
	}
	head = append(slices.Clip(head), `"filler":"`...)
	tail := []byte(`"}`)
	rest := a.size - int64(len(head)+len(tail))
	filler := bytes.Repeat([]byte("x"), 64<<10)
	w.WriteHeader(a.status)
	_, err := w.Write(head)
	for ; err == nil && rest > 0; rest -= int64(len(filler)) {
		_, err = w.Write(filler[:min(rest, int64(len(filler)))])
	}
	if err == nil {
		_, _ = w.Write(tail)
	}
}

// Duration is a time.Duration that JSON writes as text, such as "500ms".
type Duration time.Duration

// MarshalText writes the duration as time.Duration does.
func (d Duration) MarshalText() ([]byte, error) {
	return []byte(time.Duration(d).String()), nil
}

// UnmarshalText reads what time.ParseDuration reads.
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	*d = Duration(parsed)
	return err
}
