package provider_test

import (
	"io/fs"
	"maps"
	"os"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

type values = providertest.Values

const (
	chat       = "thulium_chat_conversation"
	chats      = "thulium_chat_conversations"
	jelouClose = "jelou_conversation_close"
)

// nothing is the state before a create.
var nothing providertest.Object

func TestMain(m *testing.M) { providertest.Main(m) }

// stageWith is a stage whose environment holds these variables and no other.
func stageWith(t *testing.T, environment map[string]string) *providertest.Stage {
	t.Helper()
	s := providertest.New(t, sandbox.Options{})
	s.Environment = maps.Clone(environment)
	return s
}

// callEach makes one call of each service and returns what was said when it was not possible.
func callEach(t *testing.T, w *providertest.Wire) map[string][]*tfprotov6.Diagnostic {
	t.Helper()
	said := map[string][]*tfprotov6.Diagnostic{}
	_, said["thulium"] = w.Apply(t.Context(), chat, nothing, values{"chat_queue_id": 3})
	_, said["jelou"] = w.Apply(t.Context(), jelouClose, nothing, values{"bot_id": sandbox.JelouBotID, "user_id": "user-1"})
	_, said["chatbot"] = w.Data(t.Context(), "chatbot_thread", values{"chatbot_id": sandbox.ChatbotID, "thread_id": sandbox.ThreadID})
	return said
}

// filesIn returns the files of a directory, by name.
func filesIn(t *testing.T, directory string) map[string]string {
	t.Helper()
	files, tree := map[string]string{}, os.DirFS(directory)
	err := fs.WalkDir(tree, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(tree, path)
		files[path] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
