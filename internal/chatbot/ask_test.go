package chatbot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

var question = AskRequest{ChatbotID: "c", ThreadID: "t", Text: "Where is my parcel?", From: FromUser}

const askCall = `POST chatbots/c/message {"threadId":"t","message":"Where is my parcel?","from":"USER"}`

// replied is the answer to a question.
func replied(id string) answer {
	return answer{status: 200, body: `{"success":true,"message":"Sent","data":{"message":{"id":"` + id + `","question":{"text":"Where is my parcel?","timestamp":"2000-01-01T00:00:00.000000Z"},` +
		`"answer":{"text":"On its way","timestamp":"2000-01-01T00:00:02Z"},"sources":["https://a.example"],"gptModel":"gpt-4","threadId":"t","messageType":"NORMAL_MESSAGE"}}}`}
}

func TestAsk(t *testing.T) {
	t.Parallel()
	inBubble(t, "as a user", func(t *testing.T) {
		s := newServer(replied("365062948587045457"))
		got, err := s.client().Ask(t.Context(), question)
		if err != nil {
			t.Fatal(err)
		}
		const want = `{"messageId":"365062948587045457","question":{"text":"Where is my parcel?","timestamp":"2000-01-01T00:00:00.000000Z"},` +
			`"answer":{"text":"On its way","timestamp":"2000-01-01T00:00:02Z"},"reaction":null,"sources":["https://a.example"],"messageType":"NORMAL_MESSAGE",` +
			`"systemMessageType":null,"iconUrl":null,"prompts":null,"gptModel":"gpt-4","Lost":null}`
		if got := asJSON(t, got); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if calls := s.calls(); !slices.Equal(calls, []string{askCall}) {
			t.Errorf("sent %q", calls)
		}
	})
	inBubble(t, "with texts alone", func(t *testing.T) {
		s := newServer(answer{status: 200, body: `{"success":true,"data":{"message":{"id":"1","question":"Hi","answer":"Hello \u00e9"}}}`})
		got, err := s.client().Ask(t.Context(), question)
		if err != nil || *got.Question.Text != "Hi" || *got.Answer.Text != "Hello é" || got.Answer.Timestamp != nil {
			t.Errorf("got %+v and %v", got, err)
		}
	})
	inBubble(t, "as an agent", func(t *testing.T) {
		s := newServer(answer{status: 200, body: `{"data":{"message":{"id":7,"answer":{"text":"YO"}}}}`})
		got, err := s.client().Ask(t.Context(), AskRequest{ChatbotID: "c/d", ThreadID: "t", Text: "YO", From: FromAgent, AgentName: "Ann", IconURL: "https://a.example/i"})
		if err != nil || *got.MessageID != "7" {
			t.Errorf("got %+v and %v", got, err)
		}
		if calls := s.calls(); !slices.Equal(calls, []string{`POST chatbots/c%2Fd/message {"threadId":"t","message":"YO","from":"AGENT","agentName":"Ann","iconUrl":"https://a.example/i"}`}) {
			t.Errorf("sent %q", calls)
		}
	})
}

// noReply are answers with the status of a success that tell of no message.
var noReply = map[string]string{
	`{"success":true}`:                                     "no message (data.message)",
	`{"success":true,"data":{"message":null}}`:             "no message (data.message)",
	`{"success":true,"data":{"message":{}}}`:               "is empty",
	`{"success":true,"data":{"message":{"threadId":"t"}}}`: "is empty",
	`{"data":{"message":{"id":"1","threadId":"other"}}}`:   "another thread",
	`{"data":{"message":{"id":{}}}}`:                       "data.message.id",
	`{"data":{"message":[]}}`:                              "array",
	`{"data":{"message":{"id":"1"`:                         "EOF",
	`{"success":false,"data":{"message":{"id":"1"}}}`:      "failure",
	`{"data":null,"error":{"code":"X","message":"sorry"}}`: "failure",
	`<html>`: "invalid character",
	``:       "EOF",
}

func TestAnswersThatAreNoReply(t *testing.T) {
	t.Parallel()
	for body, says := range noReply {
		var message *Message
		err := decodeMessage(&message, "t")(strings.NewReader(body))
		if err == nil || message != nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: got %+v and %v, want %q", body, message, err, says)
		}
	}
}

func TestAQuestionThatWasNotAskedIsNotLookedUp(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answers []answer
		calls   []string
		says    string
	}{
		"refused":                {[]answer{{status: 404, body: `{"success":false,"message":"Thread not found"}`}}, []string{askCall}, "Thread not found"},
		"limited":                {[]answer{{status: 429}, {status: 429}}, []string{askCall, askCall}, "429"},
		"limited, then answered": {[]answer{{status: 429}, replied("1")}, []string{askCall, askCall}, ""},
		"over the account's limit": {
			[]answer{{status: 200, body: `{"success":false,"error":{"code":"MESSAGES_LIMIT_REACHED"}}`}}, []string{askCall}, "MESSAGES_LIMIT_REACHED",
		},
	} {
		inBubble(t, name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			defer cancel()
			s := newServer(c.answers...)
			_, err := s.client(func(config *rest.Config) { config.Policy.MaxRetries = 1 }).Ask(ctx, question)
			if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %q", err, c.says)
			}
			if calls := s.calls(); !slices.Equal(calls, c.calls) {
				t.Errorf("sent %q", calls)
			}
			if _, ok := errors.AsType[*LostError](err); ok {
				t.Errorf("%v was looked up", err)
			}
		})
	}
}

// TestAModelMayThinkLongerThanAnAttemptTakes has a policy of twenty seconds.
func TestAModelMayThinkLongerThanAnAttemptTakes(t *testing.T) {
	t.Parallel()
	slow := replied("1")
	for _, c := range []struct{ thinks, timeout, looked time.Duration }{
		{50 * time.Second, 5 * time.Minute, 0},
		{239 * time.Second, 5 * time.Minute, 0},
		{time.Hour, 5 * time.Minute, 240 * time.Second},
		{time.Hour, 10 * time.Second, 8 * time.Second},
	} {
		inBubble(t, fmt.Sprint(c.thinks, " of ", c.timeout), func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), c.timeout)
			defer cancel()
			slow := slow
			slow.after = c.thinks
			s := newServer(slow, having(0, 0))
			_, err := s.client().Ask(ctx, question)
			if (err == nil) != (c.looked == 0) {
				t.Errorf("got %v", err)
			}
			if c.looked != 0 && s.times[1] != c.looked {
				t.Errorf("looked the message up at %v", s.times)
			}
		})
	}
}

func TestAQuestionAndItsAnswerAreInNoError(t *testing.T) {
	t.Parallel()
	inBubble(t, "in the service's words", func(t *testing.T) {
		s := newServer(answer{status: 400, body: `{"success":false,"message":"Where is my parcel? Ann says no"}`})
		request := question
		request.AgentName = "Ann"
		_, err := s.client().Ask(t.Context(), request)
		if err == nil || strings.Contains(err.Error(), "parcel") || strings.Contains(err.Error(), "Ann") || !strings.Contains(err.Error(), "says no") {
			t.Errorf("got %v", err)
		}
	})
	inBubble(t, "of an answer that breaks off", func(t *testing.T) {
		s := newServer(answer{status: 200, body: `{"data":{"message":{"id":"1","answer":{"text":"Hello, Maria`}, missing)
		_, err := s.client().Ask(t.Context(), question)
		if err == nil || strings.Contains(err.Error(), "Maria") || strings.Contains(err.Error(), "parcel") {
			t.Errorf("got %v", err)
		}
	})
}

// model answers each question after two seconds, and says how many it had at once.
type model struct {
	mu      sync.Mutex
	in      map[string]int
	most    int
	inOne   int // of one thread
	present int
}

func (m *model) RoundTrip(r *http.Request) (*http.Response, error) {
	var asked AskRequest
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
		return nil, err
	}
	m.enter(asked.ThreadID, 1)
	defer m.enter(asked.ThreadID, -1)
	return newServer(answer{status: 200, body: `{"data":{"message":{"id":"1"}}}`, after: 2 * time.Second}).RoundTrip(r)
}

func (m *model) enter(thread string, by int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.present += by
	m.in[thread] += by
	m.most, m.inOne = max(m.most, m.present), max(m.inOne, m.in[thread])
}

func TestQuestionsOfOneThreadAreAskedOneAfterTheOther(t *testing.T) {
	t.Parallel()
	ask := func(t *testing.T, threads, questions int, timeout time.Duration) (*model, time.Duration, []error) {
		ctx, cancel := context.WithTimeout(t.Context(), timeout)
		defer cancel()
		model := &model{in: map[string]int{}}
		client := newServer().client(func(config *rest.Config) { config.Transport = model })
		began, errs := time.Now(), make([]error, questions)
		var all sync.WaitGroup
		for i := range questions {
			all.Go(func() {
				request := question
				request.ThreadID = fmt.Sprint(i % threads)
				_, errs[i] = client.Ask(ctx, request)
			})
		}
		all.Wait()
		return model, time.Since(began), slices.DeleteFunc(errs, func(err error) bool { return err == nil })
	}
	inBubble(t, "and those of others meanwhile", func(t *testing.T) {
		model, took, errs := ask(t, 20, 100, time.Minute)
		if model.inOne != 1 || model.most != 20 || took != 10*time.Second || len(errs) > 0 {
			t.Errorf("%d at once, %d of one thread, in %s: %v", model.most, model.inOne, took, errs)
		}
	})
	inBubble(t, "and what has no turn in time is not sent", func(t *testing.T) {
		// At four seconds, the third would have only the fifth that is kept for a look-up.
		_, took, errs := ask(t, 1, 10, 5*time.Second)
		if took != 4*time.Second || len(errs) != 8 {
			t.Fatalf("after %s: %v", took, errs)
		}
		for _, err := range errs {
			if rest.OutcomeOf(err) != rest.NotActed || !strings.Contains(err.Error(), "POST https://bots.example/api/v0/chatbots/c/message: the message was not sent") {
				t.Errorf("got %v", err)
			}
		}
	})
	inBubble(t, "and a signal ends the waiting for a turn", func(t *testing.T) {
		var interrupt rest.Interrupt
		s := newServer(answer{status: 200, body: replied("1").body, after: 10 * time.Second})
		client := s.client(func(config *rest.Config) { config.Interrupt = &interrupt })
		var first error
		var all sync.WaitGroup
		all.Go(func() { _, first = client.Ask(t.Context(), question) })
		time.Sleep(time.Second)
		time.AfterFunc(time.Second, interrupt.Signal)
		_, err := client.Ask(t.Context(), question)
		if !rest.IsInterrupted(err) || rest.OutcomeOf(err) != rest.NotActed || time.Since(s.began) != 2*time.Second {
			t.Errorf("got %v after %s", err, time.Since(s.began))
		}
		all.Wait()
		if first != nil || len(s.requests) != 1 {
			t.Errorf("%d requests, and the first ended with %v", len(s.requests), first)
		}
	})
}

func FuzzReply(f *testing.F) {
	f.Add(replied("365062948587045457").body)
	for body := range noReply {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		var message *Message
		err := decodeMessage(&message, "t")(strings.NewReader(body))
		if (err == nil) == (message == nil) {
			t.Fatalf("%q gives %+v and %v", body, message, err)
		}
		if err == nil && (!json.Valid([]byte(body)) || message.isEmpty()) {
			t.Errorf("%q is taken for a message", body)
		}
	})
}
