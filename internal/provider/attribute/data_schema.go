package attribute

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// What happens when a data source waits in vain.
const (
	OnTimeoutError = "error"
	OnTimeoutWarn  = "warn"
)

// DataID returns an id that a data source has to be given.
func DataID(description string) schema.StringAttribute {
	return schema.StringAttribute{Required: true, MarkdownDescription: description, Validators: []validator.String{ID}}
}

// OnTimeout returns the attribute on_timeout of a data source that waits.
func OnTimeout(description string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, MarkdownDescription: description,
		Validators: []validator.String{OneOf(OnTimeoutError, OnTimeoutWarn)},
	}
}

// Reached returns the attribute reached of a data source that waits.
func Reached(description string) schema.BoolAttribute {
	return schema.BoolAttribute{Computed: true, MarkdownDescription: description + " `true` without a wait."}
}

// Computed returns an attribute of a data source that the service fills.
func Computed(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}

// ComputedSecret returns an attribute of a data source that the service fills with what
// grants access or is personal.
func ComputedSecret(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: description}
}
