package endtoend

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
	"github.com/conversation-tools/terraform-provider-conversation/internal/terraform"
)

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

variable "webhook" {
  type      = string
  default   = null
  sensitive = true
}

variable "conversation" {
  type    = string
  default = "06b3b43c-0000-49a2-b618-d7f24667c1b6"
}

variable "when" {
  type    = string
  default = "destroy"
}
`

// values are those of the variables.
var values = map[string]string{
	"TF_VAR_client_name": fakeName, "TF_VAR_client_surname": fakeSurname, "TF_VAR_client_email": fakeEmail, "TF_VAR_client_id": fakeCRM,
	"TF_VAR_customer_id": fakeCustomer, "TF_VAR_user_id": fakeUser, "TF_VAR_text": fakeText, "TF_VAR_stranger": strangerMail,
}

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
	})
	s.set(values)
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
func (s *leakStage) keep(code int, args ...string) terraform.Result {
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
