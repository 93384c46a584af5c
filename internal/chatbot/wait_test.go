package chatbot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// having is an answer with so many messages, the first of which have an answer.
func having(messages, answers int) answer {
	var list []string
	for i := range messages {
		said := "null"
		if i < answers {
			said = `{"text":"x"}`
		}
		list = append(list, `{"answer":`+said+`}`)
	}
	return answer{status: http.StatusOK, body: fmt.Sprintf(`{"data":{"thread":{"threadId":"t","messages":[%s]}}}`, strings.Join(list, ","))}
}

var (
	missing = answer{status: http.StatusNotFound, body: `{"success":false,"message":"none"}`}
	trouble = answer{status: http.StatusInternalServerError}
)

// looks returns times in seconds.
func looks(seconds ...int) []time.Duration {
	var out []time.Duration
	for _, second := range seconds {
		out = append(out, time.Duration(second)*time.Second)
	}
	return out
}

func TestWaitForThread(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		minimum  Minimum
		answers  []answer
		looks    []time.Duration
		messages int // of the thread that is returned
	}{
		"without a minimum one look is enough":    {Minimum{}, []answer{having(0, 0)}, looks(0), 0},
		"a thread that has enough is not waited":  {Minimum{2, 1}, []answer{having(2, 1)}, looks(0), 2},
		"a thread that has more neither":          {Minimum{2, 1}, []answer{having(5, 5)}, looks(0), 5},
		"messages are waited for":                 {Minimum{Messages: 3}, []answer{having(1, 0), having(2, 2), having(3, 0)}, looks(0, 1, 3), 3},
		"answers are waited for":                  {Minimum{Answers: 2}, []answer{having(9, 0), having(9, 1), having(9, 2)}, looks(0, 1, 3), 9},
		"both are waited for":                     {Minimum{2, 1}, []answer{having(2, 0), having(1, 1), having(2, 1)}, looks(0, 1, 3), 2},
		"a thread that is missing is waited for":  {Minimum{Messages: 1}, []answer{missing, missing, having(1, 0)}, looks(0, 1, 3), 1},
		"also one that disappears for a while":    {Minimum{Messages: 2}, []answer{having(1, 0), missing, having(2, 0)}, looks(0, 1, 3), 2},
		"pauses grow from one second to fifteen":  {Minimum{Messages: 1}, append(slices.Repeat([]answer{having(0, 0)}, 8), having(1, 0)), looks(0, 1, 3, 7, 15, 30, 45, 60, 75), 1},
		"the time of a look is no part of them":   {Minimum{Messages: 1}, []answer{{status: 404, after: 5 * time.Second}, having(1, 0)}, looks(0, 6), 1},
		"a list that is left out has no messages": {Minimum{Messages: 1}, []answer{{status: 200, body: `{"data":{"thread":{"threadId":"t"}}}`}, having(1, 0)}, looks(0, 1), 1},
	} {
		inBubble(t, name, func(t *testing.T) {
			s := newServer(c.answers...)
			got, err := s.client().WaitForThread(t.Context(), "c", "t", c.minimum)
			if err != nil || len(got.Messages) != c.messages {
				t.Errorf("got %+v and %v", got, err)
			}
			if !slices.Equal(s.times, c.looks) {
				t.Errorf("looked at %v, want %v", s.times, c.looks)
			}
		})
	}
}

func TestWaitingEndsWithAnErrorThatTellsHowFarTheThreadGot(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answers  []answer
		timeout  time.Duration
		says     string
		notYet   bool // it is a *ShortError
		looks    []time.Duration
		ended    time.Duration
		deadline bool
	}{
		"when the time is up": {
			[]answer{having(2, 1)},
			10 * time.Second, "the thread had 2 messages, 1 of them with an answer, when at least 5 messages and 3 answers were waited for",
			true, looks(0, 1, 3, 7), 10 * time.Second, true,
		},
		"when there never was a thread": {
			[]answer{missing},
			10 * time.Second, "there was no such thread yet (404), when at least 5 messages",
			true, looks(0, 1, 3, 7), 10 * time.Second, true,
		},
		"when a thread that was missing got no further": {
			[]answer{missing, having(2, 1)},
			10 * time.Second, "the thread had 2 messages, 1 of them with an answer",
			true, looks(0, 1, 3, 7), 10 * time.Second, true,
		},
		"when it is up within a look": {
			[]answer{having(2, 1), {status: 200, after: time.Hour}},
			10 * time.Second, "the thread had 2 messages, 1 of them",
			true, looks(0, 1), 10 * time.Second, true,
		},
		"when it is up within the first look": {
			[]answer{{status: 200, after: time.Hour}},
			10 * time.Second, "no whole answer arrived within 10s",
			false, looks(0), 10 * time.Second, true,
		},
		"at once with any other error": {
			[]answer{having(2, 1), {status: 403, body: `{"message":"forbidden"}`}},
			time.Minute, "forbidden",
			false, looks(0, 1), time.Second, false,
		},
		"at once with an error at the first look": {
			[]answer{{status: 401, body: `{"message":"who"}`}}, time.Minute, "who", false, looks(0), 0, false,
		},
		"with trouble that lasts": {
			[]answer{having(2, 1), trouble}, time.Minute, "500", false, looks(0, 1, 2, 3), 3 * time.Second, false,
		},
		"with trouble that lasts until the time is nearly up": {
			[]answer{having(2, 1), trouble}, 2500 * time.Millisecond, "500", false, looks(0, 1, 2), 2 * time.Second, false,
		},
		"with an answer that makes no sense": {
			[]answer{missing, {status: 200, body: `{"success":false,"message":"not today"}`}}, time.Minute, "not today", false, looks(0, 1, 2, 3), 3 * time.Second, false,
		},
		"when requests_per_minute leaves no time for another look": {
			[]answer{having(2, 1)}, 50 * time.Second, "the thread had 2 messages, 1 of them with an answer", true, looks(0, 30), 32 * time.Second, false,
		},
	} {
		inBubble(t, name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), c.timeout)
			defer cancel()
			s := newServer(c.answers...)
			client := s.client(func(config *rest.Config) {
				config.Policy.MaxRetries = 2
				if strings.Contains(name, "requests_per_minute") {
					config.RequestsPerMinute = 2
				}
			})
			got, err := client.WaitForThread(ctx, "c", "t", Minimum{5, 3})
			if got != nil || err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %+v and %v, want %q", got, err, c.says)
			}
			if _, short := errors.AsType[*ShortError](err); short != c.notYet || errors.Is(err, context.DeadlineExceeded) != c.deadline {
				t.Errorf("got %T: %v", err, err)
			}
			if !slices.Equal(s.times, c.looks) || time.Since(s.began) != c.ended {
				t.Errorf("looked at %v, want %v; ended after %s", s.times, c.looks, time.Since(s.began))
			}
		})
	}
}

// TestShortErrorTellsWhatTheServiceSaid has all that a diagnostic is made of.
func TestShortErrorTellsWhatTheServiceSaid(t *testing.T) {
	t.Parallel()
	const read = "GET https://bots.example/api/v0/chatbots/c/threads/t"
	none := answer{status: http.StatusNotFound, body: `{"success":false,"message":"No such chatbot","error":{"code":"CHATBOT_NOT_FOUND"}}`}
	const ended = "; the time-out of the operation ended the waiting"
	for name, c := range map[string]struct {
		minimum Minimum
		answers []answer
		says    string
		status  int // of the *rest.Error within; 0 for none
	}{
		"nothing, one message":   {Minimum{Messages: 1}, []answer{none}, read + ": 404 Not Found: No such chatbot (code CHATBOT_NOT_FOUND): there was no such thread yet (404), when at least 1 message was waited for" + ended, 404},
		"nothing, one answer":    {Minimum{Answers: 1}, []answer{none}, read + ": 404 Not Found: No such chatbot (code CHATBOT_NOT_FOUND): there was no such thread yet (404), when at least 1 answer was waited for" + ended, 404},
		"gone at the last look":  {Minimum{Messages: 9}, []answer{having(1, 1), none}, read + ": 404 Not Found: No such chatbot (code CHATBOT_NOT_FOUND): there was no such thread yet (404), when at least 9 messages were waited for" + ended, 404},
		"messages":               {Minimum{Messages: 2}, []answer{none, having(1, 1)}, read + " was answered with 200 OK: the thread had 1 message, when at least 2 messages were waited for" + ended, 0},
		"answers":                {Minimum{Answers: 2}, []answer{having(3, 1)}, read + " was answered with 200 OK: the thread had 3 messages, 1 of them with an answer, when at least 2 answers were waited for" + ended, 0},
		"none of the answers":    {Minimum{Answers: 1}, []answer{having(1, 0)}, read + " was answered with 200 OK: the thread had 1 message, none with an answer, when at least 1 answer was waited for" + ended, 0},
		"both, one of each":      {Minimum{1, 1}, []answer{having(0, 0)}, read + " was answered with 200 OK: the thread had 0 messages, when at least 1 message and 1 answer were waited for" + ended, 0},
		"the only message is it": {Minimum{3, 1}, []answer{having(1, 1)}, read + " was answered with 200 OK: the thread had 1 message, with an answer, when at least 3 messages and 1 answer were waited for" + ended, 0},
	} {
		inBubble(t, name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			_, err := newServer(c.answers...).client().WaitForThread(ctx, "c", "t", c.minimum)
			if err == nil || err.Error() != c.says {
				t.Errorf("got  %v\nwant %s", err, c.says)
			}
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%v does not tell that the time was up", err)
			}
			e, ok := errors.AsType[*rest.Error](err)
			if ok != (c.status != 0) || ok && e.Status != c.status {
				t.Errorf("the last answer is %v", e)
			}
		})
	}
}

func TestTroubleThatPassesIsWaitedOutAsEver(t *testing.T) {
	t.Parallel()
	inBubble(t, "by the client", func(t *testing.T) {
		s := newServer(having(0, 0), trouble, having(0, 0), having(1, 0))
		client := s.client(func(config *rest.Config) { config.Policy.MaxRetries = 1 })
		if _, err := client.WaitForThread(t.Context(), "c", "t", Minimum{Messages: 1}); err != nil {
			t.Error(err)
		}
		if want := looks(0, 1, 2, 4); !slices.Equal(s.times, want) {
			t.Errorf("looked at %v, want %v", s.times, want)
		}
	})
}

func TestStoppingEndsTheWaiting(t *testing.T) {
	t.Parallel()
	// The second look begins at one second and takes two.
	slow := []answer{having(2, 1), {status: 200, body: having(3, 2).body, after: 2 * time.Second}}
	for name, c := range map[string]struct {
		signal   bool
		after    time.Duration
		ended    time.Duration
		messages int // at the last look
		cause    error
	}{
		"a signal ends a pause at once":             {true, 500 * time.Millisecond, 500 * time.Millisecond, 2, rest.ErrInterrupted},
		"a signal leaves a look on the wire":        {true, 2 * time.Second, 3 * time.Second, 3, rest.ErrInterrupted},
		"cancelling ends a pause at once":           {false, 500 * time.Millisecond, 500 * time.Millisecond, 2, context.Canceled},
		"cancelling takes a look off the wire":      {false, 2 * time.Second, 2 * time.Second, 2, context.Canceled},
		"cancelling ends a later pause just as now": {false, 4 * time.Second, 4 * time.Second, 3, context.Canceled},
	} {
		inBubble(t, name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var interrupt rest.Interrupt
			s := newServer(slow...)
			client := s.client(func(config *rest.Config) { config.Interrupt = &interrupt })
			stop := cancel
			if c.signal {
				stop = interrupt.Signal
			}
			time.AfterFunc(c.after, stop)
			got, err := client.WaitForThread(ctx, "c", "t", Minimum{Messages: 9})
			short, ok := errors.AsType[*ShortError](err)
			if got != nil || !ok || !errors.Is(err, c.cause) || !strings.Contains(err.Error(), "the waiting was interrupted") {
				t.Fatalf("got %+v and %v", got, err)
			}
			if time.Since(s.began) != c.ended || short.Messages != c.messages || short.Answers != c.messages-1 || short.NotFound != nil {
				t.Errorf("ended after %s: %v", time.Since(s.began), err)
			}
		})
	}
	inBubble(t, "and what begins after a signal waits as before", func(t *testing.T) {
		var interrupt rest.Interrupt
		s := newServer(missing, missing, having(1, 0))
		client := s.client(func(config *rest.Config) { config.Interrupt = &interrupt })
		interrupt.Signal()
		if _, err := client.WaitForThread(t.Context(), "c", "t", Minimum{Messages: 1}); err != nil {
			t.Error(err)
		}
		if want := looks(0, 1, 3); !slices.Equal(s.times, want) {
			t.Errorf("looked at %v, want %v", s.times, want)
		}
	})
}
