package provider

import (
	"maps"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// settingsUnknown is a value that is not known before the apply.
const settingsUnknown = tftypes.UnknownValue

// settingsTried validates and configures a provider as Terraform does, and
// returns all that is said of its block.
func settingsTried(t *testing.T, s *stage, config values) (*wire, []*tfprotov6.Diagnostic) {
	t.Helper()
	w := &wire{t: t, server: s.server()}
	var err error
	w.schemas, err = w.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	w.fatal(err)
	block := w.dynamic(w.schemas.Provider, config)
	validated, err := w.server.ValidateProviderConfig(t.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: block})
	w.fatal(err)
	if failed(validated.Diagnostics) {
		return w, validated.Diagnostics
	}
	configured, err := w.server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: block, TerraformVersion: "1.16.0"})
	w.fatal(err)
	return w, append(validated.Diagnostics, configured.Diagnostics...)
}

// settingsStage is a stage whose environment holds the variables that are given
// and no other.
func settingsStage(t *testing.T, environment map[string]string) *stage {
	t.Helper()
	s := newStage(t, sandbox.Options{})
	s.Environment = maps.Clone(environment)
	return s
}

// settingsCalls makes one call of each service and returns what was said when
// it was not possible.
func settingsCalls(t *testing.T, w *wire) map[string][]*tfprotov6.Diagnostic {
	t.Helper()
	out := map[string][]*tfprotov6.Diagnostic{}
	_, out["thulium"] = w.apply(t.Context(), thuliumConversation, object{}, values{"chat_queue_id": 3})
	_, out["jelou"] = w.apply(t.Context(), "jelou_conversation_close", object{}, values{"bot_id": sandbox.JelouBotID, "user_id": "user-1"})
	_, out["chatbot"] = w.data(t.Context(), "chatbot_thread", values{"chatbot_id": sandbox.ChatbotID, "thread_id": sandbox.ThreadID})
	return out
}
