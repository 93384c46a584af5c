package service

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// IsByIdentity reports whether a resource is imported by its identity. An empty id comes with
// an identity that is null.
func IsByIdentity(req resource.ImportStateRequest) bool {
	return req.ID == "" && req.Identity != nil && !req.Identity.Raw.IsNull()
}

// CheckImport returns an error for each part of an import id that is no id. thing continues
// "Unable to import …"; form says what an import id looks like.
func CheckImport(thing, form string, parts ...ID) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, part := range parts {
		if wrong := rest.CheckID(part.Value.ValueString()); wrong != nil && !part.Value.IsUnknown() {
			diags.AddError("Unable to import "+thing, fmt.Sprintf("The %s %s. Give %s.", part.Name, wrong, form))
		}
	}
	return diags
}

// ImportIt continues "import it" with how that is done, for a thing that is named by two ids. The
// import id has a "/" between them, so that one with a "/" in the first would name another thing:
// that takes a block with the identity.
func ImportIt(resourceType string, ids []ID) string {
	first, second := ids[0].Value.ValueString(), ids[1].Value.ValueString()
	if !strings.Contains(first, "/") {
		return fmt.Sprintf(":\n  terraform import '%s.NAME' %s", resourceType, ShellWord(first+"/"+second))
	}
	return fmt.Sprintf(" with a block (Terraform 1.12), because its %s has a \"/\":\n  import {\n    to       = %s.NAME\n    identity = { %s = %s, %s = %s }\n  }",
		ids[0].Name, resourceType, ids[0].Name, hclText(first), ids[1].Name, hclText(second))
}

// hclText returns a text as a literal of Terraform's language.
func hclText(text string) string {
	return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(strconv.Quote(text))
}

// ShellWord returns a text as one word of a POSIX shell.
func ShellWord(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
