package chatbotmessage_test

import (
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

const ask = `chatbot.message {"threadId":"` + sandbox.EmptyThreadID + `","message":"When do you open\?","from":"USER"}`

func TestAQuestionIsAskedOnceAndItsAnswerKept(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	s.Set(func(k *sandbox.Knobs) {
		k.Answers = map[string]string{"When do you open?": "At nine."}
		k.AnswerSources = []string{"https://shop.example/hours"}
	})
	w := s.Quick(t)
	message := asked(t, w, providertest.Object{}, question(nil))
	saw(t, s, ask)
	has(t, message, providertest.Values{"answer": "At nine.", "from": "USER", "message_type": "NORMAL_MESSAGE", "gpt_model": "gpt-3.5-turbo", "message_id": "365100000000000001"})
	if sources := message.State["sources"]; !reflect.DeepEqual(sources, []any{"https://shop.example/hours"}) {
		t.Errorf("the sources are %v", sources)
	}
	for _, name := range []string{"id", "asked_at", "answered_at"} {
		if message.State[name] == nil {
			t.Errorf("%s is null", name)
		}
	}

	// Neither a refresh nor a plan nor a destroy makes a call, also not of a chatbot that is down.
	s.AddFault(sandbox.Fault{Call: "chatbot.*", Kind: sandbox.FaultStatus, Status: 500})
	again, diags := w.Refresh(chatbotMessage, message)
	w.Must(nil, diags)
	if !reflect.DeepEqual(again.State, message.State) {
		t.Errorf("a refresh changes %v to %v", message.State, again.State)
	}
	planned, diags := w.Plan(chatbotMessage, message, question(nil))
	w.Must(nil, diags)
	if plan := w.Values(w.Schemas.ResourceSchemas[chatbotMessage], planned.PlannedState); !reflect.DeepEqual(plan, message.State) || len(planned.RequiresReplace) > 0 {
		t.Errorf("the plan is %v", plan)
	}
	if _, diags = w.Apply(t.Context(), chatbotMessage, message, nil); len(diags) > 0 {
		t.Errorf("a destroy says\n%s", providertest.Said(diags))
	}
	saw(t, s)
}

func TestWhatAnAgentSaysHasNoAnswer(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	message := asked(t, s.Quick(t), providertest.Object{}, question(providertest.Values{"from": "AGENT", "agent_name": "Ann", "icon_url": "https://shop.example/ann.png"}))
	saw(t, s, `chatbot.message {"threadId":"`+sandbox.EmptyThreadID+`","message":"When do you open\?","from":"AGENT","agentName":"Ann","iconUrl":"https://shop.example/ann.png"}`)
	has(t, message, providertest.Values{"answer": nil, "answered_at": nil, "gpt_model": nil, "message_type": "AGENT_MESSAGE"})
	if message.State["asked_at"] == nil || message.State["message_id"] == nil {
		t.Errorf("the state is %v", message.State)
	}
}

func TestAnswersOfOtherForms(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		knobs func(*sandbox.Knobs)
		want  providertest.Values
	}{
		"texts alone":     {func(k *sandbox.Knobs) { k.AnswerForm = sandbox.AnswerFormTexts }, providertest.Values{"answer": "You asked: When do you open?", "asked_at": nil, "answered_at": nil}},
		"numbers for ids": {func(k *sandbox.Knobs) { k.NumericIDs = true }, providertest.Values{"message_id": "365100000000000001"}},
		"no answer":       {func(k *sandbox.Knobs) { k.Answering = sandbox.AnsweringNever }, providertest.Values{"answer": nil, "answered_at": nil, "message_id": "365100000000000001"}},
		"no nulls":        {func(k *sandbox.Knobs) { k.NullsAbsent = true }, providertest.Values{"answer": "You asked: When do you open?"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			s.Set(test.knobs)
			has(t, asked(t, s.Quick(t), providertest.Object{}, question(nil)), test.want)
			saw(t, s, ask)
		})
	}
}

func TestWhatSaysTheTextAgain(t *testing.T) {
	t.Parallel()
	triggers := func(values providertest.Values) providertest.Values {
		return providertest.Values{"triggers": values}
	}
	for name, test := range map[string]struct {
		before, after providertest.Values
		again         bool
	}{
		"nothing":                   {nil, nil, false},
		"another text":              {nil, providertest.Values{"text": "Hello"}, true},
		"another thread":            {nil, providertest.Values{"thread_id": sandbox.ThreadID}, true},
		"an agent":                  {nil, providertest.Values{"from": "AGENT"}, true},
		"another trigger":           {triggers(providertest.Values{"a": "1"}), triggers(providertest.Values{"a": "2"}), true},
		"a trigger":                 {nil, triggers(providertest.Values{"a": "1"}), true},
		"an empty map":              {nil, triggers(providertest.Values{}), false},
		"a trigger that is null":    {nil, triggers(providertest.Values{"a": nil}), false},
		"none in the place of null": {triggers(providertest.Values{"a": nil, "b": "1"}), triggers(providertest.Values{"b": "1"}), false},
		"a time-out":                {nil, providertest.Values{"timeouts": providertest.Values{"create": "1m"}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			w := s.Quick(t)
			message := asked(t, w, providertest.Object{}, question(test.before))
			s.ClearRequests()
			after := asked(t, w, message, question(test.after))
			if calls := s.Count("*"); (calls == 1) != test.again || calls > 1 {
				t.Errorf("%d calls", calls)
			}
			if (after.State["id"] != message.State["id"]) != test.again {
				t.Errorf("the state is %v", after.State)
			}
		})
	}
}

func TestAMessageThatCannotWorkIsRefusedAtPlan(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	for path, refused := range map[string][]providertest.Values{
		"chatbot_id": {{"chatbot_id": ""}, {"chatbot_id": ".."}, {"chatbot_id": "x\n"}, {"chatbot_id": nil}},
		"thread_id":  {{"thread_id": ""}, {"thread_id": " x"}, {"thread_id": nil}},
		"text":       {{"text": ""}, {"text": " \n"}, {"text": nil}},
		"from":       {{"from": ""}, {"from": "user"}, {"from": "SYSTEM"}},
		"agent_name": {{"agent_name": "Ann"}, {"agent_name": "Ann", "from": "USER"}, {"agent_name": "", "from": "AGENT"}},
		"icon_url":   {{"icon_url": "https://shop.example/ann.png"}, {"icon_url": "", "from": "AGENT"}},
		"timeouts":   {{"timeouts": providertest.Values{"create": "10"}}, {"timeouts": providertest.Values{"create": "0s"}}},
	} {
		for _, change := range refused {
			_, diags := w.Plan(chatbotMessage, providertest.Object{}, question(change))
			providertest.Complains(t, diags, `AttributeName("`+path+`")`)
			providertest.Lacks(t, diags, "Ann", "shop.example")
		}
	}
	saw(t, s)
}

// TestWhatMayTurnOutNullIsNotRefused has values that are unknown, as every variable is in
// `terraform validate`.
func TestWhatMayTurnOutNullIsNotRefused(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	for _, name := range []string{"agent_name", "icon_url"} {
		_, diags := w.Plan(chatbotMessage, providertest.Object{}, question(providertest.Values{name: tftypes.UnknownValue}))
		w.Must(nil, diags)
	}
}

func TestAMessageNeedsItsService(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	message := asked(t, s.Quick(t), providertest.Object{}, question(nil))
	s.ClearRequests()
	delete(s.Environment, "CHATBOT_TOKEN")
	w := s.Quick(t)
	_, diags := w.Plan(chatbotMessage, providertest.Object{}, question(nil))
	providertest.Complains(t, diags, "chatbot.token", "CHATBOT_TOKEN")
	if _, diags = w.Apply(t.Context(), chatbotMessage, message, nil); len(diags) > 0 { // a destroy needs nothing
		t.Errorf("a destroy says\n%s", providertest.Said(diags))
	}
	saw(t, s)
}

// TestASlowModel thinks longer than http.timeout, as most attempts may take.
func TestASlowModel(t *testing.T) {
	t.Parallel()
	providertest.InBubble(t, "within the time-out of the operation", func(t *testing.T) {
		s := providertest.NewInMemory(t, sandbox.Options{})
		s.Set(func(k *sandbox.Knobs) { k.AnswerDelay = sandbox.Duration(50 * time.Second) })
		w := s.Configured(t, providertest.Values{"http": providertest.Values{"timeout": "10s"}})
		began := time.Now()
		has(t, asked(t, w, providertest.Object{}, question(nil)), providertest.Values{"answer": "You asked: When do you open?"})
		if took := time.Since(began); took != 50*time.Second {
			t.Errorf("took %s", took)
		}
		saw(t, s, ask)
	})
	providertest.InBubble(t, "longer than four fifths of it", func(t *testing.T) {
		s := providertest.NewInMemory(t, sandbox.Options{})
		s.Set(func(k *sandbox.Knobs) { k.AnswerDelay = sandbox.Duration(90 * time.Second) })
		config := question(providertest.Values{"timeouts": providertest.Values{"create": "100s"}})
		message, diags := s.Quick(t).Apply(t.Context(), chatbotMessage, providertest.Object{}, config)
		if providertest.Failed(diags) {
			t.Fatal(providertest.Said(diags))
		}
		has(t, message, providertest.Values{"answer": "You asked: When do you open?"})
		saw(t, s, ask, "chatbot.thread", "chatbot.thread", "chatbot.thread", "chatbot.thread", "chatbot.thread")
	})
}

// TestATurnThatComesTooLate asks three questions at once of a model that thinks for 41 seconds.
// The third would be asked after 82 of its 100 seconds.
func TestATurnThatComesTooLate(t *testing.T) {
	t.Parallel()
	providertest.InBubble(t, "is not taken", func(t *testing.T) {
		s := providertest.NewInMemory(t, sandbox.Options{})
		s.Set(func(k *sandbox.Knobs) { k.AnswerDelay = sandbox.Duration(41 * time.Second) })
		w := s.Quick(t)
		config, refusals := question(providertest.Values{"timeouts": providertest.Values{"create": "100s"}}), make(chan []*tfprotov6.Diagnostic, 3)
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				if message, diags := w.Apply(t.Context(), chatbotMessage, providertest.Object{}, config); message.State == nil {
					refusals <- diags
				}
			})
		}
		all.Wait()
		close(refusals)
		providertest.Complains(t, <-refusals, "the calls before it in the same thread had not ended", "The time-out of the operation ended it", "the text was not said", "Raise timeouts.create")
		saw(t, s, ask, ask)
	})
}

// TestManyQuestionsAtOnce asks a hundred of a model that takes two seconds, twenty at a time.
func TestManyQuestionsAtOnce(t *testing.T) {
	t.Parallel()
	const questions, parallelism, thinks = 100, 20, 2 * time.Second
	run := func(t *testing.T, threads int) time.Duration {
		t.Helper()
		s := providertest.NewInMemory(t, sandbox.Options{})
		s.Set(func(k *sandbox.Knobs) {
			k.AnswerDelay = sandbox.Duration(thinks)
			k.ThreadUnknown = sandbox.ThreadUnknownCreated
		})
		w := s.Quick(t)
		began, places := time.Now(), make(chan struct{}, parallelism)
		var all sync.WaitGroup
		for i := range questions {
			all.Go(func() {
				places <- struct{}{}
				defer func() { <-places }()
				asked(t, w, providertest.Object{}, question(providertest.Values{"thread_id": fmt.Sprint("t-", i%threads), "text": fmt.Sprint("Question ", i)}))
			})
		}
		all.Wait()
		if calls := s.Count("chatbot.message"); calls != questions {
			t.Errorf("%d questions were asked", calls)
		}
		return time.Since(began)
	}
	providertest.InBubble(t, "in a thread each", func(t *testing.T) {
		if took, ideal := run(t, questions), questions/parallelism*thinks; took > ideal*5/4 {
			t.Errorf("took %s, and at best %s", took, ideal)
		}
	})
	providertest.InBubble(t, "in one thread, one after the other", func(t *testing.T) {
		if took := run(t, 1); took != questions*thinks {
			t.Errorf("took %s", took)
		}
	})
}

// An answer without a text is none, as in a thread: nobody has answered.
func TestAnEmptyAnswerIsNone(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]string{"object": `{"text":"","timestamp":"2026-01-01T00:00:00Z"}`, "text": `""`} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			s.AddFault(sandbox.Fault{Call: "chatbot.message", Kind: sandbox.FaultStatus, Status: 200, Body: `{"success":true,"data":{"message":{"id":"1","question":"x","answer":` + answer + `}}}`})
			has(t, asked(t, s.Quick(t), providertest.Object{}, question(nil)), providertest.Values{"answer": nil, "answered_at": nil, "message_id": "1"})
		})
	}
}
