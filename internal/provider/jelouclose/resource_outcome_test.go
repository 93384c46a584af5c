package jelouclose_test

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// jelouUnknownOutcomes are answers that leave open whether the call took effect.
func jelouUnknownOutcomes() map[string]sandbox.Fault {
	faults := map[string]sandbox.Fault{}
	for _, status := range []int{408, 500, 501, 502, 503, 504} {
		faults[fmt.Sprint(status)] = sandbox.Fault{Kind: sandbox.FaultStatus, Status: status}
	}
	for _, kind := range []string{
		sandbox.FaultResetBefore, sandbox.FaultResetAfter, sandbox.FaultSilence, sandbox.FaultHalf, sandbox.FaultEmpty,
		sandbox.FaultHTML, sandbox.FaultWrongTypes, sandbox.FaultTooLarge,
	} {
		faults[kind] = sandbox.Fault{Kind: kind}
	}
	for name, fault := range faults {
		fault.Call, fault.Times = "jelou.close", 1
		faults[name] = fault
	}
	return faults
}

// TestJelouUnknownAtCreate saves a call of unknown outcome as tainted. The next
// apply sends again; what is untainted is left as it is.
func TestJelouUnknownAtCreate(t *testing.T) {
	t.Parallel()
	for name, fault := range jelouUnknownOutcomes() {
		providertest.InBubble(t, name, func(t *testing.T) {
			s := providertest.NewInMemory(t, sandbox.Options{})
			w := s.Configured(t, providertest.Values{"http": providertest.QuickHTTP()})
			s.AddFault(fault)
			arguments := jelouArguments(providertest.Values{"redirect_payload": jelouText("Bye")})
			tainted, diags := w.Apply(t.Context(), jelouClose, providertest.Object{}, arguments)
			complains(t, diags, "Unable to close Jelou conversation", "POST "+s.URL, "may have taken effect", "tainted", "terraform untaint")
			if !tainted.Tainted || !reflect.DeepEqual(jelouResults(tainted.State), jelouAll(nil)) {
				t.Fatalf("tainted: %t, with %v", tainted.Tainted, tainted.State)
			}
			if id, _ := tainted.State["id"].(string); id == "" {
				t.Error("it has no id")
			}
			jelouSent(t, s, jelouBody("Bye"))

			accepted := tainted
			accepted.Tainted = false
			jelouSettled(t, s, w, accepted, arguments)
			jelouSent(t, s, jelouBody("Bye"))

			repaired, diags := w.Apply(t.Context(), jelouClose, tainted, arguments)
			if providertest.Failed(diags) {
				t.Fatal(providertest.Said(diags))
			}
			jelouFresh(t, s, repaired.State)
			jelouSent(t, s, jelouBody("Bye"), jelouBody("Bye"))
			jelouSettled(t, s, w, repaired, arguments)
		})
	}
}

// TestJelouUnknownAtUpdate keeps the state that was: the next apply sends again,
// and so would a destroy.
func TestJelouUnknownAtUpdate(t *testing.T) {
	t.Parallel()
	for name, fault := range jelouUnknownOutcomes() {
		providertest.InBubble(t, name, func(t *testing.T) {
			s := providertest.NewInMemory(t, sandbox.Options{})
			w := s.Configured(t, providertest.Values{"http": providertest.QuickHTTP()})
			armed := jelouMade(t, w, jelouArguments(providertest.Values{"when": "destroy", "redirect_payload": jelouText("Old")}))
			s.AddFault(fault)
			arguments := jelouArguments(providertest.Values{"redirect_payload": jelouText("New")})
			kept, diags := w.Apply(t.Context(), jelouClose, armed, arguments)
			complains(t, diags, "Unable to close Jelou conversation", "may have taken effect", "The state is as before",
				"the next apply sends the call again", "so would a destroy")
			if !reflect.DeepEqual(kept.State, armed.State) {
				t.Errorf("the state is %v, was %v", kept.State, armed.State)
			}
			jelouSent(t, s, jelouBody("New"))

			sent, diags := w.Apply(t.Context(), jelouClose, kept, arguments)
			if providertest.Failed(diags) {
				t.Fatal(providertest.Said(diags))
			}
			jelouFresh(t, s, sent.State)
			jelouSent(t, s, jelouBody("New"), jelouBody("New"))

			gone, diags := w.Apply(t.Context(), jelouClose, kept, nil)
			if providertest.Failed(diags) || gone.State != nil {
				t.Fatal(providertest.Said(diags))
			}
			jelouSent(t, s, jelouBody("New"), jelouBody("New"), jelouBody("Old"))
		})
	}
}

// TestJelouUnknownAtDestroy keeps the resource, whose next destroy sends again.
func TestJelouUnknownAtDestroy(t *testing.T) {
	t.Parallel()
	for name, fault := range jelouUnknownOutcomes() {
		providertest.InBubble(t, name, func(t *testing.T) {
			s := providertest.NewInMemory(t, sandbox.Options{})
			w := s.Configured(t, providertest.Values{"http": providertest.QuickHTTP()})
			armed := jelouMade(t, w, jelouArguments(providertest.Values{"when": "destroy"}))
			s.AddFault(fault)
			kept, diags := w.Apply(t.Context(), jelouClose, armed, nil)
			complains(t, diags, "Unable to close Jelou conversation", "may have taken effect", "stays in the state", "terraform state rm")
			if !reflect.DeepEqual(kept.State, armed.State) {
				t.Fatalf("the state is %v, was %v", kept.State, armed.State)
			}
			jelouSent(t, s, jelouBody(""))
			if gone, diags := w.Apply(t.Context(), jelouClose, kept, nil); providertest.Failed(diags) || gone.State != nil {
				t.Errorf("left %v: %s", gone.State, providertest.Said(diags))
			}
			jelouSent(t, s, jelouBody(""), jelouBody(""))
		})
	}
}

// TestJelouRefused saves nothing of a call that the service refused, and sends
// it once.
func TestJelouRefused(t *testing.T) {
	t.Parallel()
	faults := map[string]sandbox.Fault{
		"redirect": {Kind: sandbox.FaultRedirect, Location: "https://other.example/close"},
	}
	for _, status := range []int{400, 401, 403, 404, 405, 409, 422} {
		faults[fmt.Sprint(status)] = sandbox.Fault{Kind: sandbox.FaultStatus, Status: status}
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			w := s.Configured(t, providertest.Values{"http": providertest.QuickHTTP()})
			armed := jelouMade(t, w, jelouArguments(providertest.Values{"when": "destroy"}))
			fault.Call = "jelou.close"
			s.AddFault(fault)

			made, diags := w.Apply(t.Context(), jelouClose, providertest.Object{}, jelouArguments(nil))
			complains(t, diags, "Unable to close Jelou conversation", "Nothing happened")
			if made.State != nil || made.Tainted {
				t.Errorf("saved %v", made.State)
			}
			jelouSent(t, s, jelouBody(""))
			if fault.Kind == sandbox.FaultRedirect {
				complains(t, diags, "https://other.example/close", "jelou.base_url")
			}
			if fault.Status == 404 {
				complains(t, diags, "ignore_not_found")
			}

			kept, diags := w.Apply(t.Context(), jelouClose, armed, jelouArguments(nil))
			complains(t, diags, "Nothing happened")
			if !reflect.DeepEqual(kept.State, armed.State) {
				t.Errorf("a refused update leaves %v of %v", kept.State, armed.State)
			}
			jelouSent(t, s, jelouBody(""), jelouBody(""))

			gone, diags := w.Apply(t.Context(), jelouClose, armed, nil)
			jelouSent(t, s, jelouBody(""), jelouBody(""), jelouBody(""))
			if fault.Status == 404 {
				if providertest.Failed(diags) || gone.State != nil {
					t.Errorf("a 404 at destroy is no success: %s", providertest.Said(diags))
				}
				return
			}
			complains(t, diags, "Nothing happened")
			if !reflect.DeepEqual(gone.State, armed.State) {
				t.Errorf("a refused destroy leaves %v of %v", gone.State, armed.State)
			}
		})
	}
}

// TestJelouNotActed sends a call again on which the service cannot have acted, and saves
// nothing when it never does. A 429 is waited out until the time-out of the operation.
func TestJelouNotActed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault sandbox.Fault
		calls int // of an operation of 25 seconds on which the service never acts
	}{
		"429":                            {sandbox.Fault{Status: 429}, 3},
		"429 with Retry-After":           {sandbox.Fault{Status: 429, RetryAfter: "7"}, 3}, // never shorter than the shortest pause, 10 s
		"503 with Retry-After":           {sandbox.Fault{Status: 503, RetryAfter: "1"}, 2},
		"503 with a date in Retry-After": {sandbox.Fault{Status: 503, RetryAfter: "Fri, 31 Dec 1999 23:59:59 GMT"}, 2},
	} {
		providertest.InBubble(t, name, func(t *testing.T) {
			s := providertest.NewInMemory(t, sandbox.Options{})
			w := s.Configured(t, providertest.Values{"http": providertest.Values{"max_retries": 1, "retry_wait_min": "10s", "retry_wait_max": "10s"}})
			in25s := func(changes providertest.Values) providertest.Values {
				return jelouArguments(jelouWith(changes, providertest.Values{"timeouts": providertest.Values{"create": "25s", "update": "25s", "delete": "25s"}}))
			}
			c.fault.Call, c.fault.Kind, c.fault.Times = "jelou.close", sandbox.FaultStatus, 1
			s.AddFault(c.fault)
			jelouFresh(t, s, jelouMade(t, w, in25s(providertest.Values{})).State)
			jelouSent(t, s, jelouBody(""), jelouBody(""))
			if closed := len(s.JelouClosed()); closed != 1 {
				t.Errorf("%d conversations were closed, want 1", closed)
			}

			armed := jelouMade(t, w, in25s(providertest.Values{"when": "destroy"}))
			c.fault.Times = 0
			s.AddFault(c.fault)
			for _, operation := range []struct {
				prior     providertest.Object
				arguments providertest.Values
			}{{arguments: in25s(providertest.Values{})}, {armed, in25s(providertest.Values{})}, {prior: armed}} {
				s.ClearRequests()
				kept, diags := w.Apply(t.Context(), jelouClose, operation.prior, operation.arguments)
				complains(t, diags, "Unable to close Jelou conversation", "No conversation was closed", fmt.Sprint(c.calls, " attempts"))
				if !reflect.DeepEqual(kept.State, operation.prior.State) {
					t.Errorf("left %v of %v", kept.State, operation.prior.State)
				}
				if calls := s.Count("*"); calls != c.calls {
					t.Errorf("%d calls, want %d", calls, c.calls)
				}
			}
		})
	}
}

// TestJelouNoConnection saves nothing where no connection was obtained.
func TestJelouNoConnection(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	const nobody = "http://127.0.0.1:1" // a port that nothing listens on
	w := s.Configured(t, providertest.Values{"http": providertest.QuickHTTP(), "jelou": providertest.Values{"base_url": nobody, "api_key": sandbox.JelouAPIKey}})
	made, diags := w.Apply(t.Context(), jelouClose, providertest.Object{}, jelouArguments(nil))
	complains(t, diags, "No conversation was closed", "3 attempts", "jelou.base_url")
	if made.State != nil {
		t.Errorf("saved %v", made.State)
	}
	jelouSent(t, s)
}
