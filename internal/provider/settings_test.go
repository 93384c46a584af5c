package provider_test

import (
	"maps"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// settingsStage is a stage whose environment holds the variables that are given
// and no other.
func settingsStage(t *testing.T, environment map[string]string) *providertest.Stage {
	t.Helper()
	s := providertest.New(t, sandbox.Options{})
	s.Environment = maps.Clone(environment)
	return s
}

// settingsCalls makes one call of each service and returns what was said when
// it was not possible.
func settingsCalls(t *testing.T, w *providertest.Wire) map[string][]*tfprotov6.Diagnostic {
	t.Helper()
	out := map[string][]*tfprotov6.Diagnostic{}
	_, out["thulium"] = w.Apply(t.Context(), "thulium_chat_conversation", providertest.Object{}, providertest.Values{"chat_queue_id": 3})
	_, out["jelou"] = w.Apply(t.Context(), "jelou_conversation_close", providertest.Object{}, providertest.Values{"bot_id": sandbox.JelouBotID, "user_id": "user-1"})
	_, out["chatbot"] = w.Data(t.Context(), "chatbot_thread", providertest.Values{"chatbot_id": sandbox.ChatbotID, "thread_id": sandbox.ThreadID})
	return out
}
