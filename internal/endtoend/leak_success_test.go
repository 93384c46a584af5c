package endtoend

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
	"github.com/conversation-tools/terraform-provider-conversation/internal/terraform"
)

// Nothing leaks while all goes well: from every call of every type, through plan, apply, refresh, update, import, destroy.
func TestNothingLeaksFromSuccess(t *testing.T) {
	t.Parallel()
	leakModes(t, func(t *testing.T, bodies bool) {
		s := newLeakStage(t, bodies, `
resource "thulium_chat_conversation" "started" {
  provider       = conversation
  chat_queue_id  = 3
  client_name    = var.client_name
  client_surname = var.client_surname
  client_email   = var.client_email
  client_id      = var.client_id
  customer_id    = var.customer_id
}

resource "jelou_conversation_close" "closed" {
  provider = conversation
  bot_id   = "bot-1"
  user_id  = var.user_id

  redirect_payload = {
    type = "text"
    text = var.text
  }
}

resource "jelou_conversation_close" "armed" {
  provider = conversation
  bot_id   = "bot-1"
  user_id  = "${var.user_id} (2)"
  when     = var.when
}

data "chatbot_thread" "read" {
  provider   = conversation
  chatbot_id = "`+sandbox.ChatbotID+`"
  thread_id  = "`+leakThread+`"
}

data "thulium_chat_conversations" "listed" {
  provider     = conversation
  client_email = var.stranger
}
`)
		s.keep(0, "validate", "-no-color")
		s.keep(0, "apply", "-no-color", s.plan())
		s.lookAtState()
		s.keep(0, "plan", "-no-color", "-detailed-exitcode")
		s.keep(0, "apply", "-no-color", s.plan("-var=when=create"))
		s.lookAtState()

		id := ids(s.instances(), typeConversation)[0]
		s.keep(0, "state", "rm", "-no-color", typeConversation+".started")
		s.keep(0, "import", "-no-color", typeConversation+".started", "3/"+id)
		s.lookAtState()
		s.keep(0, "apply", "-no-color", s.plan("-var=when=create"))
		s.lookAtState()
		s.keep(0, "destroy", "-no-color", "-auto-approve")
		s.lookAtState()

		for call, least := range map[string]int{callStart: 1, callStop: 1, callClose: 2, callList: 4, callThread: 4} {
			if n := s.Count(call); n < least {
				t.Errorf("%d calls of %s, want at least %d: the run leaves something out", n, call, least)
			}
		}
		if bodies {
			log := splitLog(readOrNothing(t, s.Env["TF_LOG_PATH"]))
			for _, words := range []string{"good-bye", strangerName, "Your fake order"} { // of what is sent, listed and read
				if !strings.Contains(string(log.bodies), words) {
					t.Errorf("the log has no body with %q: this search would find nothing", words)
				}
			}
		}
		s.finish()
	})
}

// The ephemeral form leaves nothing of the thread anywhere.
func TestNothingLeaksFromAnEphemeralThread(t *testing.T) {
	t.Parallel()
	cli.Require(t, terraform.Ephemeral)
	leakModes(t, func(t *testing.T, bodies bool) {
		s := newLeakStage(t, bodies, ephemeralThread)
		s.keep(0, "apply", "-no-color", s.plan())
		for name, member := range unzip(t, filepath.Join(s.Dir, "plan-1")) {
			for _, value := range []string{fakeQuestion, fakeAnswer, fakeChatUserID, fakeChatUserMail, fakeWebhook} {
				if strings.Contains(string(member), value) {
					t.Errorf("%q stands in the plan's %s", value, name)
				}
			}
		}
		s.search.in("state after an ephemeral thread", readOrNothing(t, filepath.Join(s.Dir, "terraform.tfstate")), credential, webhook, personal)
		if s.Count(callThread) == 0 {
			t.Error("the thread was not read")
		}
		s.finish()
	})
}

const ephemeralThread = `
ephemeral "chatbot_thread" "opened" {
  provider   = conversation
  chatbot_id = "` + sandbox.ChatbotID + `"
  thread_id  = "` + leakThread + `"
}

check "thread_is_answered" {
  assert {
    condition     = anytrue([for message in ephemeral.chatbot_thread.opened.messages : message.answer != null])
    error_message = "Nobody has answered in the thread."
  }
}
`
