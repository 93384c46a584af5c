package endtoend

import (
	"fmt"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// Nothing leaks from what is said and where: not from a failing call, whatever the service echoes, and not from one that
// goes well.
func TestNothingLeaksFromMessages(t *testing.T) {
	t.Parallel()
	leakModes(t, func(t *testing.T, bodies bool) {
		s := newLeakStage(t, bodies, "")
		s.set(map[string]string{"TF_VAR_webhook": fakeWebhook})
		thulium, jelou := s.credentials()
		for _, failing := range []struct {
			call, summary, block string
			faults               []sandbox.Fault
		}{
			{
				callMessage, "Unable to send Thulium chat message", saidInChat,
				echoes(callMessage, thuliumEnvelope, append([]string{fakeText}, thulium...)),
			},
			{
				callAsk, "Unable to ask chatbot", saidInThread,
				echoes(callAsk, chatbotEnvelope, []string{fakeText, fakeToken}),
			},
			{
				callCreate, "Unable to create chatbot thread", ownThread,
				echoes(callCreate, chatbotEnvelope, []string{fakeEmail, fakeToken}),
			},
			{
				callUpdate, "Unable to update chatbot thread", ownThread,
				echoes(callUpdate, chatbotEnvelope, []string{fakeName, fakeWebhook, fakeToken}),
			},
			{
				callConversation, "Unable to start Jelou conversation", startedConversation,
				echoes(callConversation, jelouEnvelope, append([]string{fakeUser, fakeText, fakeCRM}, jelou...)),
			},
		} {
			s.write("test.tf", variables+noRetries+fmt.Sprintf(failing.block, len(failing.faults)))
			s.arm(failing.faults)
			// One after the other: Terraform 1.16.0-rc2 may crash where two creates return both a state and an error.
			r := s.keep(1, "apply", "-no-color", "-auto-approve", "-parallelism=1")
			s.mustFail(r, failing.summary, len(failing.faults))
			s.mustHaveHit(failing.faults)
			s.lookAtState()
			s.ClearFaults()
			s.keep(0, "destroy", "-no-color", "-auto-approve")
		}

		id := s.AddConversation(sandbox.Conversation{QueueID: 3})
		s.AddThread(sandbox.ChatbotID, "none-0", []byte(emptyThread))
		s.set(map[string]string{"TF_VAR_conversation": id, "TF_VAR_user_id": "fake-user/with none open"})
		s.write("test.tf", variables+noRetries+fmt.Sprintf(saidInChat, 1)+fmt.Sprintf(saidInThread, 1)+fmt.Sprintf(ownThread, 1)+fmt.Sprintf(startedConversation, 1))
		s.Set(func(k *sandbox.Knobs) { k.Answers = map[string]string{fakeText: fakeAnswer} })
		// Not through a plan file: the webhook is a variable here, and stands there as all variables do.
		s.keep(0, "apply", "-no-color", "-auto-approve")
		s.lookAtState()
		s.keep(0, "plan", "-no-color", "-detailed-exitcode")
		s.must("destroy", "-no-color", "-auto-approve") // which shows the answer, as Terraform shows what it destroys
		s.finish()
	})
}

// emptyThread is the thread of the first message in saidInThread.
const emptyThread = `{"threadId":"none-0","mode":"AI","messages":[]}`

const (
	saidInChat = `
resource "thulium_chat_conversation_message" "said" {
  provider        = conversation
  count           = %d
  conversation_id = var.conversation
  text            = var.text
}
`
	saidInThread = `
resource "chatbot_message" "said" {
  provider   = conversation
  count      = %d
  chatbot_id = "` + sandbox.ChatbotID + `"
  thread_id  = "none-${count.index}" # so that what is lost is not looked for in vain
  text       = var.text
}
`
	startedConversation = `
resource "jelou_conversation" "started" {
  provider        = conversation
  count           = %d
  bot_id          = "bot-1"
  user_id         = var.user_id
  initial_message = var.text
  metadata        = { customer = var.client_id }

  redirect_payload = {
    type = "text"
    text = var.text
  }
}
`
	ownThread = `
resource "chatbot_thread" "own" {
  provider    = conversation
  count       = %d
  chatbot_id  = "` + sandbox.ChatbotID + `"
  webhook_url = var.webhook

  chat_user = {
    email        = var.client_email
    name         = var.client_name
    phone_number = var.customer_id
  }
}
`
)
