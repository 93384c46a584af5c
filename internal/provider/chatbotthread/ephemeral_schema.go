package chatbotthread

import (
	"fmt"

	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	ephemeralschema "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
)

// ephemeralAttributes returns the attributes of a data source as those of an
// ephemeral resource. Nested ones are computed, and have nothing but a description. It
// panics for a kind of attribute that it does not know, which a test of the schema meets
// before a user does.
func ephemeralAttributes(attributes map[string]dataschema.Attribute) map[string]ephemeralschema.Attribute {
	out := make(map[string]ephemeralschema.Attribute, len(attributes))
	for name, attribute := range attributes {
		switch a := attribute.(type) {
		case dataschema.StringAttribute:
			out[name] = ephemeralschema.StringAttribute(a)
		case dataschema.NumberAttribute:
			out[name] = ephemeralschema.NumberAttribute(a)
		case dataschema.BoolAttribute:
			out[name] = ephemeralschema.BoolAttribute(a)
		case dataschema.Int64Attribute:
			out[name] = ephemeralschema.Int64Attribute(a)
		case dataschema.ListAttribute:
			out[name] = ephemeralschema.ListAttribute(a)
		case dataschema.SingleNestedAttribute:
			out[name] = ephemeralschema.SingleNestedAttribute{
				Attributes:          ephemeralAttributes(a.Attributes),
				Computed:            a.Computed,
				MarkdownDescription: a.MarkdownDescription,
			}
		case dataschema.ListNestedAttribute:
			out[name] = ephemeralschema.ListNestedAttribute{
				NestedObject: ephemeralschema.NestedAttributeObject{
					Attributes: ephemeralAttributes(a.NestedObject.Attributes),
				},
				Computed:            a.Computed,
				MarkdownDescription: a.MarkdownDescription,
			}
		default:
			panic(fmt.Sprintf("attribute %q: no ephemeral form of %T: add it to ephemeralAttributes", name, attribute))
		}
	}
	return out
}
