package attribute

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Triggers returns the attribute whose change replaces a resource, so that its call is
// made again. Elements that are null say nothing: a map that is null, empty or holds only
// nulls is the same, and a change between them makes no call.
func Triggers(description string) schema.MapAttribute {
	return schema.MapAttribute{
		ElementType:         types.StringType,
		Optional:            true,
		MarkdownDescription: description,
		PlanModifiers:       []planmodifier.Map{replaceWhereSaid{}},
	}
}

// replaceWhereSaid asks for a replacement where the elements that say something differ.
// Where they do not, it plans what is in the state, so that there is no change. Terraform
// forbids that for a map that was or is null: this one change is an update without a call.
type replaceWhereSaid struct{}

func (replaceWhereSaid) Description(context.Context) string {
	return "replaces the resource when an element that is not null changes"
}

func (m replaceWhereSaid) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (replaceWhereSaid) PlanModifyMap(_ context.Context, req planmodifier.MapRequest, resp *planmodifier.MapResponse) {
	switch {
	case req.State.Raw.IsNull() || req.Plan.Raw.IsNull(): // a create or a destroy
	case !req.PlanValue.IsUnknown() && Said(req.PlanValue).Equal(Said(req.StateValue)):
		if !req.PlanValue.IsNull() && !req.StateValue.IsNull() {
			resp.PlanValue = req.StateValue
		}
	default:
		resp.RequiresReplace = true
	}
}

// Said returns the elements of a map that are not null.
func Said(texts types.Map) types.Map {
	elements := texts.Elements()
	for name, element := range elements {
		if element.IsNull() {
			delete(elements, name)
		}
	}
	return types.MapValueMust(types.StringType, elements)
}
