//go:build soak

package endtoend

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// soakOthers is how many there are of each type: every second request of a call meets a fault, and so each kind twice.
const soakOthers = 92

// soakOthersConfiguration is written so that a service's thing tells its resource, by the number in its text, user or
// address.
const soakOthersConfiguration = `
variable "conversation" {
  type = string
}

resource "thulium_chat_conversation_message" "soak" {
  provider        = conversation
  count           = %[1]d
  conversation_id = var.conversation
  text            = "soak-${count.index}"
}

resource "jelou_conversation" "soak" {
  provider = conversation
  count    = %[1]d
  bot_id   = "bot-1"
  user_id  = "soak-${count.index}"
}

resource "chatbot_thread" "soak" {
  provider   = conversation
  count      = %[1]d
  chatbot_id = "%[2]s"

  chat_user = {
    email = "soak-${count.index}@example.com"
    name  = "Soak" # by an update
  }
}

resource "chatbot_message" "soak" {
  provider   = conversation
  count      = %[1]d
  chatbot_id = "%[2]s"
  thread_id  = "soak-${count.index}"
  text       = "soak-${count.index}"

  timeouts = { create = "15s" }
}
`

// thing is what a call has made at a service, and for which resource.
type thing struct{ address, id string }

// things are all that the calls have made. A message of a chat has no id.
func (s *soak) things() (all []thing) {
	s.t.Helper()
	add := func(typeName, number, id string) {
		all = append(all, thing{fmt.Sprintf("%s.soak[%s]", typeName, strings.TrimPrefix(number, "soak-")), id})
	}
	for _, said := range s.Conversations()[0].Messages {
		add("thulium_chat_conversation_message", said.Text, "")
	}
	for _, c := range s.JelouConversations() {
		add("jelou_conversation", c.User, c.ID)
	}
	var saved struct {
		Threads []struct {
			ThreadID string `json:"thread_id"`
			Thread   struct {
				ChatUser struct{ Email string }
				Messages []struct {
					MessageID string
					Question  struct{ Text string }
				}
			}
		}
	}
	text, err := s.SaveState()
	s.fatal(err)
	s.fatal(json.Unmarshal(text, &saved))
	for _, t := range saved.Threads {
		if number, _, ours := strings.Cut(t.Thread.ChatUser.Email, "@"); ours {
			add("chatbot_thread", number, t.ThreadID)
		}
		for _, message := range t.Thread.Messages {
			if strings.HasPrefix(message.Question.Text, "soak-") {
				add("chatbot_message", message.Question.Text, message.MessageID)
			}
		}
	}
	return all
}

var (
	withAddress = regexp.MustCompile(`(?m)^\s*with (\S+),$`)
	mayHave     = regexp.MustCompile(`may (not )?have|answer of the service was lost|not known whether`)
	hasNot      = regexp.MustCompile(`[Nn]othing (happened|was)|No (conversation|thread|message) was`)
)

// failures are the errors of a run, by address.
func failures(output string) map[string]string {
	all := map[string]string{}
	for _, block := range regexp.MustCompile(`(?m)^(Error|Warning): `).Split(frame.ReplaceAllString(output, ""), -1) {
		if found := withAddress.FindStringSubmatch(block); found != nil {
			all[found[1]] = words(block)
		}
	}
	return all
}

// Whatever happens to a message, a question, a thread and a conversation of Jelou, each is made at most once by an apply,
// and what was made is in the state or told by an error. A conversation of Jelou is closed once, and in the end none is open.
func TestSoakOfTheOtherCalls(t *testing.T) {
	t.Parallel()
	s := newSoak(t, soakProvider+fmt.Sprintf(soakOthersConfiguration, soakOthers, sandbox.ChatbotID))
	s.Set(func(k *sandbox.Knobs) { k.EveryUserOpen = false })
	s.set(map[string]string{"TF_VAR_conversation": s.AddConversation(sandbox.Conversation{QueueID: 3})})
	for i := range soakOthers {
		id := fmt.Sprintf("soak-%d", i)
		s.AddThread(sandbox.ChatbotID, id, json.RawMessage(`{"threadId":"`+id+`","mode":"AI","messages":[]}`))
	}
	calls := []string{callMessage, callConversation, callCreate, callUpdate, callAsk, "jelou.conversation"}
	r := s.underFaults("apply", soakOthers, 2, calls...)
	state, told := s.instances(), failures(r.Stdout+r.Stderr)
	made := map[string]int{}
	for _, thing := range s.things() {
		if made[thing.address]++; made[thing.address] == 2 {
			t.Errorf("%s was made twice", thing.address)
		}
		instance, known := state[thing.address]
		holds := thing.id == "" || slices.Contains([]string{instance.text("id"), instance.text("thread_id"), instance.text("message_id")}, thing.id)
		if known && (holds || instance.Tainted) {
			continue
		}
		why := told[thing.address]
		if !mayHave.MatchString(why) && (thing.id == "" || !strings.Contains(why, thing.id)) {
			t.Errorf("%s was made, and is in no state and no error: %s", thing.address, why)
		}
	}
	for _, typeName := range []string{"thulium_chat_conversation_message", "jelou_conversation", "chatbot_thread", "chatbot_message"} {
		for i := range soakOthers {
			address := fmt.Sprintf("%s.soak[%d]", typeName, i)
			instance, known := state[address]
			if why := told[address]; (!known || instance.Tainted) && why == "" {
				t.Errorf("%s failed, and no error says so", address)
			} else if !known && hasNot.MatchString(why) && !mayHave.MatchString(why) && made[address] > 0 {
				t.Errorf("%s was made, and the error denies it: %s", address, why)
			}
		}
	}
	tainted, lost := 0, 0
	for _, instance := range state {
		if instance.Tainted {
			tainted++
		}
	}
	for _, c := range s.JelouConversations() { // as the printed command does
		if !slices.Contains(ids(state, "jelou_conversation"), c.ID) && s.CloseJelouConversation(c.ID) {
			lost++
		}
	}
	s.apply(parallel)
	if all := s.instances(); len(all) != 4*soakOthers {
		t.Errorf("after the second apply %d are in the state, want %d", len(all), 4*soakOthers)
	}
	s.mustHaveNoChanges()
	s.closeAll()
	t.Logf("of %d resources made %d, tainted %d, conversations of Jelou lost and told %d", 4*soakOthers, len(made), tainted, lost)
	for _, kind := range s.kinds {
		line := fmt.Sprintf("%-18s", kind)
		for _, call := range append(calls, callClose) {
			line += fmt.Sprintf("  %s %d", call, s.hits[kind+call])
			if s.hits[kind+call] == 0 {
				t.Errorf("%s has never hit %s", kind, call)
			}
		}
		t.Log(line)
	}
}

// closeAll destroys everything, first under faults: what is not closed stays in the state, with an error, and no conversation
// is closed twice.
func (s *soak) closeAll() {
	s.t.Helper()
	r := s.underFaults("destroy", soakOthers, 2, callClose)
	state, told := s.instances(), failures(r.Stdout+r.Stderr)
	for _, c := range s.JelouConversations() {
		if c.EndAt == nil && !slices.Contains(ids(state, "jelou_conversation"), c.ID) {
			s.t.Errorf("%s is open and not in the state", c.ID)
		}
	}
	output := words(r.Stdout + r.Stderr)
	for address, instance := range state {
		if instance.Type != "jelou_conversation" || !strings.Contains(output, instance.text("id")) {
			s.t.Errorf("%s is still in the state, and no error says so: %s", address, told[address])
		}
	}
	s.destroy(parallel)
	closes := map[string]int{}
	for _, c := range s.JelouClosed() {
		if closes[c.Conversation]++; closes[c.Conversation] == 2 {
			s.t.Errorf("%s was closed twice", c.Conversation)
		}
	}
	for _, c := range s.JelouConversations() {
		if c.EndAt == nil {
			s.t.Errorf("%s was left open", c.ID)
		}
	}
	s.t.Logf("%d conversations of Jelou were closed, %d by the second destroy", len(closes), len(state))
}
