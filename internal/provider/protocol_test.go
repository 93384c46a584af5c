package provider

import (
	"context"
	"math/big"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// values are the attributes of a block as a test writes them: nil, string, bool,
// int, float64, []any, map[string]any (values), or tftypes.UnknownValue.
type values = map[string]any

// wire talks to a provider over the protocol, without a CLI: it does what
// Terraform does, in Terraform's order, on every machine.
type wire struct {
	t       testing.TB
	server  tfprotov6.ProviderServer
	schemas *tfprotov6.GetProviderSchemaResponse
}

// object is a resource as Terraform keeps it: its state, private data and identity.
type object struct {
	State    values // nil: none
	Private  []byte
	Identity *tfprotov6.ResourceIdentityData
	Tainted  bool
}

// quickHTTP is the http attribute whose pauses are short. No attempt takes as long
// as its time-out but one that stays unanswered, which is for a bubble.
func quickHTTP() values {
	return values{"timeout": "4m", "max_retries": 2, "retry_wait_min": "1ms", "retry_wait_max": "5ms"}
}

// stormHTTP is the http attribute that the time-out of the operation has to end.
func stormHTTP() values {
	return values{"max_retries": 100000, "retry_wait_min": "10s", "retry_wait_max": "10s"}
}

// configured serves a provider of the stage, configured with config.
func (s *stage) configured(tb testing.TB, config values) *wire {
	tb.Helper()
	w := &wire{t: tb, server: s.server()}
	var err error
	if w.schemas, err = w.server.GetProviderSchema(tb.Context(), &tfprotov6.GetProviderSchemaRequest{}); err != nil {
		tb.Fatal(err)
	}
	block := w.dynamic(w.schemas.Provider, config)
	validated, err := w.server.ValidateProviderConfig(tb.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: block})
	w.must(err, validated.Diagnostics)
	response, err := w.server.ConfigureProvider(tb.Context(), &tfprotov6.ConfigureProviderRequest{Config: block, TerraformVersion: "1.16.0"})
	w.must(err, response.Diagnostics)
	return w
}

// plan plans a change from prior to config; a nil config is a destroy.
func (w *wire) plan(name string, prior object, config values) (*tfprotov6.PlanResourceChangeResponse, []*tfprotov6.Diagnostic) {
	w.t.Helper()
	schema := w.schemas.ResourceSchemas[name]
	if config != nil {
		validated, err := w.server.ValidateResourceConfig(w.t.Context(), &tfprotov6.ValidateResourceConfigRequest{
			TypeName: name, Config: w.dynamic(schema, config),
		})
		w.fatal(err)
		if failed(validated.Diagnostics) {
			return nil, validated.Diagnostics
		}
	}
	planned, err := w.server.PlanResourceChange(w.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName:         name,
		PriorState:       w.dynamic(schema, prior.State),
		ProposedNewState: w.dynamic(schema, proposed(schema, prior.State, config)),
		Config:           w.dynamic(schema, config),
		PriorPrivate:     prior.Private,
		PriorIdentity:    prior.Identity,
	})
	w.fatal(err)
	return planned, planned.Diagnostics
}

// apply plans and applies a change from prior to config, as an update where the
// plan asks for no replacement and as destroy and create where it does.
func (w *wire) apply(ctx context.Context, name string, prior object, config values) (object, []*tfprotov6.Diagnostic) {
	w.t.Helper()
	planned, diags := w.plan(name, prior, config)
	if failed(diags) {
		return prior, diags
	}
	if prior.Tainted || (prior.State != nil && config != nil && len(planned.RequiresReplace) > 0) {
		prior.Tainted = false
		gone, diags := w.apply(ctx, name, prior, nil)
		if failed(diags) {
			return gone, diags
		}
		return w.apply(ctx, name, object{}, config)
	}
	schema := w.schemas.ResourceSchemas[name]
	applied, err := w.server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName:        name,
		PriorState:      w.dynamic(schema, prior.State),
		PlannedState:    planned.PlannedState,
		Config:          w.dynamic(schema, config),
		PlannedPrivate:  planned.PlannedPrivate,
		PlannedIdentity: planned.PlannedIdentity,
	})
	w.fatal(err)
	after := object{State: w.values(schema, applied.NewState), Private: applied.Private, Identity: applied.NewIdentity}
	after.Tainted = prior.State == nil && after.State != nil && failed(applied.Diagnostics)
	return after, applied.Diagnostics
}

// refresh reads the object; its state is nil when it is gone.
func (w *wire) refresh(name string, prior object) (object, []*tfprotov6.Diagnostic) {
	w.t.Helper()
	schema := w.schemas.ResourceSchemas[name]
	read, err := w.server.ReadResource(w.t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: name, CurrentState: w.dynamic(schema, prior.State), Private: prior.Private, CurrentIdentity: prior.Identity,
	})
	w.fatal(err)
	return object{State: w.values(schema, read.NewState), Private: read.Private, Identity: read.NewIdentity}, read.Diagnostics
}

// importID imports by id, without the refresh that follows.
func (w *wire) importID(name, id string) (object, []*tfprotov6.Diagnostic) {
	w.t.Helper()
	imported, err := w.server.ImportResourceState(w.t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: name, ID: id})
	w.fatal(err)
	if len(imported.ImportedResources) == 0 {
		return object{}, imported.Diagnostics
	}
	got := imported.ImportedResources[0]
	return object{State: w.values(w.schemas.ResourceSchemas[name], got.State), Private: got.Private, Identity: got.Identity}, imported.Diagnostics
}

// data reads a data source.
func (w *wire) data(ctx context.Context, name string, config values) (values, []*tfprotov6.Diagnostic) {
	w.t.Helper()
	schema := w.schemas.DataSourceSchemas[name]
	validated, err := w.server.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: name, Config: w.dynamic(schema, config)})
	w.fatal(err)
	if failed(validated.Diagnostics) {
		return nil, validated.Diagnostics
	}
	read, err := w.server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: w.dynamic(schema, config)})
	w.fatal(err)
	return w.values(schema, read.State), read.Diagnostics
}

// open opens an ephemeral resource.
func (w *wire) open(ctx context.Context, name string, config values) (values, []*tfprotov6.Diagnostic) {
	w.t.Helper()
	schema := w.schemas.EphemeralResourceSchemas[name]
	validated, err := w.server.ValidateEphemeralResourceConfig(ctx, &tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: name, Config: w.dynamic(schema, config)})
	w.fatal(err)
	if failed(validated.Diagnostics) {
		return nil, validated.Diagnostics
	}
	opened, err := w.server.OpenEphemeralResource(ctx, &tfprotov6.OpenEphemeralResourceRequest{TypeName: name, Config: w.dynamic(schema, config)})
	w.fatal(err)
	return w.values(schema, opened.Result), opened.Diagnostics
}

// invoke validates, plans and invokes an action, and returns its progress messages.
func (w *wire) invoke(ctx context.Context, name string, config values) ([]string, []*tfprotov6.Diagnostic) {
	w.t.Helper()
	server, ok := w.server.(tfprotov6.ActionServer)
	if !ok {
		w.t.Fatal("the server has no actions")
	}
	block := w.dynamic(w.schemas.ActionSchemas[name].Schema, config)
	validated, err := server.ValidateActionConfig(ctx, &tfprotov6.ValidateActionConfigRequest{ActionType: name, Config: block})
	w.fatal(err)
	if failed(validated.Diagnostics) {
		return nil, validated.Diagnostics
	}
	planned, err := server.PlanAction(ctx, &tfprotov6.PlanActionRequest{ActionType: name, Config: block})
	w.fatal(err)
	if failed(planned.Diagnostics) {
		return nil, planned.Diagnostics
	}
	return w.invoked(ctx, server, &tfprotov6.InvokeActionRequest{ActionType: name, Config: block})
}

// invokeUnchecked invokes an action with values that nothing has validated, as
// Terraform does with those that were unknown at plan.
func (w *wire) invokeUnchecked(name string, config values) []*tfprotov6.Diagnostic {
	w.t.Helper()
	server, ok := w.server.(tfprotov6.ActionServer)
	if !ok {
		w.t.Fatal("the server has no actions")
	}
	_, diags := w.invoked(w.t.Context(), server, &tfprotov6.InvokeActionRequest{
		ActionType: name, Config: w.dynamic(w.schemas.ActionSchemas[name].Schema, config),
	})
	return diags
}

func (w *wire) invoked(ctx context.Context, server tfprotov6.ActionServer, req *tfprotov6.InvokeActionRequest) ([]string, []*tfprotov6.Diagnostic) {
	w.t.Helper()
	stream, err := server.InvokeAction(ctx, req)
	w.fatal(err)
	var messages []string
	var diags []*tfprotov6.Diagnostic
	for event := range stream.Events {
		switch e := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			messages = append(messages, e.Message)
		case tfprotov6.CompletedInvokeActionEventType:
			diags = e.Diagnostics
		}
	}
	return messages, diags
}

func (w *wire) must(err error, diags []*tfprotov6.Diagnostic) {
	w.t.Helper()
	w.fatal(err)
	if failed(diags) {
		w.t.Fatal(said(diags))
	}
}

func (w *wire) fatal(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// proposed is what Terraform proposes: the configuration, with the prior value
// of each computed attribute that the configuration leaves out.
func proposed(schema *tfprotov6.Schema, prior, config values) values {
	if config == nil {
		return nil
	}
	out := values{}
	for _, attribute := range schema.Block.Attributes {
		out[attribute.Name] = config[attribute.Name]
		if attribute.Computed && config[attribute.Name] == nil {
			out[attribute.Name] = prior[attribute.Name]
		}
	}
	return out
}

// failed reports whether there is an error among diags.
func failed(diags []*tfprotov6.Diagnostic) bool {
	for _, diag := range diags {
		if diag.Severity == tfprotov6.DiagnosticSeverityError {
			return true
		}
	}
	return false
}

// said returns all that diags say, one after the other, with the attribute's path.
func said(diags []*tfprotov6.Diagnostic) string {
	var b strings.Builder
	for _, diag := range diags {
		b.WriteString(diag.Severity.String() + " " + diag.Attribute.String() + ": " + diag.Summary + "\n" + diag.Detail + "\n")
	}
	return b.String()
}

// dynamic encodes a block's values; nil is a null object.
func (w *wire) dynamic(schema *tfprotov6.Schema, block values) *tfprotov6.DynamicValue {
	w.t.Helper()
	var value any
	if block != nil {
		value = block
	}
	typ := schema.ValueType()
	encoded, err := tfprotov6.NewDynamicValue(typ, terraformValue(typ, value))
	w.fatal(err)
	return &encoded
}

// values decodes a block; nil for a null object.
func (w *wire) values(schema *tfprotov6.Schema, encoded *tfprotov6.DynamicValue) values {
	w.t.Helper()
	if encoded == nil {
		return nil
	}
	value, err := encoded.Unmarshal(schema.ValueType())
	w.fatal(err)
	decoded, _ := goValue(w.t, value).(values)
	return decoded
}

func terraformValue(typ tftypes.Type, value any) tftypes.Value {
	if value == nil || value == tftypes.UnknownValue {
		return tftypes.NewValue(typ, value)
	}
	switch typ := typ.(type) {
	case tftypes.Object:
		block, _ := value.(values)
		attributes := map[string]tftypes.Value{}
		for name, attributeType := range typ.AttributeTypes {
			attributes[name] = terraformValue(attributeType, block[name])
		}
		return tftypes.NewValue(typ, attributes)
	case tftypes.Map:
		block, _ := value.(values)
		elements := map[string]tftypes.Value{}
		for name, element := range block {
			elements[name] = terraformValue(typ.ElementType, element)
		}
		return tftypes.NewValue(typ, elements)
	case tftypes.List:
		list, _ := value.([]any)
		elements := make([]tftypes.Value, 0, len(list))
		for _, element := range list {
			elements = append(elements, terraformValue(typ.ElementType, element))
		}
		return tftypes.NewValue(typ, elements)
	}
	return tftypes.NewValue(typ, value)
}

func goValue(tb testing.TB, value tftypes.Value) any {
	tb.Helper()
	if value.IsNull() {
		return nil
	}
	if !value.IsKnown() {
		return tftypes.UnknownValue
	}
	typ := value.Type()
	switch {
	case typ.Is(tftypes.String):
		return as[string](tb, value)
	case typ.Is(tftypes.Bool):
		return as[bool](tb, value)
	case typ.Is(tftypes.Number):
		exact := as[big.Float](tb, value)
		number, _ := exact.Int64()
		return int(number)
	case typ.Is(tftypes.List{}):
		list := []any{}
		for _, element := range as[[]tftypes.Value](tb, value) {
			list = append(list, goValue(tb, element))
		}
		return list
	}
	block := values{}
	for name, element := range as[map[string]tftypes.Value](tb, value) {
		block[name] = goValue(tb, element)
	}
	return block
}

func as[T any](tb testing.TB, value tftypes.Value) T {
	tb.Helper()
	var into T
	if err := value.As(&into); err != nil {
		tb.Fatal(err)
	}
	return into
}
