package chatbot

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

const (
	createCall = `POST chatbots/c/threads {"threadId":"t","mode":"AI","chatUserEmail":"jan@example.com"}`
	lookUp     = "GET chatbots/c/threads/t"
)

func TestCreateThread(t *testing.T) {
	t.Parallel()
	made := answer{status: 200, body: `{"success":true,"data":{"thread":{"threadId":"t","mode":"AI","messages":[],"chatUserId":"u"}}}`}
	other := answer{status: 200, body: `{"success":true,"data":{"thread":{"threadId":"other"}}}`}
	down := answer{status: 503}
	for name, c := range map[string]struct {
		answers []answer
		calls   []string
		says    string // of the error; empty for a thread
		outcome rest.Outcome
		lost    *LostError // with Nothing alone; nil where it is no *LostError
	}{
		"is made":                                {[]answer{made}, []string{createCall}, "", 0, nil},
		"is refused":                             {[]answer{{status: 409, body: `{"success":false,"message":"Taken"}`}}, []string{createCall}, "Taken", rest.Refused, nil},
		"is refused with the status of success":  {[]answer{{status: 200, body: `{"success":false,"error":{"code":"CHATBOT_LIMIT_REACHED"}}`}}, []string{createCall}, "CHATBOT_LIMIT_REACHED", rest.Refused, nil},
		"is limited first":                       {[]answer{{status: 429}, made}, []string{createCall, createCall}, "", 0, nil},
		"is lost, and there":                     {[]answer{{}, made}, []string{createCall, lookUp}, "", 0, nil},
		"is lost at a gateway, and there":        {[]answer{{status: 504, body: "<html>"}, made}, []string{createCall, lookUp}, "", 0, nil},
		"is answered with nothing, and there":    {[]answer{{status: 200, body: `{"success":true,"data":null}`}, made}, []string{createCall, lookUp}, "", 0, nil},
		"is lost, and not there":                 {[]answer{{}, missing}, []string{createCall, lookUp}, "nothing was created", rest.Unknown, &LostError{Nothing: true}},
		"is lost, and cannot be looked up":       {[]answer{{}, down}, []string{createCall, lookUp, lookUp}, "which failed: GET https://bots.example", rest.Unknown, &LostError{}},
		"is lost, and looked up at a page":       {[]answer{{}, {status: 404, body: "<html>"}}, []string{createCall, lookUp}, "which failed: GET https://bots.example", rest.Unknown, &LostError{}},
		"is made with another id":                {[]answer{other, missing}, []string{createCall, lookUp}, "may have made one with another id", rest.Unknown, &LostError{}},
		"fails with the service's word for that": {[]answer{{status: 500, body: `{"success":false,"message":"Oops"}`}, missing}, []string{createCall, lookUp}, "Oops", rest.Unknown, &LostError{Nothing: true}},
	} {
		inBubble(t, name, func(t *testing.T) {
			s := newServer(c.answers...)
			client := s.client(func(config *rest.Config) { config.Policy.MaxRetries = 1 })
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			thread, err := client.CreateThread(ctx, CreateRequest{ChatbotID: "c", ThreadID: "t", Mode: "AI", ChatUserEmail: "jan@example.com"})
			if calls := s.calls(); !slices.Equal(calls, c.calls) {
				t.Errorf("sent %q", calls)
			}
			if c.says == "" {
				if err != nil || *thread.ChatUserID != "u" {
					t.Errorf("got %+v and %v", thread, err)
				}
				return
			}
			if thread != nil || err == nil || !strings.Contains(err.Error(), c.says) || rest.OutcomeOf(err) != c.outcome {
				t.Errorf("got %+v, %v and %v", thread, rest.OutcomeOf(err), err)
			}
			lost, ok := errors.AsType[*LostError](err)
			if ok != (c.lost != nil) || ok && lost.Nothing != c.lost.Nothing {
				t.Errorf("got %#v", err)
			}
		})
	}
}

func TestACreateLeavesTimeToLookTheThreadUp(t *testing.T) {
	t.Parallel()
	inBubble(t, "of a short operation", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		s := newServer(answer{status: http.StatusOK, after: time.Hour}, having(0, 0))
		if _, err := s.client().CreateThread(ctx, CreateRequest{ChatbotID: "c", ThreadID: "t", Mode: "AI"}); err != nil {
			t.Error(err)
		}
		if !slices.Equal(s.times, looks(0, 8)) {
			t.Errorf("called at %v", s.times)
		}
	})
	inBubble(t, "and takes no longer than any other attempt", func(t *testing.T) {
		s := newServer(answer{status: http.StatusOK, after: time.Hour}, having(0, 0))
		if _, err := s.client().CreateThread(t.Context(), CreateRequest{ChatbotID: "c", ThreadID: "t", Mode: "AI"}); err != nil {
			t.Error(err)
		}
		if !slices.Equal(s.times, looks(0, 20)) {
			t.Errorf("called at %v", s.times)
		}
	})
}
