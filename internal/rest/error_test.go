package rest

import (
	"context"
	"errors"
	"fmt"
	"testing"
)

func TestErrorInOneLine(t *testing.T) {
	t.Parallel()
	const url = "https://service.example/api/things"
	for want, e := range map[string]Error{
		"GET " + url:                                                         {},
		"GET " + url + ": 404 Not Found":                                     {Status: 404},
		"GET " + url + ": 600":                                               {Status: 600},
		"GET " + url + ": 422 Unprocessable Entity: no":                      {Status: 422, Fault: Fault{Messages: []string{"no"}}},
		"GET " + url + ": 200 OK: no: the answer is empty":                   {Status: 200, Fault: Fault{Messages: []string{"no"}}, Cause: errors.New("the answer is empty")},
		"GET " + url + ": connection refused (the provider was interrupted)": {Cause: errors.New("connection refused"), Ended: ErrInterrupted},
	} {
		e.Method, e.URL = "GET", url
		e.Answer, e.Location = "not in it", "nor that"
		if got := e.Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestErrorLeadsToItsCauses(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("wrapped: %w", &Error{Cause: errReset, Ended: context.Canceled})
	if !errors.Is(err, errReset) || !errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the causes of %v are not found", err)
	}
	if got := (&Error{}).Unwrap(); len(got) != 0 {
		t.Errorf("without causes: got %v", got)
	}
}

func TestFaultInOneLine(t *testing.T) {
	t.Parallel()
	for want, fault := range map[string]Fault{
		"":          {},
		"one; two":  {Messages: []string{"one", "two"}},
		"code A, B": {Codes: []string{"A", "B"}},
		"one (code A, request id r, name: bad; mail: worse)": {
			Messages: []string{"one"}, Codes: []string{"A"}, RequestID: "r", Fields: []string{"name: bad", "mail: worse"},
		},
		"request id r": {RequestID: "r"},
		"name: bad":    {Fields: []string{"name: bad"}},
	} {
		if got := fault.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if fault.IsZero() != (want == "") {
			t.Errorf("%q: is zero %t", want, fault.IsZero())
		}
	}
}

func TestOutcomeOfAndIsNotFound(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err      error
		outcome  Outcome
		notFound bool
	}{
		"nothing":               {nil, Unknown, false},
		"an error of no call":   {errReset, Unknown, false},
		"a refusal":             {&Error{Outcome: Refused, Status: 404}, Refused, true},
		"a refusal, wrapped":    {fmt.Errorf("x: %w", &Error{Outcome: Refused, Status: 404}), Refused, true},
		"another refusal":       {&Error{Outcome: Refused, Status: 410}, Refused, false},
		"a call that was not":   {&Error{Outcome: NotActed, Status: 429}, NotActed, false},
		"a call that went lost": {&Error{Outcome: Unknown}, Unknown, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := OutcomeOf(c.err); got != c.outcome {
				t.Errorf("the outcome is %s, want %s", got, c.outcome)
			}
			if got := IsNotFound(c.err); got != c.notFound {
				t.Errorf("not found is %t, want %t", got, c.notFound)
			}
		})
	}
}
