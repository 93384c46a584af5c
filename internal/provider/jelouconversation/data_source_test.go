package jelouconversation_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// The data source reads an open and a closed conversation once.
func TestDataSource(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	id := s.OpenJelouConversation(sandbox.JelouProjectID, sandbox.JelouBotID, user)
	w := s.Quick(t)
	have := s.JelouConversations()[0]
	want := values{
		"id": id, "project_id": "project-1", "wait_for_state": nil, "on_timeout": nil, "timeouts": nil, "reached": true,
		"room_id": have.RoomID, "state": "active", "started_at": have.StartAt.UTC().Format("2006-01-02T15:04:05.000Z"), "ended_at": nil, "ended_reason": nil,
		"bot_id": "bot-1", "bot_name": "Bot bot-1", "user_id": user, "user_name": "User " + user,
	}
	got, diags := w.Data(t.Context(), conversation, values{"id": id})
	if len(diags) > 0 || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v: %s", got, want, providertest.Said(diags))
	}
	s.CloseJelouConversation(id)
	got, diags = w.Data(t.Context(), conversation, values{"id": id, "project_id": "project-1"})
	if len(diags) > 0 || got["state"] != "closed" || got["ended_at"] == nil || got["ended_reason"] == nil || got["reached"] != true {
		t.Errorf("got %v: %s", got, providertest.Said(diags))
	}
	providertest.Saw(t, s, read, read)
}

// A wait ends as soon as the conversation is in one of the states.
func TestDataSourceWaits(t *testing.T) {
	t.Parallel()
	providertest.InBubble(t, "for the end", func(t *testing.T) {
		s := providertest.NewInMemory(t, sandbox.Options{})
		id := s.OpenJelouConversation(sandbox.JelouProjectID, sandbox.JelouBotID, user)
		time.AfterFunc(5*time.Second, func() { s.CloseJelouConversation(id) })
		began := time.Now()
		got, diags := s.Quick(t).Data(t.Context(), conversation, values{"id": id, "wait_for_state": []any{"waiting", "closed"}})
		if len(diags) > 0 || got["state"] != "closed" || got["reached"] != true || time.Since(began) != 7*time.Second {
			t.Errorf("after %s: %v %s", time.Since(began), got, providertest.Said(diags))
		}
		providertest.Saw(t, s, read, read, read, read) // after 0, 1, 3 and 7 seconds
	})
}

// A wait in vain is an error, or with on_timeout = "warn" a warning with what there is.
func TestDataSourceWaitsInVain(t *testing.T) {
	t.Parallel()
	const open, over, unknown = "open", "closed", "unknown"
	for name, c := range map[string]struct {
		conversation string
		states       []any
		words        []string
		took         time.Duration
	}{
		"stays open":    {open, []any{"closed"}, []string{"Expected the state closed, but the conversation has the state active", "timed out after 30 s (GET ", "/conversations/", "was answered with 200 OK", "timeouts.read", `on_timeout = "warn"`}, 30 * time.Second},
		"is closed":     {over, []any{"active", "waiting"}, []string{"Expected the state active or waiting, but the conversation is closed", "which is final", "Wait for the end"}, 0},
		"stays unknown": {unknown, []any{"active"}, []string{"Expected the state active, but Jelou does not know the conversation", "timed out after 30 s (GET ", "404", "Check project_id and the ids"}, 30 * time.Second},
	} {
		for _, onTimeout := range []any{nil, "error", "warn"} {
			providertest.InBubble(t, name, func(t *testing.T) {
				s := providertest.NewInMemory(t, sandbox.Options{})
				id := s.OpenJelouConversation(sandbox.JelouProjectID, sandbox.JelouBotID, user)
				switch c.conversation {
				case over:
					s.CloseJelouConversation(id)
				case unknown:
					id = "c-9"
				}
				began := time.Now()
				got, diags := s.Quick(t).Data(t.Context(), conversation, values{
					"id": id, "wait_for_state": c.states, "on_timeout": onTimeout, "timeouts": values{"read": "30s"},
				})
				if took := time.Since(began); took != c.took {
					t.Errorf("took %s, want %s", took, c.took)
				}
				if onTimeout != "warn" {
					providertest.Complains(t, diags, append(c.words, "Unable to wait for Jelou conversation")...)
					return
				}
				if providertest.Failed(diags) || len(diags) != 1 || got["reached"] != false {
					t.Fatalf("%v %s", got, providertest.Said(diags))
				}
				providertest.Has(t, providertest.Said(diags), "WARNING", c.words[0], c.words[1])
				if state := map[string]any{open: "active", over: "closed", unknown: nil}[c.conversation]; got["state"] != state || got["id"] != id {
					t.Errorf("got %v", got)
				}
			})
		}
	}
}

// A failing service is an error in a wait, too, whatever on_timeout says.
func TestDataSourceOfAFailingService(t *testing.T) {
	t.Parallel()
	for body, word := range map[string]string{"<html>": "web page", `{"status":0,"error":{"key":"BOT_NOT_FOUND"}}`: "BOT_NOT_FOUND"} {
		s := providertest.New(t, sandbox.Options{})
		answers(s, read, 404, body)
		_, diags := s.Quick(t).Data(t.Context(), conversation, values{"id": "c-1", "wait_for_state": []any{"closed"}, "on_timeout": "warn"})
		providertest.Complains(t, diags, "Unable to read Jelou conversation", "404", word)
	}
	s := providertest.New(t, sandbox.Options{})
	_, diags := s.Quick(t).Data(t.Context(), conversation, values{"id": "c-9", "on_timeout": "warn"})
	providertest.Complains(t, diags, "404", "CONVERSATION_NOT_FOUND") // without a wait
}

// What could never work is refused at its attribute.
func TestDataSourceBadInput(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	for path, changes := range map[string][]values{
		"id":             {{"id": ""}, {"id": ".."}, {"id": "c-1\n"}},
		"project_id":     {{"project_id": ""}, {"project_id": "p "}},
		"wait_for_state": {{"wait_for_state": []any{}}, {"wait_for_state": []any{""}}, {"wait_for_state": []any{" "}}, {"wait_for_state": []any{"closed", nil}}},
		"on_timeout":     {{"on_timeout": ""}, {"on_timeout": "ignore"}},
		"timeouts":       {{"timeouts": values{"read": "10"}}},
	} {
		for _, change := range changes {
			_, diags := w.Data(t.Context(), conversation, with(values{"id": "c-1"}, change))
			providertest.Complains(t, diags, `AttributeName("`+path+`")`)
		}
	}
	s.Environment["JELOU_PROJECT_ID"] = ""
	_, diags := s.Quick(t).Data(t.Context(), conversation, values{"id": "c-1"})
	providertest.Complains(t, diags, `AttributeName("project_id")`, "JELOU_PROJECT_ID")
	providertest.Saw(t, s)
}
