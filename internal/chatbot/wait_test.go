package chatbot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
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
	is := regexp.MustCompile("^b")
	saying := func(answers ...string) answer {
		var list []string
		for _, text := range answers {
			list = append(list, `{"answer":{"text":"`+text+`"}}`)
		}
		return answer{status: http.StatusOK, body: `{"data":{"thread":{"messages":[` + strings.Join(list, ",") + `]}}}`}
	}
	for name, c := range map[string]struct {
		wanted   Condition
		answers  []answer
		looks    []time.Duration
		messages int // of the thread that is returned
	}{
		"without a condition one look is enough": {Condition{}, []answer{having(0, 0)}, looks(0), 0},
		"a thread that has enough is not waited": {Condition{Messages: 2, Answers: 1}, []answer{having(2, 1)}, looks(0), 2},
		"messages and answers are waited for":    {Condition{Messages: 2, Answers: 1}, []answer{having(2, 0), having(1, 1), having(2, 1)}, looks(0, 1, 3), 2},
		"an answer without a text is none":       {Condition{Answers: 1}, []answer{saying(""), saying("a")}, looks(0, 1), 1},
		"a match is waited for":                  {Condition{Matches: is}, []answer{having(1, 0), saying("a"), saying("a", "b")}, looks(0, 1, 3), 2},
		"a match and enough answers":             {Condition{Answers: 2, Matches: is}, []answer{saying("b"), saying("a", "ab"), saying("a", "bc")}, looks(0, 1, 3), 2},
		"a thread that is missing is waited for": {Condition{Messages: 1}, []answer{missing, missing, having(1, 0)}, looks(0, 1, 3), 1},
		"also one that disappears for a while":   {Condition{Messages: 2}, []answer{having(1, 0), missing, having(2, 0)}, looks(0, 1, 3), 2},
		"pauses grow from one second to fifteen": {Condition{Messages: 1}, append(slices.Repeat([]answer{having(0, 0)}, 8), having(1, 0)), looks(0, 1, 3, 7, 15, 30, 45, 60, 75), 1},
		"the time of a look is no part of them":  {Condition{Messages: 1}, []answer{{status: 404, body: missing.body, after: 5 * time.Second}, having(1, 0)}, looks(0, 6), 1},
	} {
		inBubble(t, name, func(t *testing.T) {
			s := newServer(c.answers...)
			got, err := s.client().WaitForThread(t.Context(), "c", "t", c.wanted)
			if err != nil || len(got.Messages) != c.messages {
				t.Errorf("got %+v and %v", got, err)
			}
			if !slices.Equal(s.times, c.looks) {
				t.Errorf("looked at %v, want %v", s.times, c.looks)
			}
		})
	}
}

// TestOnlyTheWaitHasFailed tells a thread that is not far enough from a service that
// fails: the one is a *rest.Vain beside the thread, the other is not.
func TestOnlyTheWaitHasFailed(t *testing.T) {
	t.Parallel()
	const wanted = "expected at least 5 messages and 3 answers, but the thread "
	short, silent, page := having(2, 1), answer{status: 200, after: time.Hour}, answer{status: 404, body: "<html>Not Found"}
	for name, c := range map[string]struct {
		answers  []answer
		timeout  time.Duration
		looks    []time.Duration
		ended    time.Duration
		messages int    // that the thread has; -1: there is no thread, -2: the error is no *rest.Vain
		says     string // within the error
	}{
		"when the time is up": {
			[]answer{short},
			10 * time.Second, looks(0, 1, 3, 7), 10 * time.Second, 2,
			wanted + "has 2 messages and 1 answer: timed out after 10 s (GET https://bots.example/api/v0/chatbots/c/threads/t was answered with 200 OK)",
		},
		"when there never was a thread": {
			[]answer{missing},
			10 * time.Second, looks(0, 1, 3, 7), 10 * time.Second, -1,
			"expected at least 5 messages and 3 answers, but the service does not know the thread: timed out after 10 s (GET https://bots.example/api/v0/chatbots/c/threads/t: 404 Not Found: none)",
		},
		"when a thread that was missing got no further": {[]answer{missing, short}, 10 * time.Second, looks(0, 1, 3, 7), 10 * time.Second, 2, "has 2 messages and 1 answer"},
		"when a look is cut off":                        {[]answer{short, silent}, 10 * time.Second, looks(0, 1), 10 * time.Second, 2, ": timed out after 10 s, and the service answered earlier looks, but not the last one in time ("},
		"when there is no time for another look":        {[]answer{short}, 50 * time.Second, looks(0, 30), 32 * time.Second, 2, ": timed out after 32 s ("},
		"not when the first look is cut off":            {[]answer{silent}, 10 * time.Second, looks(0), 10 * time.Second, -2, "no whole answer arrived within 10s"},
		"not with a page in the place of the API":       {[]answer{short, page}, time.Minute, looks(0, 1), time.Second, -2, "404"},
		"not with a page at the first look":             {[]answer{page}, time.Minute, looks(0), 0, -2, "404"},
		"not with a refusal":                            {[]answer{short, {status: 403, body: `{"message":"no"}`}}, time.Minute, looks(0, 1), time.Second, -2, "403"},
		"not with trouble that lasts":                   {[]answer{short, trouble}, time.Minute, looks(0, 1, 2, 3), 3 * time.Second, -2, "500"},
		"not with trouble until the time is nearly up":  {[]answer{short, trouble}, 2500 * time.Millisecond, looks(0, 1, 2), 2 * time.Second, -2, "500"},
		"not with trouble and a look that is cut off":   {[]answer{short, trouble, silent}, 10 * time.Second, looks(0, 1, 2), 10 * time.Second, -2, "no whole answer"},
	} {
		inBubble(t, name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), c.timeout)
			defer cancel()
			s := newServer(c.answers...)
			client := s.client(func(config *rest.Config) {
				config.Policy.MaxRetries = 2
				if strings.Contains(name, "no time for another") {
					config.RequestsPerMinute = 2
				}
			})
			got, err := client.WaitForThread(ctx, "c", "t", Condition{Messages: 5, Answers: 3})
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %+v and %v, want %q", got, err, c.says)
			}
			messages := -2
			if _, ok := errors.AsType[*rest.Vain](err); ok && got == nil {
				messages = -1
			} else if ok {
				messages = len(got.Messages)
			}
			if messages != c.messages || !slices.Equal(s.times, c.looks) || time.Since(s.began) != c.ended {
				t.Errorf("looked at %v, want %v; ended after %s with %d messages: %v", s.times, c.looks, time.Since(s.began), messages, err)
			}
		})
	}
}

func TestWhatWasExpectedAndWhatTheThreadHas(t *testing.T) {
	t.Parallel()
	no := regexp.MustCompile("^y")
	for name, c := range map[string]struct {
		wanted Condition
		last   answer
		says   string
	}{
		"one message":              {Condition{Messages: 1}, missing, "expected at least 1 message, but the service does not know the thread"},
		"one answer":               {Condition{Answers: 1}, having(0, 0), "expected at least 1 answer, but the thread has 0 messages"},
		"messages":                 {Condition{Messages: 2}, having(1, 1), "expected at least 2 messages, but the thread has 1 message"},
		"answers":                  {Condition{Answers: 2}, having(3, 1), "expected at least 2 answers, but the thread has 3 messages and 1 answer"},
		"both":                     {Condition{Messages: 3, Answers: 1}, having(1, 1), "expected at least 3 messages and 1 answer, but the thread has 1 message and 1 answer"},
		"a match":                  {Condition{Matches: no}, having(2, 2), "expected an answer that matches, but the thread has 2 messages and 2 answers without a match"},
		"a match, without answers": {Condition{Matches: no}, having(2, 0), "expected an answer that matches, but the thread has 2 messages and 0 answers"},
		"answers and a match":      {Condition{Answers: 1, Matches: no}, having(1, 1), "expected at least 1 answer, and an answer that matches, but the thread has 1 message and 1 answer without a match"},
	} {
		inBubble(t, name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
			defer cancel()
			_, err := newServer(c.last).client().WaitForThread(ctx, "c", "t", c.wanted)
			if want := c.says + ": timed out after 1.5 s ("; !strings.HasPrefix(fmt.Sprint(err), want) || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got  %v\nwant %s", err, c.says)
			}
		})
	}
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
		"a signal ends a pause at once":        {true, 500 * time.Millisecond, 500 * time.Millisecond, 2, rest.ErrInterrupted},
		"a signal leaves a look on the wire":   {true, 2 * time.Second, 3 * time.Second, 3, rest.ErrInterrupted},
		"cancelling ends a pause at once":      {false, 500 * time.Millisecond, 500 * time.Millisecond, 2, context.Canceled},
		"cancelling takes a look off the wire": {false, 2 * time.Second, 2 * time.Second, 2, context.Canceled},
	} {
		inBubble(t, name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var interrupt rest.Interrupt
			s := newServer(slow...)
			client := s.client(func(config *rest.Config) { config.Interrupt = &interrupt })
			time.AfterFunc(c.after, map[bool]func(){true: interrupt.Signal, false: cancel}[c.signal])
			got, err := client.WaitForThread(ctx, "c", "t", Condition{Messages: 9})
			vain, ok := errors.AsType[*rest.Vain](err)
			if !ok || !vain.IsInterrupted() || !errors.Is(err, c.cause) || !strings.Contains(err.Error(), ": interrupted after ") {
				t.Fatalf("got %+v and %v", got, err)
			}
			if time.Since(s.began) != c.ended || len(got.Messages) != c.messages || vain.NotFound != nil {
				t.Errorf("ended after %s: %v", time.Since(s.began), err)
			}
		})
	}
}
