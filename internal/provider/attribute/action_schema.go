package attribute

import (
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// ActionRequired returns a text that an action has to be given.
func ActionRequired(description string, rule validator.String) schema.StringAttribute {
	return schema.StringAttribute{Required: true, MarkdownDescription: description, Validators: []validator.String{rule}}
}

// ActionOptional returns a text that an action can be given.
func ActionOptional(description string, rule validator.String) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, MarkdownDescription: description, Validators: []validator.String{rule}}
}
