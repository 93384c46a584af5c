package chatbotthread_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// sent are the calls since the log was emptied, each as call and body, and empties it.
func sent(s *providertest.Stage) []string {
	var calls []string
	for _, request := range s.Requests() {
		calls = append(calls, strings.TrimSpace(request.Call+" "+request.Body))
	}
	s.ClearRequests()
	return calls
}

// saw fails the test unless the calls since the log was emptied match the expressions, in
// this order.
func saw(t *testing.T, s *providertest.Stage, want ...string) {
	t.Helper()
	calls := sent(s)
	for i := range max(len(calls), len(want)) {
		if i >= len(calls) || i >= len(want) || !regexp.MustCompile("^"+want[i]+"$").MatchString(calls[i]) {
			t.Errorf("calls were\n%s\nwant\n%s", strings.Join(calls, "\n"), strings.Join(want, "\n"))
			return
		}
	}
}

// threadAt is a thread as the sandbox has it now.
func threadAt(t *testing.T, s *providertest.Stage, id string) providertest.Values {
	t.Helper()
	w := s.Quick(t)
	thread, diags := w.Data(t.Context(), chatbotThread, chatbotArguments(id, nil))
	w.Must(nil, diags)
	s.ClearRequests()
	return thread
}

const uuidForm = `[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`

func block(changes providertest.Values) providertest.Values {
	arguments := providertest.Values{"chatbot_id": sandbox.ChatbotID}
	maps.Copy(arguments, changes)
	return arguments
}

// made applies a block that must go without an error.
func made(t *testing.T, w *providertest.Wire, prior providertest.Object, config providertest.Values) providertest.Object {
	t.Helper()
	after, diags := w.Apply(t.Context(), chatbotThread, prior, config)
	w.Must(nil, diags)
	return after
}

func TestAThreadIsCreatedWithAnIDOfTheProvider(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	thread := made(t, w, providertest.Object{}, block(nil))
	saw(t, s, `chatbot.create {"threadId":"`+uuidForm+`","mode":"AI"}`)
	id, _ := thread.State["thread_id"].(string)
	if thread.State["id"] != sandbox.ChatbotID+"/"+id || thread.State["mode"] != "AI" || thread.State["started_at"] == nil || thread.State["chat_user_id"] != nil {
		t.Errorf("the state is %v", thread.State)
	}
	identity := w.Values(&tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{Attributes: []*tfprotov6.SchemaAttribute{
		{Name: "chatbot_id", Type: tftypes.String}, {Name: "thread_id", Type: tftypes.String},
	}}}, thread.Identity.IdentityData)
	if !reflect.DeepEqual(identity, providertest.Values{"chatbot_id": sandbox.ChatbotID, "thread_id": id}) {
		t.Errorf("the identity is %v", identity)
	}

	// Nothing changes, and a refresh reads once.
	again, diags := w.Refresh(chatbotThread, thread)
	w.Must(nil, diags)
	saw(t, s, "chatbot.thread")
	if !reflect.DeepEqual(again.State, thread.State) {
		t.Errorf("a refresh changes %v to %v", thread.State, again.State)
	}
	planned, diags := w.Plan(chatbotThread, thread, block(nil))
	w.Must(nil, diags)
	if plan := w.Values(w.Schemas.ResourceSchemas[chatbotThread], planned.PlannedState); !reflect.DeepEqual(plan, thread.State) || len(planned.RequiresReplace) > 0 {
		t.Errorf("the plan is %v", plan)
	}

	// A destroy makes no call, and warns once in a run.
	_, diags = w.Apply(t.Context(), chatbotThread, thread, nil)
	warns(t, diags, "Chatbot threads are not deleted")
	if _, diags = w.Apply(t.Context(), chatbotThread, thread, nil); len(diags) > 0 {
		t.Errorf("a second destroy says\n%s", providertest.Said(diags))
	}
	saw(t, s)
}

func TestWhatACreateCannotSetIsUpdated(t *testing.T) {
	t.Parallel()
	const hook = "https://hooks.example/catch/1"
	everything := providertest.Values{
		"thread_id": "t-1", "mode": "AGENT", "webhook_url": hook,
		"chat_user": providertest.Values{"email": "jan@example.com", "name": "Jan", "phone_number": "+48 123"},
	}
	const read = "chatbot.thread"
	for name, test := range map[string]struct {
		changes providertest.Values
		calls   []string
	}{
		"an e-mail goes with the create": {
			providertest.Values{"chat_user": providertest.Values{"email": "jan@example.com"}},
			[]string{`chatbot.create {"threadId":"` + uuidForm + `","mode":"AI","chatUserEmail":"jan@example.com"}`},
		},
		"an empty user is none": {
			providertest.Values{"chat_user": providertest.Values{}}, []string{`chatbot.create {"threadId":"` + uuidForm + `","mode":"AI"}`},
		},
		"a webhook does not": {
			providertest.Values{"webhook_url": hook, "mode": "AGENT"},
			[]string{`chatbot.create {"threadId":"` + uuidForm + `","mode":"AGENT"}`, `chatbot.update {"webhookUrl":"` + hook + `"}`},
		},
		"all at once": {
			everything,
			[]string{read, `chatbot.create {"threadId":"t-1","mode":"AGENT","chatUserEmail":"jan@example.com"}`, `chatbot.update {"webhookUrl":"` + hook + `","chatUser":{"name":"Jan","phoneNumber":"\+48 123"}}`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			thread := made(t, s.Quick(t), providertest.Object{}, block(test.changes))
			saw(t, s, test.calls...)
			for attribute, value := range test.changes {
				if user, ok := value.(providertest.Values); ok {
					value = chatbotWith(providertest.Values{"email": nil, "name": nil, "phone_number": nil}, user)
				}
				if got := thread.State[attribute]; !reflect.DeepEqual(got, value) {
					t.Errorf("%s is %v, want %v", attribute, got, value)
				}
			}
		})
	}
	t.Run("and the service has it", func(t *testing.T) {
		t.Parallel()
		s := providertest.New(t, sandbox.Options{})
		made(t, s.Quick(t), providertest.Object{}, block(everything))
		thread := threadAt(t, s, "t-1")
		var user map[string]any
		if err := json.Unmarshal([]byte(thread["chat_user"].(string)), &user); err != nil {
			t.Fatal(err)
		}
		if thread["mode"] != "AGENT" || thread["webhook_url"] != hook || user["email"] != "jan@example.com" || user["name"] != "Jan" || user["phone"] != "+48 123" {
			t.Errorf("the service has %v", thread)
		}
	})
}

func TestAnUpdateSendsWhatChanges(t *testing.T) {
	t.Parallel()
	user := func(email, name, phone any) providertest.Values {
		return providertest.Values{"email": email, "name": name, "phone_number": phone}
	}
	before := providertest.Values{"webhook_url": "https://hooks.example/1", "chat_user": user("jan@example.com", "Jan", nil)}
	for name, test := range map[string]struct {
		changes  providertest.Values
		calls    []string
		replaces bool
	}{
		"nothing":              {nil, nil, false},
		"the mode":             {providertest.Values{"mode": "AGENT"}, []string{`chatbot.update {"mode":"AGENT"}`}, false},
		"another webhook":      {providertest.Values{"webhook_url": "https://hooks.example/2"}, []string{`chatbot.update {"webhookUrl":"https://hooks.example/2"}`}, false},
		"no webhook":           {providertest.Values{"webhook_url": nil}, []string{`chatbot.update {"webhookUrl":null}`}, false},
		"an e-mail":            {providertest.Values{"chat_user": user("eva@example.com", "Jan", nil)}, []string{`chatbot.update {"chatUser":{"email":"eva@example.com"}}`}, false},
		"a phone and no name":  {providertest.Values{"chat_user": user("jan@example.com", nil, "1")}, []string{`chatbot.update {"chatUser":{"name":null,"phoneNumber":"1"}}`}, false},
		"no user":              {providertest.Values{"chat_user": nil}, []string{`chatbot.update {"chatUser":{"email":null,"name":null}}`}, false},
		"a time-out":           {providertest.Values{"timeouts": providertest.Values{"update": "9s"}}, nil, false},
		"the id":               {providertest.Values{"thread_id": "t-2"}, []string{"chatbot.thread", `chatbot.create .*"threadId":"t-2".*`, "chatbot.update .*"}, true},
		"the chatbot":          {providertest.Values{"chatbot_id": "c-2"}, []string{`chatbot.create .*`, "chatbot.update .*"}, true},
		"the id becomes known": {providertest.Values{"thread_id": "same"}, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			w := s.Quick(t)
			thread := made(t, w, providertest.Object{}, block(before))
			if test.changes["thread_id"] == "same" {
				test.changes["thread_id"] = thread.State["thread_id"]
			}
			s.ClearRequests()
			after := made(t, w, thread, block(chatbotWith(before, test.changes)))
			saw(t, s, test.calls...)
			if replaced := after.State["id"] != thread.State["id"]; replaced != test.replaces {
				t.Errorf("replaced is %t", replaced)
			}
		})
	}
}

func TestAnUpdateThatFails(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	thread := made(t, w, providertest.Object{}, block(nil))
	s.ClearRequests()

	s.AddFault(sandbox.Fault{Call: "chatbot.update", Kind: sandbox.FaultResetAfter, Times: 1})
	after := made(t, w, thread, block(providertest.Values{"mode": "AGENT"}))
	saw(t, s, `chatbot.update {"mode":"AGENT"}`, `chatbot.update {"mode":"AGENT"}`)
	if after.State["mode"] != "AGENT" {
		t.Errorf("the state is %v", after.State)
	}

	s.AddFault(sandbox.Fault{Call: "chatbot.update", Kind: sandbox.FaultStatus, Status: 500})
	kept, diags := w.Apply(t.Context(), chatbotThread, after, block(nil))
	providertest.Complains(t, diags, "Unable to update chatbot thread", "PATCH ", "500", "state is as before", "harmless")
	if !reflect.DeepEqual(kept.State, after.State) {
		t.Errorf("the state is %v", kept.State)
	}
	s.ClearFaults()
	s.AddFault(sandbox.Fault{Call: "chatbot.update", Kind: sandbox.FaultStatus, Status: 400})
	_, diags = w.Apply(t.Context(), chatbotThread, after, block(nil))
	providertest.Complains(t, diags, "400", "REQUEST_VALIDATION_FAILED", "was not changed")
}

func TestDamagedStateSendsNothing(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	thread := made(t, w, providertest.Object{}, block(nil))
	s.ClearRequests()
	for _, name := range []string{"chatbot_id", "thread_id"} {
		for _, id := range []any{nil, "", "..", "a\n"} {
			damaged := thread
			damaged.State = chatbotWith(thread.State, providertest.Values{name: id})
			kept, diags := w.Refresh(chatbotThread, damaged)
			if len(diags) != 1 || !reflect.DeepEqual(kept.State, damaged.State) || !reflect.DeepEqual(kept.Identity, thread.Identity) {
				t.Errorf("%q: a refresh gives %v", id, kept)
			}
			warns(t, diags, "Unable to refresh chatbot thread", "The state is damaged: its "+name, "terraform state rm 'chatbot_thread.NAME'")
			if name == "thread_id" { // a chatbot that changes replaces the thread
				_, diags = w.Apply(t.Context(), chatbotThread, damaged, block(providertest.Values{"mode": "AGENT"}))
				providertest.Complains(t, diags, "thread_id", "damaged", "Nothing was sent", "terraform state rm")
			}
			if _, diags = w.Apply(t.Context(), chatbotThread, damaged, nil); providertest.Failed(diags) {
				t.Errorf("%q: a destroy says\n%s", id, providertest.Said(diags))
			}
		}
	}
	saw(t, s)
}

// Terraform before 1.12 keeps no identity, and a refresh that returns none is an error.
func TestRefreshOfADamagedStateWithoutIdentity(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	thread := made(t, w, providertest.Object{}, block(nil))
	s.ClearRequests()
	for _, change := range []providertest.Values{{"chatbot_id": nil}, {"thread_id": ".."}, {"chatbot_id": nil, "thread_id": nil}} {
		_, diags := w.Refresh(chatbotThread, providertest.Object{State: chatbotWith(thread.State, change), Private: thread.Private})
		warns(t, diags, "The state is damaged")
		if len(diags) != len(change) {
			t.Errorf("said\n%s", providertest.Said(diags))
		}
	}
	saw(t, s)
}

func TestABlockThatCannotWorkIsRefusedAtPlan(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	user := func(name, value string) providertest.Values {
		return providertest.Values{"chat_user": providertest.Values{name: value}}
	}
	for path, refused := range map[string][]providertest.Values{
		`"chatbot_id"`:  {{"chatbot_id": ""}, {"chatbot_id": ".."}, {"chatbot_id": "x\n"}, {"chatbot_id": " x"}, {"chatbot_id": nil}},
		`"thread_id"`:   {{"thread_id": ""}, {"thread_id": "."}, {"thread_id": "x\r\n"}},
		`"mode"`:        {{"mode": ""}, {"mode": "ai"}, {"mode": "HUMAN"}},
		`"webhook_url"`: {{"webhook_url": ""}, {"webhook_url": "secret.example"}, {"webhook_url": "ftp://secret.example"}},
		`"chat_user"`:   {user("email", "jan"), user("email", ""), user("name", ""), user("phone_number", "")},
		`"timeouts"`:    {{"timeouts": providertest.Values{"create": "10"}}, {"timeouts": providertest.Values{"update": "0s"}}, {"timeouts": providertest.Values{"delete": "soon"}}},
	} {
		for _, change := range refused {
			_, diags := w.Plan(chatbotThread, providertest.Object{}, block(change))
			providertest.Complains(t, diags, strings.Trim(path, `"`))
			providertest.Lacks(t, diags, "secret.example", "jan")
		}
	}
	saw(t, s)
}

func TestAThreadNeedsItsService(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	thread := made(t, s.Quick(t), providertest.Object{}, block(nil))
	s.ClearRequests()
	delete(s.Environment, "CHATBOT_TOKEN")
	w := s.Quick(t)
	_, diags := w.Plan(chatbotThread, providertest.Object{}, block(nil))
	providertest.Complains(t, diags, "chatbot.token", "CHATBOT_TOKEN")
	kept, diags := w.Refresh(chatbotThread, thread)
	if len(diags) != 1 || providertest.Failed(diags) || kept.State == nil {
		t.Errorf("a refresh gives %v\n%s", kept.State, providertest.Said(diags))
	}
	gone, diags := w.Apply(t.Context(), chatbotThread, thread, nil) // a destroy needs nothing
	if providertest.Failed(diags) || gone.State != nil {
		t.Errorf("a destroy says\n%s", providertest.Said(diags))
	}
	saw(t, s)
}

// A change of a thread that is gone by now says what the next plan does.
func TestAChangeOfAThreadThatIsGone(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	have := made(t, w, providertest.Object{}, block(nil))
	s.AddFault(sandbox.Fault{Call: "chatbot.update", Kind: sandbox.FaultStatus, Status: 404, Body: `{"success":false,"error":{"code":"THREAD_NOT_FOUND"}}`})
	_, diags := w.Apply(t.Context(), chatbotThread, have, block(providertest.Values{"mode": "AGENT"}))
	providertest.Complains(t, diags, "The thread was not changed", "the next apply begins a new one")
}
