package attribute

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// What happens to a conversation that a refresh finds closed.
const (
	OnClosedRestart = "restart"
	OnClosedKeep    = "keep"
)

// Replaces is the plan modifier of an argument whose change replaces the resource.
var Replaces = stringplanmodifier.RequiresReplace()

// Required returns a text that a resource has to be given.
func Required(description string, rule validator.String, modifiers ...planmodifier.String) schema.StringAttribute {
	return schema.StringAttribute{
		Required: true, MarkdownDescription: description, Validators: []validator.String{rule}, PlanModifiers: modifiers,
	}
}

// Optional returns a text that a resource can be given.
func Optional(description string, rule validator.String, modifiers ...planmodifier.String) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, MarkdownDescription: description, Validators: []validator.String{rule}, PlanModifiers: modifiers,
	}
}

// Choice returns an argument of a resource that is one of the values. The first is the
// default.
func Choice(description string, values ...string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, Computed: true, MarkdownDescription: description, Default: stringdefault.StaticString(values[0]),
		Validators: []validator.String{OneOf(values...)},
	}
}

// Kept returns a text that is known after a create and that a change of the resource
// keeps.
func Kept(description string) schema.StringAttribute {
	return schema.StringAttribute{
		Computed: true, MarkdownDescription: description, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
	}
}

// OnClosed returns the attribute on_closed of a conversation.
func OnClosed() schema.StringAttribute {
	return Choice("What happens when a refresh finds the conversation closed: with `\"restart\"`, the default, the next apply "+
		"starts a new one; with `\"keep\"` it stays as it is, and destroy sends nothing. Changes in place, without a call.", OnClosedRestart, OnClosedKeep)
}
