package chatbot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// entry is a message of a thread as JSON. An empty answer is none.
func entry(id, kind, text, answer string, at time.Time) string {
	said := fmt.Sprintf(`{"text":%q,"timestamp":%q}`, text, at.UTC().Format("2006-01-02T15:04:05.000000Z"))
	question, replied := said, "null"
	if answer != "" {
		replied = fmt.Sprintf(`{"text":%q,"timestamp":%q}`, answer, at.UTC().Format(time.RFC3339))
	}
	if kind == "AGENT_MESSAGE" {
		question, replied = "null", said
	}
	return fmt.Sprintf(`{"messageId":%q,"messageType":%q,"question":%s,"answer":%s}`, id, kind, question, replied)
}

func threadOf(mode string, entries ...string) answer {
	return answer{status: 200, body: `{"data":{"thread":{"threadId":"t","mode":"` + mode + `","messages":[` + strings.Join(entries, ",") + `]}}}`}
}

func TestALostAnswerIsFoundInTheThread(t *testing.T) {
	t.Parallel()
	const text, normal = "Where is my parcel?", "NORMAL_MESSAGE"
	agent := AskRequest{ChatbotID: "c", ThreadID: "t", Text: text, From: FromAgent}
	for name, c := range map[string]struct {
		request AskRequest
		threads func(now time.Time) []answer
		found   string          // the id
		answer  string          // of the message
		looks   []time.Duration // after the call
		says    string          // of the error, for what is not found
	}{
		"with its answer": {question, func(now time.Time) []answer {
			return []answer{threadOf("AI", entry("1", normal, text, "On its way", now))}
		}, "1", "On its way", looks(0), ""},
		"with white space around it": {question, func(now time.Time) []answer {
			return []answer{threadOf("AI", entry("1", normal, " "+text+"\n", "On its way", now))}
		}, "1", "On its way", looks(0), ""},
		"with accents and line ends in another form": {AskRequest{ChatbotID: "c", ThreadID: "t", Text: "Czy to działa?\nÀ bientôt"}, func(now time.Time) []answer {
			return []answer{threadOf("AI", entry("1", normal, "Czy to działa?\r\nA\u0300 biento\u0302t", "Tak", now))}
		}, "1", "Tak", looks(0), ""},
		"by a clock that is late": {question, func(now time.Time) []answer {
			return []answer{threadOf("AI", entry("1", normal, text, "old", now.Add(-301*time.Second)), entry("2", normal, text, "new", now.Add(-5*time.Minute)))}
		}, "2", "new", looks(0), ""},
		"by a clock that is early": {question, func(now time.Time) []answer {
			return []answer{threadOf("AI", entry("1", normal, text, "a", now.Add(time.Hour)))}
		}, "1", "a", looks(0), ""},
		"beside others": {question, func(now time.Time) []answer {
			return []answer{threadOf("AI", entry("1", normal, "Hi", "a", now), entry("2", normal, text, "b", now), entry("3", normal, text+"!", "c", now), entry("4", "AGENT_MESSAGE", text, "", now))}
		}, "2", "b", looks(0), ""},
		"and the answer is waited for": {question, func(now time.Time) []answer {
			return []answer{threadOf("AI", entry("1", normal, text, "", now)), threadOf("AI", entry("1", normal, text, "", now)), threadOf("AI", entry("1", normal, text, "b", now))}
		}, "1", "b", looks(0, 1, 3), ""},
		"when it appears": {question, func(now time.Time) []answer {
			return []answer{threadOf("AI"), threadOf("AI"), threadOf("AI", entry("1", normal, text, "b", now))}
		}, "1", "b", looks(0, 1, 3), ""},
		"without an answer, where a human answers": {question, func(now time.Time) []answer {
			return []answer{threadOf("AGENT", entry("1", "USER_MESSAGE", text, "", now))}
		}, "1", "", looks(0), ""},
		"without an answer, of an agent": {agent, func(now time.Time) []answer {
			return []answer{threadOf("AI", entry("1", normal, text, "b", now), entry("2", "AGENT_MESSAGE", text, "", now))}
		}, "", "", looks(0), "several messages with this text"},
		"of an agent": {agent, func(now time.Time) []answer {
			return []answer{threadOf("AI", entry("2", "AGENT_MESSAGE", text, "", now))}
		}, "2", text, looks(0), ""},
		"not among several": {question, func(now time.Time) []answer {
			return []answer{threadOf("AI", entry("1", normal, text, "a", now), entry("2", normal, text, "b", now))}
		}, "", "", looks(0), "several messages with this text"},
		"not where there is none": {question, func(now time.Time) []answer {
			return []answer{threadOf("AI", entry("1", normal, "Hi", "a", now))}
		}, "", "", looks(0, 1, 3, 7), "has no message with this text"},
		"not an old one": {question, func(now time.Time) []answer {
			return []answer{threadOf("AI", entry("1", normal, text, "a", now.Add(-time.Hour)))}
		}, "", "", looks(0, 1, 3, 7), "has no message with this text"},
		"not one of an unknown time": {question, func(time.Time) []answer {
			return []answer{threadOf("AI", `{"messageId":"1","question":{"text":"`+text+`"},"answer":{"text":"a"}}`)}
		}, "", "", looks(0, 1, 3, 7), "has no message with this text"},
		"not in a thread that is missing": {question, func(time.Time) []answer {
			return []answer{missing}
		}, "", "", looks(0), "which failed: GET https://bots.example"},
		"once, where the thread lists it twice": {question, func(now time.Time) []answer {
			return []answer{threadOf("AI", entry("1", normal, text, "", now), entry("1", normal, text, "b", now), entry("1", normal, text, "", now))}
		}, "1", "b", looks(0), ""},
		"not where it comes and goes without an answer": {question, func(now time.Time) []answer {
			is, none := threadOf("AI", entry("1", normal, text, "", now)), threadOf("AI")
			return []answer{is, none, is, none}
		}, "1", "", looks(0, 1, 3, 7, 15, 30, 45), "had no answer before the time-out"},
		"not one of two without a real id": {question, func(now time.Time) []answer {
			return []answer{threadOf("AI", entry("0", normal, text, "a", now), entry("0", normal, text, "b", now))}
		}, "", "", looks(0), "several messages with this text"},
		"not one of two that come and go": {question, func(now time.Time) []answer {
			return []answer{threadOf("AI", entry("1", normal, text, "", now)), threadOf("AI"), threadOf("AI", entry("2", normal, text, "b", now))}
		}, "", "", looks(0, 1, 3), "several messages with this text"},
		"not where the answer never comes": {question, func(now time.Time) []answer {
			return []answer{threadOf("AI", entry("1", normal, text, "", now))}
		}, "1", "", looks(0, 1, 3, 7, 15, 30, 45), "had no answer before the time-out"},
	} {
		inBubble(t, name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			s := newServer(append([]answer{{}}, c.threads(time.Now())...)...)
			got, err := s.client().Ask(ctx, c.request)
			if !slices.Equal(s.times[1:], c.looks) {
				t.Errorf("looked at %v, want %v", s.times[1:], c.looks)
			}
			if asked := slices.DeleteFunc(s.calls(), func(call string) bool { return strings.HasPrefix(call, "GET") }); len(asked) != 1 {
				t.Errorf("sent %q", asked)
			}
			if c.says == "" {
				if err != nil || got.Lost == nil || string(*got.MessageID) != c.found {
					t.Fatalf("got %+v and %v", got, err)
				}
				if text, _ := got.AnswerText(); text != c.answer {
					t.Errorf("the answer is %q", text)
				}
				return
			}
			lost, ok := errors.AsType[*LostError](err)
			if got != nil || !ok || !strings.Contains(err.Error(), c.says) || rest.OutcomeOf(err) != rest.Unknown || lost.Nothing {
				t.Fatalf("got %+v and %v", got, err)
			}
			if (lost.Message == nil) != (c.found == "") {
				t.Errorf("found %+v", lost.Message)
			}
		})
	}
}

// TestTheSameQuestionTwice asks twice in one thread, and loses both answers or one.
func TestTheSameQuestionTwice(t *testing.T) {
	t.Parallel()
	first := func(t *testing.T) string {
		t.Helper()
		return entry("1", "NORMAL_MESSAGE", question.Text, "a", time.Now())
	}
	for name, before := range map[string]func(t *testing.T) []answer{
		"the first answered":  func(*testing.T) []answer { return []answer{replied("1")} },
		"the first found too": func(t *testing.T) []answer { return []answer{{}, threadOf("AI", first(t))} },
	} {
		inBubble(t, name, func(t *testing.T) {
			second := entry("2", "NORMAL_MESSAGE", question.Text, "b", time.Now())
			s := newServer(append(before(t), answer{}, threadOf("AI", first(t), second))...)
			client := s.client()
			for _, want := range []string{"1", "2"} {
				if got, err := client.Ask(t.Context(), question); err != nil || string(*got.MessageID) != want {
					t.Fatalf("got %+v and %v, want %s", got, err, want)
				}
			}
		})
	}
}

// TestTheSameQuestionAgain asks again after a question that was found without its answer. The
// second never reaches the thread, and must not be given the message of the first.
func TestTheSameQuestionAgain(t *testing.T) {
	t.Parallel()
	said := func(t *testing.T, answer string) answer {
		t.Helper()
		return threadOf("AI", entry("1", "NORMAL_MESSAGE", question.Text, answer, time.Now()))
	}
	for name, looks := range map[string]func(t *testing.T) []answer{
		"after the first was waited for in vain": func(t *testing.T) []answer { t.Helper(); return []answer{said(t, ""), said(t, ""), said(t, "")} },
		"after a look that failed":               func(t *testing.T) []answer { t.Helper(); return []answer{said(t, ""), missing} },
	} {
		inBubble(t, name, func(t *testing.T) {
			s := newServer(append(append([]answer{{}}, looks(t)...), answer{}, said(t, "late"))...)
			client := s.client()
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			_, err := client.Ask(ctx, question)
			if lost, ok := errors.AsType[*LostError](err); !ok || lost.Message == nil {
				t.Fatalf("got %v", err)
			}
			got, err := client.Ask(t.Context(), question)
			if got != nil || err == nil || !strings.Contains(err.Error(), "has no message with this text") {
				t.Errorf("got %+v and %v", got, err)
			}
		})
	}
}

// TestTheWindowOfALostAnswer begins with the attempt whose answer was lost, not with the
// waiting before it.
func TestTheWindowOfALostAnswer(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		said  time.Duration // before the call
		found bool
	}{
		"by another run before the call": {4 * time.Minute, false},
		"by a clock that is late":        {3 * time.Minute, true},
	} {
		inBubble(t, name, func(t *testing.T) {
			limited, old := answer{status: 429}, entry("1", "NORMAL_MESSAGE", question.Text, "a", time.Now().Add(-c.said))
			s := newServer(limited, limited, answer{}, threadOf("AI", old))
			client := s.client(func(config *rest.Config) {
				config.Policy = rest.Policy{Timeout: time.Minute, MaxRetries: 1, WaitMin: time.Minute, WaitMax: time.Minute}
			})
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
			defer cancel()
			got, err := client.Ask(ctx, question)
			if s.times[2] != 2*time.Minute || (got != nil) != c.found {
				t.Errorf("got %+v and %v, asked at %v", got, err, s.times)
			}
		})
	}
}

func TestASignalEndsTheWaitingForALostAnswer(t *testing.T) {
	t.Parallel()
	inBubble(t, "at once", func(t *testing.T) {
		var interrupt rest.Interrupt
		s := newServer(answer{}, threadOf("AI", entry("1", "NORMAL_MESSAGE", question.Text, "", time.Now())))
		time.AfterFunc(2*time.Second, interrupt.Signal)
		_, err := s.client(func(config *rest.Config) { config.Interrupt = &interrupt }).Ask(t.Context(), question)
		lost, ok := errors.AsType[*LostError](err)
		if !ok || lost.Message == nil || time.Since(s.began) != 2*time.Second || !strings.Contains(lost.Looked, "before the operation was interrupted") {
			t.Errorf("got %v after %s", err, time.Since(s.began))
		}
	})
}

func TestTimesOfTheService(t *testing.T) {
	t.Parallel()
	for timestamp, want := range map[string]string{
		"2023-05-18T11:40:07.857030Z": "11:40:07", "2023-05-18T13:40:07+02:00": "11:40:07", "2023-05-18T11:40:07.857030": "11:40:07",
		"2023-05-18 11:40:07.8\n": "11:40:07", "1684410007": "", "": "",
	} {
		got := ""
		if at, ok := timeOf(&timestamp); ok {
			got = at.UTC().Format(time.TimeOnly)
		}
		if got != want {
			t.Errorf("%q is %q, want %q", timestamp, got, want)
		}
	}
}

// TestTheSameQuestionAfterOneThatWasNotFound asks again after a question that was not found in the
// thread: a gateway has given it up, and the service writes it there only when the model is done.
// The second never reaches the thread, and must not be given the message of the first.
func TestTheSameQuestionAfterOneThatWasNotFound(t *testing.T) {
	t.Parallel()
	inBubble(t, "late", func(t *testing.T) {
		late := entry("1", "NORMAL_MESSAGE", question.Text, "late", time.Now())
		s := newServer(answer{status: 504}, threadOf("AI"), threadOf("AI"), threadOf("AI"), threadOf("AI"), answer{status: 504}, threadOf("AI", late))
		client := s.client()
		if _, err := client.Ask(t.Context(), question); err == nil {
			t.Fatal("found")
		}
		if got, err := client.Ask(t.Context(), question); err == nil {
			t.Errorf("the second was given %s", asJSON(t, got))
		}
	})
}

// TestTheSameQuestionAfterOneWithoutAnID loses the second answer, where the first came without the id
// that its message has in the thread.
func TestTheSameQuestionAfterOneWithoutAnID(t *testing.T) {
	t.Parallel()
	inBubble(t, "a", func(t *testing.T) {
		first := entry("1", "NORMAL_MESSAGE", question.Text, "a", time.Now())
		s := newServer(answer{status: 200, body: `{"success":true,"data":{"message":{"question":"Where is my parcel?","answer":"a"}}}`},
			answer{status: 502}, threadOf("AI", first))
		client := s.client()
		if _, err := client.Ask(t.Context(), question); err != nil {
			t.Fatal(err)
		}
		if got, err := client.Ask(t.Context(), question); err == nil {
			t.Errorf("the second was given %s", asJSON(t, got))
		}
	})
}
