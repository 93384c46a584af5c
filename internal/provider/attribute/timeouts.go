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
	"github.com/hashicorp/terraform-plugin-framework/diag"
	ephemeralschema "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
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

// durations is the rule of each time-out. The library's own validator names neither the attribute nor a good value.
var durations = []validator.String{Duration}

// ResourceTimeouts returns the timeouts of a resource with the chosen operations.
func ResourceTimeouts(ctx context.Context, options resourcetimeouts.Opts) resourceschema.Attribute {
	attribute, _ := resourcetimeouts.Attributes(ctx, options).(resourceschema.SingleNestedAttribute)
	attribute.MarkdownDescription = timeoutsDescription
	for name := range attribute.Attributes {
		attribute.Attributes[name] = resourceschema.StringAttribute{Optional: true, MarkdownDescription: timeoutDescription, Validators: durations}
	}
	return attribute
}

// DataTimeouts returns the timeouts of a data source.
func DataTimeouts(ctx context.Context) dataschema.Attribute {
	attribute, _ := datatimeouts.Attributes(ctx).(dataschema.SingleNestedAttribute)
	attribute.MarkdownDescription = timeoutsDescription
	attribute.Attributes["read"] = dataschema.StringAttribute{Optional: true, MarkdownDescription: timeoutDescription, Validators: durations}
	return attribute
}

// EphemeralTimeouts returns the timeouts of an ephemeral resource.
func EphemeralTimeouts(ctx context.Context) ephemeralschema.Attribute {
	attribute, _ := ephemeraltimeouts.Attributes(ctx).(ephemeralschema.SingleNestedAttribute)
	attribute.MarkdownDescription = timeoutsDescription
	attribute.Attributes["open"] = ephemeralschema.StringAttribute{Optional: true, MarkdownDescription: timeoutDescription, Validators: durations}
	return attribute
}

// ActionTimeouts returns the timeouts of an action.
func ActionTimeouts(ctx context.Context) actionschema.Attribute {
	attribute, _ := actiontimeouts.Attributes(ctx).(actionschema.SingleNestedAttribute)
	attribute.MarkdownDescription = timeoutsDescription
	attribute.Attributes["invoke"] = ActionOptional(timeoutDescription, Duration)
	return attribute
}

// DemandInvoke returns what is wrong with the timeouts of an action, which Terraform does not
// validate again once what was unknown at plan is known.
func DemandInvoke(timeouts actiontimeouts.Value) diag.Diagnostics {
	timeout, _ := timeouts.Attributes()["invoke"].(types.String)
	return Duration.DemandOptional(path.Root("timeouts").AtName("invoke"), timeout)
}

// ListTimeouts returns the timeouts of a list resource, for which the library has none.
func ListTimeouts() listschema.Attribute {
	return listschema.SingleNestedAttribute{
		Optional: true, MarkdownDescription: timeoutsDescription,
		CustomType: datatimeouts.Type{ObjectType: types.ObjectType{AttrTypes: map[string]attr.Type{"read": types.StringType}}},
		Attributes: map[string]listschema.Attribute{
			"read": listschema.StringAttribute{Optional: true, MarkdownDescription: timeoutDescription, Validators: durations},
		},
	}
}
