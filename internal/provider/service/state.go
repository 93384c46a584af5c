package service

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
)

// PrivateReader is private state that is read.
type PrivateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

// PrivateWriter is private state that is written.
type PrivateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// ID is an id of a state or an import, which names what a call acts on.
type ID struct {
	Name  string
	Value types.String
}

// CheckState returns an error for each id in a state that is none. A call with it would
// act on another thing or on none, because no plan has validated the state. action
// continues "Unable to …"; named tells which resource it is.
func CheckState(action, resourceType, named string, ids ...ID) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, id := range ids {
		if id.Value.IsNull() || attribute.ID.Wrong(id.Value.ValueString()) != "" {
			diags.AddError("Unable to "+action, Paragraphs(named,
				fmt.Sprintf("The state is damaged: its %s is no id that the service can have given or taken. Nothing was sent.", id.Name),
				fmt.Sprintf("Correct the value in the state (terraform state pull, terraform state push), or remove the resource from it: "+
					"terraform state rm '%s.NAME'", resourceType)))
		}
	}
	return diags
}

// Identify gives a refresh the identity, which is the ids of the state, and reports whether there
// is no damage. A damaged state is kept, with a warning. Its identity stays the one that Terraform
// has, because no refresh may change it; one made of a damaged state has "" for null, because no
// refresh may leave it out.
func Identify(ctx context.Context, resp *resource.ReadResponse, damage diag.Diagnostics, ids ...ID) bool {
	for _, found := range damage {
		resp.Diagnostics.AddWarning(found.Summary(), found.Detail())
	}
	if len(damage) == 0 || resp.Identity.Raw.IsFullyNull() {
		for _, id := range ids {
			resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root(id.Name), id.Value.ValueString())...)
		}
	}
	return len(damage) == 0
}
