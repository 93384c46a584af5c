package endtoend

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
	"github.com/conversation-tools/terraform-provider-conversation/internal/terraform"
)

// Nor does an action: not from its configuration, its progress or its errors.
func TestNothingLeaksFromActions(t *testing.T) {
	t.Parallel()
	cli.Require(t, terraform.Actions)
	leakModes(t, func(t *testing.T, bodies bool) {
		const id = "06b3b43c-0000-49a2-b618-d7f24667c1b6"
		s := newLeakStage(t, bodies, noRetries+`
action "jelou_conversation_close" "invoked" {
  provider = conversation

  config {
    bot_id  = "bot-1"
    user_id = var.user_id

    redirect_payload = {
      type = "text"
      text = var.text
    }
  }
}

action "thulium_chat_conversation_stop" "invoked" {
  provider = conversation

  config {
    conversation_id = "`+id+`"
  }
}
`)
		s.AddConversation(sandbox.Conversation{ID: id, QueueID: 3, ClientName: strangerName, ClientEmail: strangerMail})
		thulium, jelou := s.credentials()
		closes := echoes(callClose, jelouEnvelope, append([]string{fakeUser, fakeText}, jelou...))
		stops := echoes(callStop, thuliumEnvelope, thulium)
		for name, faults := range map[string][]sandbox.Fault{typeClose: closes, "thulium_chat_conversation_stop": stops} {
			for _, fault := range faults[:8] {
				s.arm([]sandbox.Fault{fault})
				s.mustFail(s.keep(1, "apply", "-no-color", "-auto-approve", "-invoke=action."+name+".invoked"), "Unable to", 1)
				s.mustHaveHit([]sandbox.Fault{fault})
			}
			s.ClearFaults()
			s.keep(0, "apply", "-no-color", s.plan("-invoke=action."+name+".invoked"))
		}
		if len(s.JelouClosed()) != 1 || len(s.Open()) != 3 {
			t.Errorf("closed are %v, open are %v", s.JelouClosed(), s.Open())
		}
		s.finish()
	})
}

// Nothing leaks from errors, whatever the services echo of what was sent to them, and in which escaping.
func TestNothingLeaksFromFailures(t *testing.T) {
	t.Parallel()
	leakModes(t, func(t *testing.T, bodies bool) {
		s := newLeakStage(t, bodies, "")
		s.failures()
		s.finish()
	})
}

// credentials are what the calls to Thulium and to Jelou carry.
func (s *leakStage) credentials() (thulium, jelou []string) {
	thulium = []string{fakePassword, basic(fakeUsername, fakePassword)}
	if s.bodies {
		return thulium, []string{fakeClientSecret, basic(fakeClientID, fakeClientSecret)}
	}
	return thulium, []string{fakeAPIKey}
}

// failures lets each call fail in each way: one block for each echo.
func (s *leakStage) failures() {
	s.t.Helper()
	thulium, jelou := s.credentials()
	starts := echoes(callStart, thuliumEnvelope, append([]string{fakeName, fakeSurname, fakeEmail, fakeCRM, fakeCustomer}, thulium...))
	stops := echoes(callStop, thuliumEnvelope, thulium)
	lists := echoes(callList, thuliumEnvelope, thulium)
	closes := echoes(callClose, jelouEnvelope, append([]string{fakeUser, fakeText}, jelou...))
	threads := append(echoes(callThread, chatbotEnvelope, []string{fakeToken, fakeWebhook}), s.cutThreads()...)

	s.t.Logf("faults: start %d, stop %d, list %d, close %d, thread %d", len(starts), len(stops), len(lists), len(closes), len(threads))

	// Reading: the plan fails.
	s.write("test.tf", variables+noRetries+fmt.Sprintf(`
data "chatbot_thread" "read" {
  provider   = conversation
  count      = %d
  chatbot_id = "%s"
  thread_id  = "%s"
}

data "thulium_chat_conversations" "listed" {
  provider      = conversation
  count         = %d
  chat_queue_id = count.index + 1
}
`, len(threads), sandbox.ChatbotID, leakThread, len(lists)))
	s.arm(threads, lists)
	s.mustFail(s.keep(1, "plan", "-no-color"), "Unable to read chatbot thread", len(threads))
	s.mustHaveHit(threads, lists)
	if cli.Has(terraform.Ephemeral) {
		s.write("test.tf", variables+noRetries+severalEphemeral(len(threads)))
		s.arm(threads)
		s.mustFail(s.keep(1, "plan", "-no-color"), "Unable to read chatbot thread", len(threads))
		s.mustHaveHit(threads)
	}

	// Creating: the apply fails.
	s.write("test.tf", variables+noRetries+failingResources(len(starts), len(closes)))
	s.set(map[string]string{"TF_VAR_when": "create"})
	s.arm(starts, closes)
	// One after the other: Terraform 1.16.0-rc2 may crash where two creates return both a state and an error.
	r := s.keep(1, "apply", "-no-color", "-auto-approve", "-parallelism=1")
	s.mustFail(r, "Unable to start Thulium chat conversation", len(starts))
	s.mustFail(r, "Unable to close Jelou conversation", len(closes))
	s.mustHaveHit(starts, closes)
	s.lookAtState()
	s.keep(0, "destroy", "-no-color", "-auto-approve")

	// Refreshing: the listing fails, one warning, nothing lost.
	s.write("test.tf", variables+noRetries+failingResources(max(len(stops), len(lists)), len(closes)))
	s.set(map[string]string{"TF_VAR_when": "destroy"})
	s.keep(0, "apply", "-no-color", "-auto-approve")
	s.arm(lists)
	s.keep(0, "plan", "-no-color")
	s.mustHaveHit(lists)

	// Updating and destroying: both fail, and the state stays.
	s.set(map[string]string{"TF_VAR_when": "create"})
	s.arm(closes)
	s.mustFail(s.keep(1, "apply", "-no-color", "-auto-approve", "-refresh=false"), "Unable to close Jelou conversation", len(closes))
	s.mustHaveHit(closes)
	s.lookAtState()
	s.arm(stops, closes)
	r = s.keep(1, "destroy", "-no-color", "-auto-approve", "-refresh=false")
	s.mustFail(r, "Unable to close Jelou conversation", len(closes))
	s.mustHaveHit(stops, closes)
	s.lookAtState()
	s.ClearFaults()
	// After a failed destroy the CLI has forgotten which values are sensitive, and its next plan shows them.
	r = s.run("destroy", "-no-color", "-auto-approve")
	s.fatal(r.Err())
	s.search.in("output of the destroy after a failed one", []byte(r.Stdout+r.Stderr), credential, webhook)

	// Importing: the look-up fails, which where it was refused is a warning.
	s.write("test.tf", variables+noRetries+failingImports(len(lists)))
	s.arm(lists)
	r = s.keep(1, "plan", "-no-color")
	s.mustFail(r, "Conversation imported unverified", 1)
	s.mustFail(r, "Unable to import", 1)
	s.mustHaveHit(lists)
	s.write("test.tf", variables+noRetries+failingResources(1, 0))
	for _, fault := range []sandbox.Fault{lists[0], lists[len(lists)-1]} {
		s.arm([]sandbox.Fault{fault})
		s.mustFail(s.keep(1, "import", "-no-color", typeConversation+".failing[0]", "06b3b43c-0000-49a2-b618-d7f24667c1b6"), "Unable to import", 1)
	}
}

const noRetries = `
provider "conversation" {
  http = {
    max_retries = 0
    timeout     = "20s"
  }
}
`

func failingResources(starts, closes int) string {
	return fmt.Sprintf(`
resource "thulium_chat_conversation" "failing" {
  provider       = conversation
  count          = %d
  chat_queue_id  = count.index + 1
  client_name    = var.client_name
  client_surname = var.client_surname
  client_email   = var.client_email
  client_id      = var.client_id
  customer_id    = var.customer_id
}

resource "jelou_conversation_close" "failing" {
  provider = conversation
  count    = %d
  bot_id   = "bot-1"
  user_id  = var.user_id
  when     = var.when

  redirect_payload = {
    type = "text"
    text = var.text
  }
}
`, starts, closes)
}

// failingImports has a resource for each import: of several for one resource, Terraform 1.16.0-rc2 sees the first alone.
func failingImports(n int) string {
	var b strings.Builder
	for queue := 1; queue <= n; queue++ {
		name := fmt.Sprintf("failing_%d", queue)
		b.WriteString(strings.NewReplacer("failing", name, "count.index + 1", fmt.Sprint(queue)).Replace(failingResources(1, 0)))
		fmt.Fprintf(&b, `
import {
  provider = conversation
  to       = thulium_chat_conversation.%s[0]
  id       = "%d/06b3b43c-0000-49a2-b618-d7f24667c1b6"
}
`, name, queue)
	}
	return b.String()
}

func severalEphemeral(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(strings.ReplaceAll(ephemeralThread, "opened", fmt.Sprintf("opened_%d", i)), "is_answered", fmt.Sprintf("is_answered_%d", i)))
	}
	return b.String()
}

// arm arms each fault for one request.
func (s *leakStage) arm(groups ...[]sandbox.Fault) {
	s.ClearFaults()
	s.ClearRequests()
	for _, fault := range slices.Concat(groups...) {
		fault.Times = 1
		s.AddFault(fault)
	}
}

// mustHaveHit fails unless each armed fault has hit.
func (s *leakStage) mustHaveHit(groups ...[]sandbox.Fault) {
	s.t.Helper()
	want, hits := slices.Concat(groups...), 0
	for _, r := range s.Requests() {
		if r.Fault != "" {
			hits++
		}
	}
	if hits != len(want) {
		s.t.Errorf("%d of %d faults have hit", hits, len(want))
	}
}

// mustFail fails unless the run has printed as many such errors. A CLI may print those that are alike only once.
func (s *leakStage) mustFail(r terraform.Result, summary string, times int) {
	s.t.Helper()
	if n := strings.Count(words(r.Stdout+r.Stderr), summary); n < (times+1)/2 {
		s.t.Errorf("%q was printed %d times for %d errors\n%s%s", summary, n, times, r.Stdout, r.Stderr)
	}
}
