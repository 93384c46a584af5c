package sandbox

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Kinds of fault.
const (
	FaultStatus      = "status"
	FaultResetBefore = "reset_before"
	FaultResetAfter  = "reset_after"
	FaultSilence     = "silence"
	FaultHalf        = "half"
	FaultEmpty       = "empty"
	FaultHTML        = "html"
	FaultWrongTypes  = "wrong_types"
	FaultTooLarge    = "too_large"
	FaultRedirect    = "redirect"
	FaultSlow        = "slow"
	FaultCharset     = "charset"
	FaultControl     = "control_characters"
	FaultBinary      = "binary"
)

// FaultKind is what there is to know of a kind of fault.
type FaultKind struct {
	Kind  string `json:"kind"`
	Means string `json:"means"` // the real condition
	Takes string `json:"takes"` // fields of a fault that it reads beside those that all do
	Acts  bool   `json:"acts"`  // whether the call takes effect, unless the fault says otherwise
}

// FaultKinds are all kinds.
var FaultKinds = []FaultKind{
	{FaultStatus, "a gateway, a maintenance page or a limit answers in the service's place", "status (500), message, body", false},
	{FaultResetBefore, "a crashed server or a firewall resets the connection before the call was taken", "", false},
	{FaultResetAfter, "the call took effect, and the connection was reset before its answer", "", true},
	{FaultSilence, "the call took effect, and its answer never comes: a hung worker, a lost packet", "", true},
	{FaultHalf, "the call took effect, and the connection ended within the answer", "", true},
	{FaultEmpty, "the call took effect, and a proxy dropped the answer's body", "status (200)", true},
	{FaultHTML, "a login or error page: a wrong base URL, a captive proxy", "status (200), location, body", true},
	{FaultWrongTypes, "a new version of the service changed the types inside a known envelope", "status (200)", true},
	{FaultTooLarge, "an answer far too long: valid JSON, larger than any client should read", "size (one byte more than a client reads), undeclared", true},
	{FaultRedirect, "the service moved, or a load balancer sends clients to another host", "location (needed), status (307), body", false},
	{FaultSlow, "an overloaded service answers rightly, but late", "delay", true},
	{FaultCharset, "an old server answers rightly, in another charset", "charset (iso-8859-2; also windows-1250, utf-16, utf-16le, utf-16be or any name), undeclared", true},
	{FaultControl, "an error message holds control characters that steer a terminal", "status (500), message", false},
	{FaultBinary, "a proxy compressed the answer and dropped the header that says so", "status (200)", true},
}

// Fault is a failure that hits requests. Of several that match a request, the one added first takes it, and the others
// do not count it.
type Fault struct {
	Call       string            `json:"call"`                  // "thulium.start", "thulium.*", "*"
	Kind       string            `json:"kind"`                  // one of FaultKinds
	Status     int               `json:"status,omitempty"`      // in place of the kind's own
	RetryAfter string            `json:"retry_after,omitempty"` // header Retry-After, in whatever form
	Message    string            `json:"message,omitempty"`     // in place of the words in the service's own error
	Body       string            `json:"body,omitempty"`        // in place of the kind's own body
	Header     map[string]string `json:"header,omitempty"`      // further headers
	Location   string            `json:"location,omitempty"`    // of a redirect, or of a page that also redirects
	Charset    string            `json:"charset,omitempty"`     // of charset
	Undeclared bool              `json:"undeclared,omitempty"`  // the Content-Type does not name the charset, no Content-Length the size
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
	s.changes.touch(sectionFaults)
	return s.faultID
}

// ClearFaults disarms all faults.
func (s *Sandbox) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
	s.changes.touch(sectionFaults)
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
	if kindOf(f.Kind) == nil {
		kinds := make([]string, 0, len(FaultKinds))
		for _, k := range FaultKinds {
			kinds = append(kinds, k.Kind)
		}
		return fmt.Errorf("fault kind %q is none of %s", f.Kind, strings.Join(kinds, ", "))
	}
	if f.Kind == FaultRedirect && f.Location == "" {
		return fmt.Errorf("fault kind %q needs a location", f.Kind)
	}
	if f.Status != 0 && (f.Status < 200 || f.Status > 599) {
		return fmt.Errorf("fault status %d is not within 200 and 599", f.Status)
	}
	for name, n := range map[string]int64{
		"delay": int64(f.Delay), "size": f.Size, "skip": int64(f.Skip), "times": int64(f.Times), "every": int64(f.Every),
	} {
		if n < 0 {
			return fmt.Errorf("fault %s is below 0", name)
		}
	}
	if names := s.callPatterns(); !slices.Contains(names, f.Call) {
		return fmt.Errorf("fault call %q is none of %s", f.Call, strings.Join(names, ", "))
	}
	return nil
}

func kindOf(name string) *FaultKind {
	if i := slices.IndexFunc(FaultKinds, func(k FaultKind) bool { return k.Kind == name }); i >= 0 {
		return &FaultKinds[i]
	}
	return nil
}

// callPatterns are the names that a call of a fault or of a question to the log can have.
func (s *Sandbox) callPatterns() []string {
	names := []string{"*"}
	for _, svc := range s.services {
		names = append(names, svc.name+".*", svc.name+".unknown")
		for i := range svc.calls {
			names = append(names, svc.calls[i].name)
		}
	}
	return names
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
	return kindOf(f.Kind).Acts
}

// Duration is a time.Duration that JSON writes as text, such as "500ms".
type Duration time.Duration

// String writes the duration as time.Duration does.
func (d Duration) String() string {
	return time.Duration(d).String()
}

// MarshalText writes the duration as String does.
func (d Duration) MarshalText() ([]byte, error) {
	return []byte(d.String()), nil
}

// UnmarshalText reads what time.ParseDuration reads.
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	*d = Duration(parsed)
	return err
}
