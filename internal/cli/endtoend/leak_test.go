package endtoend

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/cli"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// What must not get out: obvious fakes, each with characters that its escapings differ in.
const (
	fakeUsername     = "fake_api_user"
	fakePassword     = `fake-thulium/pä&ss+"word"`
	fakeAPIKey       = `fake-jelou/key&<1>+"=`
	fakeClientID     = "fake-jelou-client"
	fakeClientSecret = `fake-jelou/secret&<2>+'=`
	fakeToken        = `fake-chatbot/token&<3>+"=`
	fakeWebhook      = "https://hooks.fake.example/hooks/catch/98417/fake-webhook-path?token=fake-webhook-token&x=1"

	fakeName     = "Zdzisława-Fake"
	fakeSurname  = `O'Fake-<Nowak> & "Syn"`
	fakeEmail    = "fake.person+tag/x@mail.fake.example"
	fakeCRM      = "fake-crm/4711&0815"
	fakeCustomer = "990011223344"
	fakeUser     = "fake-user/+48 600 700 800"
	fakeText     = `Fake good-bye, "dear" <customer> & friends`

	fakeQuestion     = `Where is my "fake" order <4711>, i.e. the włóczka?`
	fakeAnswer       = "Your fake order & parcel/box is on its way."
	fakeChatUserID   = "fake-visitor/no-0001"
	fakeChatUserMail = "fake.chat.user+1@mail.fake.example"

	strangerName = "Fakemira Stranger-Fake"
	strangerMail = "fake.stranger+2@mail.fake.example"

	leakThread = "fake-thread-1"
)

func basic(user, password string) string {
	return base64.StdEncoding.EncodeToString([]byte(user + ":" + password))
}

// fakes returns the search for all of them.
func fakes() *search {
	s := newSearch()
	for _, value := range []struct {
		name string
		kind kind
		text string
	}{
		{"THULIUM_PASSWORD", credential, fakePassword},
		{"Thulium's user and password", credential, basic(fakeUsername, fakePassword)},
		{"JELOU_API_KEY", credential, fakeAPIKey},
		{"JELOU_CLIENT_SECRET", credential, fakeClientSecret},
		{"Jelou's client id and secret", credential, basic(fakeClientID, fakeClientSecret)},
		{"CHATBOT_TOKEN", credential, fakeToken},
		{"webhook URL", webhook, fakeWebhook},
		{"webhook path", webhook, "98417/fake-webhook-path"},
		{"webhook token", webhook, "fake-webhook-token"},
		{"client_name", personal, fakeName},
		{"client_surname", personal, fakeSurname},
		{"client_email", personal, fakeEmail},
		{"client_id", personal, fakeCRM},
		{"customer_id", personal, fakeCustomer},
		{"user_id", personal, fakeUser},
		{"redirect_payload.text", personal, fakeText},
		{"question", personal, fakeQuestion},
		{"answer", personal, fakeAnswer},
		{"chat_user_id", personal, fakeChatUserID},
		{"chat_user", personal, fakeChatUserMail},
		{"a stranger's name", personal, strangerName},
		{"a stranger's e-mail", personal, strangerMail},
	} {
		s.add(value.name, value.kind, value.text)
		// An answer that ends within a value must not show its beginning.
		if half := strings.ToValidUTF8(value.text[:len(value.text)/2], ""); len(half) >= 8 {
			s.add(value.name+" (half)", value.kind, half)
		}
	}
	return s
}

// variables declare the personal arguments; their values come from the environment.
const variables = `
variable "client_name" {
  type      = string
  sensitive = true
}

variable "client_surname" {
  type      = string
  sensitive = true
}

variable "client_email" {
  type      = string
  sensitive = true
}

variable "client_id" {
  type      = string
  sensitive = true
}

variable "customer_id" {
  type      = number
  sensitive = true
}

variable "user_id" {
  type      = string
  sensitive = true
}

variable "text" {
  type      = string
  sensitive = true
}

variable "stranger" {
  type      = string
  sensitive = true
}

variable "when" {
  type    = string
  default = "destroy"
}
`

// leakStage is a stage whose runs are logged in full and kept.
type leakStage struct {
	*stage

	search *search
	bodies bool
	plans  int
	output strings.Builder
}

// newLeakStage gives credentials and personal values in the environment. With bodies, the user has asked for them in the
// log, and Jelou is called with a client's id and secret instead of the key.
func newLeakStage(t *testing.T, bodies bool, configuration string) *leakStage {
	t.Helper()
	s := &leakStage{bodies: bodies, search: fakes(), stage: newStage(t, sandbox.Options{
		Thulium: []sandbox.ThuliumAccount{{Username: fakeUsername, Password: fakePassword}},
		Jelou: []sandbox.JelouProject{{
			ID: sandbox.JelouProjectID, APIKey: fakeAPIKey, ClientID: fakeClientID, ClientSecret: fakeClientSecret, Bots: []string{sandbox.JelouBotID},
		}},
		Chatbot: []string{fakeToken},
	}, variables+configuration)}
	s.AddThread(sandbox.ChatbotID, leakThread, leakThreadJSON(t))
	for range 3 {
		s.AddConversation(sandbox.Conversation{QueueID: 3, ClientName: strangerName, ClientEmail: strangerMail})
	}
	s.set(map[string]string{
		"TF_LOG": "TRACE", "TF_LOG_PATH": filepath.Join(t.TempDir(), "trace.log"),
		"THULIUM_USERNAME": fakeUsername, "THULIUM_PASSWORD": fakePassword, "JELOU_API_KEY": fakeAPIKey, "CHATBOT_TOKEN": fakeToken,
		"TF_VAR_client_name": fakeName, "TF_VAR_client_surname": fakeSurname, "TF_VAR_client_email": fakeEmail, "TF_VAR_client_id": fakeCRM,
		"TF_VAR_customer_id": fakeCustomer, "TF_VAR_user_id": fakeUser, "TF_VAR_text": fakeText,
		"TF_VAR_stranger": strangerMail,
	})
	if bodies {
		s.set(map[string]string{
			"CONVERSATION_LOG_BODIES": "1", "JELOU_API_KEY": "", "JELOU_CLIENT_ID": fakeClientID, "JELOU_CLIENT_SECRET": fakeClientSecret,
		})
	}
	return s
}

// leakThreadJSON is a thread with a webhook and personal data, as the service sends it.
func leakThreadJSON(t *testing.T) json.RawMessage {
	t.Helper()
	raw, err := json.Marshal(map[string]any{
		"threadId": leakThread, "chatbotId": sandbox.ChatbotID, "mode": "AI", "webhookUrl": fakeWebhook,
		"startedAt": "2026-05-18T11:39:57.349750Z", "updatedAt": "2026-05-18T11:39:57.349750Z",
		"chatUserId": fakeChatUserID, "chatUser": map[string]string{"email": fakeChatUserMail},
		"messages": []map[string]any{{
			"messageId": "365062948587045457", "messageType": "NORMAL_MESSAGE", "reaction": "NEUTRAL", "sources": []string{}, "prompts": []string{},
			"question": map[string]string{"text": fakeQuestion, "timestamp": "2026-05-18T11:40:07.857030Z"},
			"answer":   map[string]string{"text": fakeAnswer, "timestamp": "2026-05-18T11:40:07.857030Z"},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// keep runs the CLI, keeps what it prints and returns it.
func (s *leakStage) keep(code int, args ...string) cli.Result {
	s.t.Helper()
	r := s.run(args...)
	s.output.WriteString(r.Stdout + r.Stderr)
	if r.Code != code {
		s.t.Errorf("%s: exit code %d, want %d\n%s%s", strings.Join(args, " "), r.Code, code, r.Stdout, r.Stderr)
	}
	return r
}

// plan plans, looks into the plan file, and returns its path.
func (s *leakStage) plan(args ...string) string {
	s.t.Helper()
	s.plans++
	path := filepath.Join(s.Dir, fmt.Sprintf("plan-%d", s.plans))
	s.keep(0, append([]string{"plan", "-no-color", "-out", path}, args...)...)
	s.keep(0, "show", "-no-color", path)
	for name, member := range unzip(s.t, path) {
		switch {
		case strings.HasPrefix(name, "tfstate"):
			s.searchState("plan: state", member)
		case name == "tfplan":
			// Arguments and variables stand in it in a form of its own. Below it is searched as JSON.
			s.search.in("plan: changes", member, credential, webhook)
		default:
			s.search.in("plan: configuration", member, credential, webhook, personal)
		}
	}
	shown := s.must("show", "-json", path).Stdout
	s.search.in("plan: as JSON, without own attributes", withoutOwnAttributes(s.t, []byte(shown)), credential, webhook, personal)
	s.search.in("plan: as JSON", []byte(shown), credential)
	return path
}

func (s *leakStage) searchState(place string, state []byte) {
	s.t.Helper()
	if len(state) == 0 {
		return
	}
	s.search.in(place, state, credential)
	s.search.in(place+", without own attributes", withoutOwnAttributes(s.t, state), credential, webhook, personal)
}

// lookAtState searches the state that a run has left, and the one before.
func (s *leakStage) lookAtState() {
	s.t.Helper()
	for _, name := range []string{"terraform.tfstate", "terraform.tfstate.backup"} {
		s.searchState("state", readOrNothing(s.t, filepath.Join(s.Dir, name)))
	}
}

// finish searches output and log, and reports.
func (s *leakStage) finish() {
	s.t.Helper()
	s.search.in("output", []byte(s.output.String()), credential, webhook, personal)
	log := splitLog(readOrNothing(s.t, s.Env["TF_LOG_PATH"]))
	s.search.in("log: the CLI's lines", log.core, credential, webhook, personal)
	s.search.in("log: the provider's lines", log.provider, credential, webhook, personal)
	s.search.in("log: bodies", log.bodies, credential, webhook)
	if len(log.core) == 0 || len(log.provider) == 0 {
		s.t.Errorf("the log has %d bytes of the CLI and %d of the provider: it was not taken apart", len(log.core), len(log.provider))
	}
	if s.bodies == (len(log.bodies) == 0) {
		s.t.Errorf("the log has %d bytes of bodies, asked for: %t", len(log.bodies), s.bodies)
	}
	s.search.report(s.t)
}

// leakModes runs a test without and with bodies in the log.
func leakModes(t *testing.T, test func(t *testing.T, bodies bool)) {
	t.Helper()
	for name, bodies := range map[string]bool{"sizes only": false, "CONVERSATION_LOG_BODIES": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, bodies)
		})
	}
}

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
			for _, expected := range []string{fakeUser, strangerMail, "Your fake order"} {
				if !strings.Contains(string(log.bodies), expected) {
					t.Errorf("the log has no body with %q: this search would find nothing", expected)
				}
			}
		}
		s.finish()
	})
}

// The ephemeral form leaves nothing of the thread anywhere.
func TestNothingLeaksFromAnEphemeralThread(t *testing.T) {
	t.Parallel()
	needs(t, "1.10", "1.11", "ephemeral resources")
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

// Nor does an action: not from its configuration, its progress or its errors.
func TestNothingLeaksFromActions(t *testing.T) {
	t.Parallel()
	needs(t, "1.14", "", "actions")
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
	if terraform.AtLeast("1.10", "1.11") {
		s.write("test.tf", variables+noRetries+severalEphemeral(len(threads)))
		s.arm(threads)
		s.mustFail(s.keep(1, "plan", "-no-color"), "Unable to read chatbot thread", len(threads))
		s.mustHaveHit(threads)
	}

	// Creating: the apply fails.
	s.write("test.tf", variables+noRetries+failingResources(len(starts), len(closes)))
	s.set(map[string]string{"TF_VAR_when": "create"})
	s.arm(starts, closes)
	r := s.keep(1, "apply", "-no-color", "-auto-approve")
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

func failingImports(n int) string {
	var b strings.Builder
	b.WriteString(failingResources(n, 0))
	for i := range n {
		fmt.Fprintf(&b, `
import {
  provider = conversation
  to       = thulium_chat_conversation.failing[%d]
  id       = "%d/06b3b43c-0000-49a2-b618-d7f24667c1b6"
}
`, i, i+1)
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
func (s *leakStage) mustFail(r cli.Result, summary string, times int) {
	s.t.Helper()
	if n := strings.Count(words(r.Stdout+r.Stderr), summary); n < (times+1)/2 {
		s.t.Errorf("%q was printed %d times for %d errors\n%s%s", summary, n, times, r.Stdout, r.Stderr)
	}
}

// echoes are faults whose answers contain what was sent, in every escaping that a service or a gateway may use.
func echoes(call string, envelope func(words []string) string, sent []string) []sandbox.Fault {
	var out []sandbox.Fault
	status := func(status int, body string) {
		out = append(out, sandbox.Fault{Call: call, Kind: sandbox.FaultStatus, Status: status, Body: body})
	}
	// In the service's own envelope, where each message is a text of its own.
	statuses := []int{400, 401, 403, 405, 409, 422, 500, 502, 504}
	for i, escape := range escapings {
		escaped := make([]string, len(sent))
		for j, value := range sent {
			escaped[j] = "you sent " + escape(value) + "."
		}
		status(statuses[i%len(statuses)], envelope(escaped))
	}
	// On pages and in plain text, of which the beginning is quoted: once from the front, once from the back.
	for range 2 {
		plain := strings.Join(sent, "\n")
		page := "<!DOCTYPE html><html><body><pre>" + html.EscapeString(plain) + "</pre></body></html>"
		header := map[string]string{"Content-Type": "text/html"}
		out = append(out,
			sandbox.Fault{Call: call, Kind: sandbox.FaultStatus, Status: 502, Body: page, Header: header},
			sandbox.Fault{Call: call, Kind: sandbox.FaultStatus, Status: 500, Body: plain, Header: map[string]string{"Content-Type": "text/plain"}},
		)
		if call != callStop { // which any 2xx ends well
			out = append(out,
				sandbox.Fault{Call: call, Kind: sandbox.FaultHTML, Body: page},
				sandbox.Fault{Call: call, Kind: sandbox.FaultWrongTypes, Body: "Debug: " + plain},
				sandbox.Fault{Call: call, Kind: sandbox.FaultWrongTypes, Body: `["` + strings.Join(each(sent, jsonText), `","`) + `"]`},
			)
		}
		sent = slices.Clone(sent)
		slices.Reverse(sent)
	}
	for _, value := range sent {
		// Cut in the middle of a value: by the end of the connection, and by the length of what is quoted.
		if call != callStop {
			front := `{"debug":"` + jsonText(value[:len(value)/2])
			out = append(out, sandbox.Fault{Call: call, Kind: sandbox.FaultHalf, Body: front + strings.Repeat("x", len(front))})
		}
		status(500, strings.Repeat("x", 512-len(value)/2)+value)
		query := url.Values{"client_email": {value}, "other": {value}, "next": {"/login?again=" + url.QueryEscape(value)}}.Encode()
		out = append(out, sandbox.Fault{
			Call: call, Kind: sandbox.FaultRedirect, Status: http.StatusFound,
			Location: "https://user:" + url.PathEscape(value) + "@login.fake.example/from/" + url.PathEscape(value) + "?" + query + "#" + url.QueryEscape(value),
		})
	}
	return out
}

// escapings are the ways to write a value that an answer echoes.
var escapings = []func(string) string{
	func(value string) string { return value },
	jsonText,
	asciiJSON,
	strconv.Quote,
	func(value string) string { return strings.ReplaceAll(jsonText(value), "/", `\/`) },
	url.QueryEscape,
	url.PathEscape,
	func(value string) string { return strings.ToLower(url.QueryEscape(value)) },
	func(value string) string { return url.QueryEscape(url.QueryEscape(value)) },
	html.EscapeString,
	func(value string) string { return base64.StdEncoding.EncodeToString([]byte(value)) },
	func(value string) string { return base64.RawURLEncoding.EncodeToString([]byte(value)) },
	func(value string) string {
		return base64.StdEncoding.EncodeToString([]byte("Authorization: Basic " + value))
	},
	func(value string) string {
		return base64.StdEncoding.EncodeToString([]byte("Authorization: Bearer " + value + "\r\n"))
	},
	func(value string) string {
		return base64.StdEncoding.EncodeToString([]byte(`{"value":"` + jsonText(value) + `"}`))
	},
}

func jsonText(value string) string { return inJSON(value, true) }

func each(values []string, change func(string) string) []string {
	out := make([]string, len(values))
	for i, value := range values {
		out[i] = change(value)
	}
	return out
}

// mustJSON is v as JSON; what is given to it always has that form.
func mustJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func thuliumEnvelope(words []string) string {
	var errors []map[string]any
	for _, word := range words {
		errors = append(errors, map[string]any{"message": word, "code": 111111})
	}
	return mustJSON(map[string]any{"request_id": "53678450401cf", "errors": errors})
}

func jelouEnvelope(words []string) string {
	return mustJSON(map[string]any{
		"message": words, "statusMessage": "failed", "status": 0, "validationError": map[string]any{"userId": words},
		"error": map[string]any{"code": "E1019", "key": "BOT_NOT_FOUND", "description": words[0], "developerMessages": map[string]string{"en": words[len(words)-1]}},
	})
}

func chatbotEnvelope(words []string) string {
	return mustJSON(map[string]any{
		"success": false, "message": words[0], "data": nil,
		"error": map[string]any{"code": "REQUEST_VALIDATION_FAILED", "message": words[len(words)-1], "details": words},
	})
}

// cutThreads are answers with the thread itself that are no good.
func (s *leakStage) cutThreads() []sandbox.Fault {
	thread := string(leakThreadJSON(s.t))
	whole := `{"success":true,"data":{"thread":` + thread + `}}`
	return []sandbox.Fault{
		{Call: callThread, Kind: sandbox.FaultHalf},
		{Call: callThread, Kind: sandbox.FaultWrongTypes},
		{Call: callThread, Kind: sandbox.FaultHalf, Body: whole + strings.Repeat(" ", len(whole)-20)},
		{Call: callThread, Kind: sandbox.FaultWrongTypes, Body: strings.Replace(whole, leakThread, "another-thread", 1)},
		{Call: callThread, Kind: sandbox.FaultWrongTypes, Body: strings.Replace(whole, `"messages":[`, `"messages":["`+jsonText(fakeQuestion)+`",`, 1)},
		{Call: callThread, Kind: sandbox.FaultWrongTypes, Body: "webhookUrl: " + whole},
		{Call: callThread, Kind: sandbox.FaultWrongTypes, Body: whole + whole},
	}
}
