package chatbotthread_test

import (
	"archive/zip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// wordsOfTheThread are what only somebody who has read the thread can know.
func wordsOfTheThread() []string {
	words := []string{"https://hooks.zapier.com", "15695697", "3hqs23e", "CONVERSATION_ESCALATED", "gpt-3.5-turbo", "NORMAL_MESSAGE"}
	for _, message := range chatbotExample()["messages"].([]any) {
		m := message.(providertest.Values)
		words = append(words, m["message_id"].(string))
		for _, said := range []string{"question", "answer"} {
			if text, ok := m[said].(providertest.Values); ok {
				words = append(words, `"`+text["text"].(string)+`"`, text["timestamp"].(string))
			}
		}
	}
	return words
}

// TestAccEphemeralThreadLeavesNothing uses a thread in a check, in a local value and
// in the configuration of a provider, and finds no word of it in the state, in
// the plan or in what is printed.
func TestAccEphemeralThreadLeavesNothing(t *testing.T) {
	t.Parallel()
	providertest.Requires(t, providertest.Ephemeral)
	// The second provider's token is a word of the thread.
	s := providertest.New(t, sandbox.Options{Chatbot: []string{sandbox.ChatbotToken, "gpt-3.5-turbo"}})
	w := providertest.NewWorkspace(t, s, map[string]string{"main.tf": providertest.Required + providertest.Quick + chatbotConfig("ephemeral", sandbox.ThreadID, "") + fmt.Sprintf(`
locals {
  last = ephemeral.chatbot_thread.test.messages[2]
}

provider "conversation" {
  alias = "second"
  chatbot = {
    base_url = %q
    token    = local.last.gpt_model
  }
}

data "chatbot_thread" "empty" {
  provider   = conversation.second
  chatbot_id = %q
  thread_id  = %q
}

check "answered" {
  assert {
    condition     = anytrue([for message in ephemeral.chatbot_thread.test.messages : message.answer != null])
    error_message = "Nobody has answered."
  }
}

check "closed" {
  assert {
    condition     = local.last.reaction == "POSITIVE"
    error_message = "Nobody was pleased."
  }
}
`, s.URL+sandbox.ChatbotPath, sandbox.ChatbotID, sandbox.EmptyThreadID)})
	var shown strings.Builder
	shown.WriteString(w.Succeeds("plan", "-no-color", "-out=plan"))
	shown.WriteString(w.Succeeds("show", "-no-color", "plan"))
	shown.WriteString(w.Succeeds("show", "-json", "plan"))
	shown.WriteString(w.Succeeds("apply", "-no-color", "plan"))
	state, err := os.ReadFile(filepath.Join(w.Dir, "terraform.tfstate"))
	if err != nil {
		t.Fatal(err)
	}
	shown.Write(state)
	shown.WriteString(w.Succeeds("show", "-json"))
	if !strings.Contains(shown.String(), "Nobody was pleased.") || strings.Contains(shown.String(), "Nobody has answered.") {
		t.Errorf("the checks did not read the thread:\n%s", shown.String())
	}
	if !strings.Contains(shown.String(), sandbox.EmptyThreadID) {
		t.Error("the data source is not in the state")
	}
	archive, err := zip.OpenReader(filepath.Join(w.Dir, "plan"))
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close() //nolint:errcheck // nothing is left to lose
	for _, member := range archive.File {
		content, err := member.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(content)
		if err != nil {
			t.Fatal(err)
		}
		shown.Write(text)
	}
	for _, word := range wordsOfTheThread() {
		if strings.Contains(shown.String(), word) {
			t.Errorf("%s is in the state, in the plan or in what was printed", word)
		}
	}
	second := false
	for _, r := range s.Requests() {
		second = second || r.Account == "token-2"
	}
	if !second {
		t.Error("the second provider did not use the word as its token")
	}
	w.Clean()
}
