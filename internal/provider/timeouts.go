package provider

import (
	"context"
	"time"

	actiontimeouts "github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	datatimeouts "github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	ephemeraltimeouts "github.com/hashicorp/terraform-plugin-framework-timeouts/ephemeral/timeouts"
	resourcetimeouts "github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	actionschema "github.com/hashicorp/terraform-plugin-framework/action/schema"
	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	ephemeralschema "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// defaultTimeout is how long an operation may take, all attempts and waits included.
const defaultTimeout = 5 * time.Minute

const (
	timeoutsDescription = "How long an operation may take, all attempts and pauses included."
	timeoutDescription  = "A duration such as `\"30s\"` or `\"2h45m\"`. Defaults to `\"5m\"`."
)

var timeoutsValidators = []validator.Object{positiveTimeouts{}}

func resourceTimeouts(ctx context.Context, options resourcetimeouts.Opts) resourceschema.Attribute {
	options.CreateDescription, options.UpdateDescription, options.DeleteDescription = timeoutDescription, timeoutDescription, timeoutDescription
	attribute, _ := resourcetimeouts.Attributes(ctx, options).(resourceschema.SingleNestedAttribute)
	attribute.MarkdownDescription, attribute.Validators = timeoutsDescription, timeoutsValidators
	return attribute
}

func dataTimeouts(ctx context.Context) dataschema.SingleNestedAttribute {
	attribute, _ := datatimeouts.AttributesWithOpts(ctx, datatimeouts.Opts{ReadDescription: timeoutDescription}).(dataschema.SingleNestedAttribute)
	attribute.MarkdownDescription, attribute.Validators = timeoutsDescription, timeoutsValidators
	return attribute
}

func ephemeralTimeouts(ctx context.Context) ephemeralschema.Attribute {
	attribute, _ := ephemeraltimeouts.AttributesWithOpts(ctx, ephemeraltimeouts.Opts{OpenDescription: timeoutDescription}).(ephemeralschema.SingleNestedAttribute)
	attribute.MarkdownDescription, attribute.Validators = timeoutsDescription, timeoutsValidators
	return attribute
}

func actionTimeouts(ctx context.Context) actionschema.Attribute {
	attribute, _ := actiontimeouts.AttributesWithOpts(ctx, actiontimeouts.Opts{InvokeDescription: timeoutDescription}).(actionschema.SingleNestedAttribute)
	attribute.MarkdownDescription, attribute.Validators = timeoutsDescription, timeoutsValidators
	return attribute
}

// operation bounds ctx by one of a block's timeouts, such as plan.Timeouts.Create.
func operation(
	ctx context.Context,
	timeout func(context.Context, time.Duration) (time.Duration, diag.Diagnostics),
	diags *diag.Diagnostics,
) (context.Context, context.CancelFunc) {
	duration, found := timeout(ctx, defaultTimeout)
	diags.Append(found...)
	return context.WithTimeout(ctx, duration)
}
