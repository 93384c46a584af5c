package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Calls, as the sandbox's log names them.
const (
	callStart = "thulium.start"
	callStop  = "thulium.stop"
	callClose = "jelou.close"
)

const conversationType = "thulium_chat_conversation"

// verify returns what is wrong with the run: anything not opened once, not closed once, or left behind. stateIDs are
// the conversations that the state held after the apply.
func verify(requests []request, conversations []conversation, stateIDs []string) (faults []string) {
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }

	if len(stateIDs) == 0 {
		fault("no conversation was in the state after the apply")
	}
	for _, id := range stateIDs {
		if !slices.ContainsFunc(conversations, func(c conversation) bool { return c.ID == id }) {
			fault("conversation %s was in the state, but was never started", id)
		}
	}
	ours := slices.DeleteFunc(slices.Clone(conversations), func(c conversation) bool { return c.Account == "" })
	if starts := count(requests, callStart); starts != len(ours) {
		fault("%s for %s: one was lost or repeated", plural(starts, "start call"), plural(len(ours), "conversation"))
	}
	for _, c := range ours {
		stops := 0
		for i := range requests {
			if requests[i].Call == callStop && slices.Contains(strings.Split(requests[i].Path, "/"), c.ID) {
				stops++
			}
		}
		if stops != 1 {
			fault("conversation %s was stopped %d times", c.ID, stops)
		}
		if c.Status != "CLOSED" {
			fault("conversation %s is still open (%s)", c.ID, c.Status)
		}
	}
	if count(requests, callClose) == 0 {
		fault("no close call reached Jelou")
	}
	for i := range requests {
		if r := &requests[i]; r.Status < 200 || r.Status > 299 {
			fault("request %d, %s, was answered with %d", r.Number, r.Call, r.Status)
		}
	}
	return faults
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
		if r.Type == conversationType && r.Mode == "managed" {
			ids = append(ids, r.Values.ID)
		}
	}
	return ids, nil
}
