package service_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
)

// The import id of a thing has a "/" between its two ids. Where the first has one itself, the
// advice is a block.
func TestImportItImportsThatThing(t *testing.T) {
	t.Parallel()
	for ids, want := range map[[2]string]string{
		{"c-1", "t-1"}:    ":\n  terraform import 'a_thread.NAME' 'c-1/t-1'",
		{"c-1", "it's/1"}: `:` + "\n" + `  terraform import 'a_thread.NAME' 'c-1/it'\''s/1'`,
		{"a/b", "t-1"}: " with a block (Terraform 1.12), because its bot_id has a \"/\":\n" +
			"  import {\n    to       = a_thread.NAME\n    identity = { bot_id = \"a/b\", id = \"t-1\" }\n  }",
		{"a/${b}", `%{"`}: ` identity = { bot_id = "a/$${b}", id = "%%{\"" }`,
	} {
		got := service.ImportIt("a_thread", []service.ID{{Name: "bot_id", Value: types.StringValue(ids[0])}, {Name: "id", Value: types.StringValue(ids[1])}})
		if !strings.Contains(got, want) {
			t.Errorf("import it%s\nwant\nimport it%s", got, want)
		}
	}
}
