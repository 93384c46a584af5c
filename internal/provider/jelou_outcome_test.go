package provider

import (
	"fmt"
	"reflect"
	"testing"

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
		inBubble(t, name, func(t *testing.T) {
			exercisedInProcess(t, "jelou_conversation_close: unknown outcome")
			s := newStageInMemory(t, sandbox.Options{})
			w := s.configured(t, values{"http": quickHTTP()})
			s.AddFault(fault)
			arguments := jelouArguments(values{"redirect_payload": jelouText("Bye")})
			tainted, diags := w.apply(t.Context(), jelouClose, object{}, arguments)
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

			repaired, diags := w.apply(t.Context(), jelouClose, tainted, arguments)
			if failed(diags) {
				t.Fatal(said(diags))
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
		inBubble(t, name, func(t *testing.T) {
			exercisedInProcess(t, "jelou_conversation_close: unknown outcome")
			s := newStageInMemory(t, sandbox.Options{})
			w := s.configured(t, values{"http": quickHTTP()})
			armed := jelouMade(t, w, jelouArguments(values{"when": "destroy", "redirect_payload": jelouText("Old")}))
			s.AddFault(fault)
			arguments := jelouArguments(values{"redirect_payload": jelouText("New")})
			kept, diags := w.apply(t.Context(), jelouClose, armed, arguments)
			complains(t, diags, "Unable to close Jelou conversation", "may have taken effect", "The state is as before",
				"the next apply sends the call again", "so would a destroy")
			if !reflect.DeepEqual(kept.State, armed.State) {
				t.Errorf("the state is %v, was %v", kept.State, armed.State)
			}
			jelouSent(t, s, jelouBody("New"))

			sent, diags := w.apply(t.Context(), jelouClose, kept, arguments)
			if failed(diags) {
				t.Fatal(said(diags))
			}
			jelouFresh(t, s, sent.State)
			jelouSent(t, s, jelouBody("New"), jelouBody("New"))

			gone, diags := w.apply(t.Context(), jelouClose, kept, nil)
			if failed(diags) || gone.State != nil {
				t.Fatal(said(diags))
			}
			jelouSent(t, s, jelouBody("New"), jelouBody("New"), jelouBody("Old"))
		})
	}
}

// TestJelouUnknownAtDestroy keeps the resource, whose next destroy sends again.
func TestJelouUnknownAtDestroy(t *testing.T) {
	t.Parallel()
	for name, fault := range jelouUnknownOutcomes() {
		inBubble(t, name, func(t *testing.T) {
			exercisedInProcess(t, "jelou_conversation_close: unknown outcome")
			s := newStageInMemory(t, sandbox.Options{})
			w := s.configured(t, values{"http": quickHTTP()})
			armed := jelouMade(t, w, jelouArguments(values{"when": "destroy"}))
			s.AddFault(fault)
			kept, diags := w.apply(t.Context(), jelouClose, armed, nil)
			complains(t, diags, "Unable to close Jelou conversation", "may have taken effect", "stays in the state", "terraform state rm")
			if !reflect.DeepEqual(kept.State, armed.State) {
				t.Fatalf("the state is %v, was %v", kept.State, armed.State)
			}
			jelouSent(t, s, jelouBody(""))
			if gone, diags := w.apply(t.Context(), jelouClose, kept, nil); failed(diags) || gone.State != nil {
				t.Errorf("left %v: %s", gone.State, said(diags))
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
			exercisedInProcess(t, "jelou_conversation_close: refused")
			s := newStage(t, sandbox.Options{})
			w := s.configured(t, values{"http": quickHTTP()})
			armed := jelouMade(t, w, jelouArguments(values{"when": "destroy"}))
			fault.Call = "jelou.close"
			s.AddFault(fault)

			made, diags := w.apply(t.Context(), jelouClose, object{}, jelouArguments(nil))
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

			kept, diags := w.apply(t.Context(), jelouClose, armed, jelouArguments(nil))
			complains(t, diags, "Nothing happened")
			if !reflect.DeepEqual(kept.State, armed.State) {
				t.Errorf("a refused update leaves %v of %v", kept.State, armed.State)
			}
			jelouSent(t, s, jelouBody(""), jelouBody(""))

			gone, diags := w.apply(t.Context(), jelouClose, armed, nil)
			jelouSent(t, s, jelouBody(""), jelouBody(""), jelouBody(""))
			if fault.Status == 404 {
				if failed(diags) || gone.State != nil {
					t.Errorf("a 404 at destroy is no success: %s", said(diags))
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

// TestJelouNotActed sends a call again on which the service cannot have acted,
// and saves nothing when it never does.
func TestJelouNotActed(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]sandbox.Fault{
		"429":                            {Status: 429},
		"429 with Retry-After":           {Status: 429, RetryAfter: "7"},
		"503 with Retry-After":           {Status: 503, RetryAfter: "1"},
		"503 with a date in Retry-After": {Status: 503, RetryAfter: "Fri, 31 Dec 1999 23:59:59 GMT"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			exercisedInProcess(t, "jelou_conversation_close: not acted")
			s := newStage(t, sandbox.Options{})
			w := s.configured(t, values{"http": quickHTTP()})
			fault.Call, fault.Kind, fault.Times = "jelou.close", sandbox.FaultStatus, 2
			s.AddFault(fault)
			jelouFresh(t, s, jelouMade(t, w, jelouArguments(nil)).State)
			jelouSent(t, s, jelouBody(""), jelouBody(""), jelouBody(""))
			if closed := len(s.JelouClosed()); closed != 1 {
				t.Errorf("%d conversations were closed, want 1", closed)
			}

			s.ClearRequests()
			armed := jelouMade(t, w, jelouArguments(values{"when": "destroy"}))
			fault.Times = 0
			s.AddFault(fault)
			made, diags := w.apply(t.Context(), jelouClose, object{}, jelouArguments(nil))
			complains(t, diags, "Unable to close Jelou conversation", "No conversation was closed", "3 attempts")
			if made.State != nil {
				t.Errorf("saved %v", made.State)
			}
			jelouSent(t, s, jelouBody(""), jelouBody(""), jelouBody(""))
			for _, arguments := range []values{jelouArguments(nil), nil} {
				kept, diags := w.apply(t.Context(), jelouClose, armed, arguments)
				complains(t, diags, "No conversation was closed")
				if !reflect.DeepEqual(kept.State, armed.State) {
					t.Errorf("left %v of %v", kept.State, armed.State)
				}
			}
			if calls := s.Count("*"); calls != 9 {
				t.Errorf("%d calls, want 9", calls)
			}
		})
	}
}

// TestJelouNoConnection saves nothing where no connection was obtained.
func TestJelouNoConnection(t *testing.T) {
	t.Parallel()
	exercisedInProcess(t, "jelou_conversation_close: not acted")
	s := newStage(t, sandbox.Options{})
	const nobody = "http://127.0.0.1:1" // a port that nothing listens on
	w := s.configured(t, values{"http": quickHTTP(), "jelou": values{"base_url": nobody, "api_key": sandbox.JelouAPIKey}})
	made, diags := w.apply(t.Context(), jelouClose, object{}, jelouArguments(nil))
	complains(t, diags, "No conversation was closed", "3 attempts", "jelou.base_url")
	if made.State != nil {
		t.Errorf("saved %v", made.State)
	}
	jelouSent(t, s)
}
