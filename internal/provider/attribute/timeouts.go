package attribute

import (
	"context"
	"time"

	actiontimeouts "github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	datatimeouts "github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	ephemeraltimeouts "github.com/hashicorp/terraform-plugin-framework-timeouts/ephemeral/timeouts"
	resourcetimeouts "github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	actionschema "github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	ephemeralschema "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// DefaultTimeout is how long an operation may take, all attempts and waits included.
const DefaultTimeout = 5 * time.Minute

const (
	timeoutsDescription = "How long an operation may take, all attempts and pauses included."
	timeoutDescription  = "A duration such as `\"30s\"` or `\"2h45m\"`. Defaults to `\"5m\"`."
)

// The library's own validator of a duration is replaced, because its message names
// neither the attribute nor a good value.
var durations = []validator.String{Duration}

// ResourceTimeouts returns the timeouts of a resource with the chosen operations.
func ResourceTimeouts(ctx context.Context, options resourcetimeouts.Opts) resourceschema.Attribute {
	options.CreateDescription, options.UpdateDescription, options.DeleteDescription = timeoutDescription, timeoutDescription, timeoutDescription
	attribute, _ := resourcetimeouts.Attributes(ctx, options).(resourceschema.SingleNestedAttribute)
	attribute.MarkdownDescription = timeoutsDescription
	for name, nested := range attribute.Attributes {
		text, _ := nested.(resourceschema.StringAttribute)
		text.Validators = durations
		attribute.Attributes[name] = text
	}
	return attribute
}

// DataTimeouts returns the timeouts of a data source.
func DataTimeouts(ctx context.Context) dataschema.SingleNestedAttribute {
	attribute, _ := datatimeouts.AttributesWithOpts(ctx, datatimeouts.Opts{ReadDescription: timeoutDescription}).(dataschema.SingleNestedAttribute)
	attribute.MarkdownDescription = timeoutsDescription
	for name, nested := range attribute.Attributes {
		text, _ := nested.(dataschema.StringAttribute)
		text.Validators = durations
		attribute.Attributes[name] = text
	}
	return attribute
}

// EphemeralTimeouts returns the timeouts of an ephemeral resource.
func EphemeralTimeouts(ctx context.Context) ephemeralschema.Attribute {
	attribute, _ := ephemeraltimeouts.AttributesWithOpts(ctx, ephemeraltimeouts.Opts{OpenDescription: timeoutDescription}).(ephemeralschema.SingleNestedAttribute)
	attribute.MarkdownDescription = timeoutsDescription
	for name, nested := range attribute.Attributes {
		text, _ := nested.(ephemeralschema.StringAttribute)
		text.Validators = durations
		attribute.Attributes[name] = text
	}
	return attribute
}

// ActionTimeouts returns the timeouts of an action.
func ActionTimeouts(ctx context.Context) actionschema.Attribute {
	attribute, _ := actiontimeouts.AttributesWithOpts(ctx, actiontimeouts.Opts{InvokeDescription: timeoutDescription}).(actionschema.SingleNestedAttribute)
	attribute.MarkdownDescription = timeoutsDescription
	for name, nested := range attribute.Attributes {
		text, _ := nested.(actionschema.StringAttribute)
		text.Validators = durations
		attribute.Attributes[name] = text
	}
	return attribute
}

// ListTimeouts returns the timeouts of a list resource, for which the library has none.
func ListTimeouts() listschema.Attribute {
	return listschema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: timeoutsDescription,
		CustomType:          datatimeouts.Type{ObjectType: types.ObjectType{AttrTypes: map[string]attr.Type{"read": types.StringType}}},
		Attributes: map[string]listschema.Attribute{
			"read": listschema.StringAttribute{Optional: true, MarkdownDescription: timeoutDescription, Validators: durations},
		},
	}
}
