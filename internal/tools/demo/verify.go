package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Calls, as the sandbox's log names them.
const (
	callStart      = "thulium.start"
	callMessage    = "thulium.message"
	callStop       = "thulium.stop"
	callJelouStart = "jelou.start"
	callClose      = "jelou.close"
	callAsk        = "chatbot.message"
)

// conversationTypes are the types of resources whose id is that of a conversation.
var conversationTypes = []string{"thulium_chat_conversation", "jelou_conversation"}

// faults collects what is wrong with a run.
type faults []string

func (f *faults) add(format string, args ...any) { *f = append(*f, fmt.Sprintf(format, args...)) }

// verify returns what is wrong with the run: anything not started once, not said once, not ended once, or left behind.
// stateIDs are the conversations that the state held after the apply.
func verify(all seen, stateIDs []string) []string {
	var f faults
	f.ofState(all, stateIDs)
	f.ofChats(all)
	f.ofJelou(all)
	f.ofChatbot(all.requests)
	for i := range all.requests {
		if r := &all.requests[i]; r.Status < 200 || r.Status > 299 {
			f.add("request %d, %s, was answered with %d", r.Number, r.Call, r.Status)
		}
	}
	return f
}

func (f *faults) ofState(all seen, stateIDs []string) {
	if len(stateIDs) == 0 {
		f.add("no conversation was in the state after the apply")
	}
	for _, id := range stateIDs {
		isChat := slices.ContainsFunc(all.chats, func(c chat) bool { return c.ID == id })
		isJelou := slices.ContainsFunc(all.jelou, func(c jelouConversation) bool { return c.ID == id })
		if !isChat && !isJelou {
			f.add("conversation %s was in the state, but was never started", id)
		}
	}
}

func (f *faults) ofChats(all seen) {
	ours := slices.DeleteFunc(slices.Clone(all.chats), func(c chat) bool { return c.Account == "" })
	if starts := count(all.requests, callStart); starts != len(ours) {
		f.add("%s for %s: one was lost or repeated", plural(starts, "start call"), plural(len(ours), "chat"))
	}
	for _, c := range ours {
		for call, done := range map[string]string{callMessage: "spoken in", callStop: "stopped"} {
			if n := countOf(all.requests, call, c.ID); n != 1 {
				f.add("chat %s was %s %s", c.ID, done, plural(n, "time"))
			}
		}
		if c.Status != "CLOSED" {
			f.add("chat %s is still open (%s)", c.ID, c.Status)
		}
	}
}

func (f *faults) ofJelou(all seen) {
	starts, closes := count(all.requests, callJelouStart), count(all.requests, callClose)
	if starts == 0 {
		f.add("no conversation was started with Jelou")
	}
	if starts != len(all.jelou) || closes != len(all.jelou) {
		f.add("%s and %s for %s of Jelou: one was lost or repeated",
			plural(starts, "start call"), plural(closes, "close call"), plural(len(all.jelou), "conversation"))
	}
	for _, c := range all.jelou {
		if c.EndAt == nil {
			f.add("conversation %s of Jelou is still open", c.ID)
		}
	}
}

// ofChatbot looks at the threads that somebody asked in: one question each.
func (f *faults) ofChatbot(requests []request) {
	asked := map[string]int{}
	for i := range requests {
		if requests[i].Call == callAsk {
			asked[requests[i].Thread]++
		}
	}
	if len(asked) == 0 {
		f.add("the chatbot was asked nothing")
	}
	for thread, n := range asked {
		if n != 1 {
			f.add("in thread %s the question was asked %s", thread, plural(n, "time"))
		}
	}
}

// countOf counts the calls that name an id in their path.
func countOf(requests []request, call, id string) (n int) {
	for i := range requests {
		if requests[i].Call == call && slices.Contains(strings.Split(requests[i].Path, "/"), id) {
			n++
		}
	}
	return n
}

func count(requests []request, call string) (n int) {
	for i := range requests {
		if requests[i].Call == call {
			n++
		}
	}
	return n
}

// conversationsInState reads the ids from what "show -json" prints of a state.
func conversationsInState(shown []byte) (ids []string, err error) {
	var state struct {
		Values struct {
			RootModule struct {
				Resources []struct {
					Type   string `json:"type"`
					Mode   string `json:"mode"`
					Values struct {
						ID string `json:"id"`
					} `json:"values"`
				} `json:"resources"`
			} `json:"root_module"`
		} `json:"values"`
	}
	if err := json.Unmarshal(shown, &state); err != nil {
		return nil, fmt.Errorf("read the state: %w", err)
	}
	for _, r := range state.Values.RootModule.Resources {
		if slices.Contains(conversationTypes, r.Type) && r.Mode == "managed" {
			ids = append(ids, r.Values.ID)
		}
	}
	return ids, nil
}
