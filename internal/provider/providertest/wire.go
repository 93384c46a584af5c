package providertest

import (
	"context"
	"io"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
)

// Values are the attributes of a block as a test writes them: nil, string, bool,
// int, float64, []any, map[string]any (Values), or tftypes.UnknownValue.
type Values = map[string]any

// Wire talks to a provider over the protocol, without a CLI: it does what
// Terraform does, in Terraform's order, on every machine.
type Wire struct {
	T       testing.TB
	Server  tfprotov6.ProviderServer
	Schemas *tfprotov6.GetProviderSchemaResponse
}

// Object is a resource as Terraform keeps it: its state, private data and identity.
type Object struct {
	State    Values // nil: none
	Private  []byte
	Identity *tfprotov6.ResourceIdentityData
	Tainted  bool
}

// QuickHTTP is the http attribute whose pauses are short. No attempt takes as long
// as its time-out but one that stays unanswered, which is for a bubble.
func QuickHTTP() Values {
	return Values{"timeout": "4m", "max_retries": 2, "retry_wait_min": "1ms", "retry_wait_max": "5ms"}
}

// StormHTTP is the http attribute that the time-out of the operation has to end.
func StormHTTP() Values {
	return Values{"max_retries": 100000, "retry_wait_min": "10s", "retry_wait_max": "10s"}
}

// Configured serves a provider of the stage, configured with config, which must go without
// an error.
func (s *Stage) Configured(tb testing.TB, config Values) *Wire {
	tb.Helper()
	w, diags := s.Tried(tb, config)
	w.Must(nil, diags)
	return w
}

// Logged is a test whose context has a log, which is written to w.
func Logged(tb testing.TB, w io.Writer) testing.TB {
	tb.Helper()
	return logged{tb, tflogtest.RootLogger(tb.Context(), w)}
}

type logged struct {
	testing.TB
	ctx context.Context
}

func (l logged) Context() context.Context { return l.ctx }

// Quick serves a provider that is configured by the environment, with short pauses.
func (s *Stage) Quick(tb testing.TB) *Wire {
	tb.Helper()
	return s.Configured(tb, Values{"http": QuickHTTP()})
}

// Tried validates and configures a provider as Terraform does, and returns all that is
// said of its block.
func (s *Stage) Tried(tb testing.TB, config Values) (*Wire, []*tfprotov6.Diagnostic) {
	tb.Helper()
	w := &Wire{T: tb, Server: s.Server()}
	var err error
	w.Schemas, err = w.Server.GetProviderSchema(tb.Context(), &tfprotov6.GetProviderSchemaRequest{})
	w.Fatal(err)
	block := w.Dynamic(w.Schemas.Provider, config)
	validated, err := w.Server.ValidateProviderConfig(tb.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: block})
	w.Fatal(err)
	if Failed(validated.Diagnostics) {
		return w, validated.Diagnostics
	}
	configured, err := w.Server.ConfigureProvider(tb.Context(), &tfprotov6.ConfigureProviderRequest{Config: block, TerraformVersion: "1.16.0"})
	w.Fatal(err)
	return w, append(validated.Diagnostics, configured.Diagnostics...)
}

// Plan plans a change from prior to config; a nil config is a destroy.
func (w *Wire) Plan(name string, prior Object, config Values) (*tfprotov6.PlanResourceChangeResponse, []*tfprotov6.Diagnostic) {
	w.T.Helper()
	schema := w.Schemas.ResourceSchemas[name]
	if config != nil {
		validated, err := w.Server.ValidateResourceConfig(w.T.Context(), &tfprotov6.ValidateResourceConfigRequest{
			TypeName: name, Config: w.Dynamic(schema, config),
		})
		w.Fatal(err)
		if Failed(validated.Diagnostics) {
			return nil, validated.Diagnostics
		}
	}
	planned, err := w.Server.PlanResourceChange(w.T.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName:         name,
		PriorState:       w.Dynamic(schema, prior.State),
		ProposedNewState: w.Dynamic(schema, Proposed(schema, prior.State, config)),
		Config:           w.Dynamic(schema, config),
		PriorPrivate:     prior.Private,
		PriorIdentity:    prior.Identity,
	})
	w.Fatal(err)
	return planned, planned.Diagnostics
}

// Apply plans and applies a change from prior to config, as an update where the
// Plan asks for no replacement and as destroy and create where it does.
func (w *Wire) Apply(ctx context.Context, name string, prior Object, config Values) (Object, []*tfprotov6.Diagnostic) {
	w.T.Helper()
	planned, diags := w.Plan(name, prior, config)
	if Failed(diags) {
		return prior, diags
	}
	if prior.Tainted || (prior.State != nil && config != nil && len(planned.RequiresReplace) > 0) {
		prior.Tainted = false
		gone, diags := w.Apply(ctx, name, prior, nil)
		if Failed(diags) {
			return gone, diags
		}
		return w.Apply(ctx, name, Object{}, config)
	}
	schema := w.Schemas.ResourceSchemas[name]
	applied, err := w.Server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName:        name,
		PriorState:      w.Dynamic(schema, prior.State),
		PlannedState:    planned.PlannedState,
		Config:          w.Dynamic(schema, config),
		PlannedPrivate:  planned.PlannedPrivate,
		PlannedIdentity: planned.PlannedIdentity,
	})
	w.Fatal(err)
	after := Object{State: w.Values(schema, applied.NewState), Private: applied.Private, Identity: applied.NewIdentity}
	after.Tainted = prior.State == nil && after.State != nil && Failed(applied.Diagnostics)
	return after, applied.Diagnostics
}

// MustApply applies a change that has to succeed.
func (w *Wire) MustApply(name string, prior Object, config Values) Object {
	w.T.Helper()
	after, diags := w.Apply(w.T.Context(), name, prior, config)
	w.Must(nil, diags)
	return after
}

// Refresh reads the object; its state is nil when it is gone.
func (w *Wire) Refresh(name string, prior Object) (Object, []*tfprotov6.Diagnostic) {
	w.T.Helper()
	schema := w.Schemas.ResourceSchemas[name]
	read, err := w.Server.ReadResource(w.T.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: name, CurrentState: w.Dynamic(schema, prior.State), Private: prior.Private, CurrentIdentity: prior.Identity,
	})
	w.Fatal(err)
	return Object{State: w.Values(schema, read.NewState), Private: read.Private, Identity: read.NewIdentity}, read.Diagnostics
}

// ImportID imports by id, without the refresh that follows.
func (w *Wire) ImportID(name, id string) (Object, []*tfprotov6.Diagnostic) {
	w.T.Helper()
	return w.imported(name, &tfprotov6.ImportResourceStateRequest{TypeName: name, ID: id})
}

// Data reads a data source.
func (w *Wire) Data(ctx context.Context, name string, config Values) (Values, []*tfprotov6.Diagnostic) {
	w.T.Helper()
	schema := w.Schemas.DataSourceSchemas[name]
	validated, err := w.Server.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: name, Config: w.Dynamic(schema, config)})
	w.Fatal(err)
	if Failed(validated.Diagnostics) {
		return nil, validated.Diagnostics
	}
	read, err := w.Server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: w.Dynamic(schema, config)})
	w.Fatal(err)
	return w.Values(schema, read.State), read.Diagnostics
}

// Open opens an ephemeral resource.
func (w *Wire) Open(ctx context.Context, name string, config Values) (Values, []*tfprotov6.Diagnostic) {
	w.T.Helper()
	schema := w.Schemas.EphemeralResourceSchemas[name]
	validated, err := w.Server.ValidateEphemeralResourceConfig(ctx, &tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: name, Config: w.Dynamic(schema, config)})
	w.Fatal(err)
	if Failed(validated.Diagnostics) {
		return nil, validated.Diagnostics
	}
	opened, err := w.Server.OpenEphemeralResource(ctx, &tfprotov6.OpenEphemeralResourceRequest{TypeName: name, Config: w.Dynamic(schema, config)})
	w.Fatal(err)
	return w.Values(schema, opened.Result), opened.Diagnostics
}

// Invoke validates, plans and invokes an action, and returns its progress messages.
func (w *Wire) Invoke(ctx context.Context, name string, config Values) ([]string, []*tfprotov6.Diagnostic) {
	w.T.Helper()
	server, ok := w.Server.(tfprotov6.ActionServer)
	if !ok {
		w.T.Fatal("the server has no actions")
	}
	block := w.Dynamic(w.Schemas.ActionSchemas[name].Schema, config)
	validated, err := server.ValidateActionConfig(ctx, &tfprotov6.ValidateActionConfigRequest{ActionType: name, Config: block})
	w.Fatal(err)
	if Failed(validated.Diagnostics) {
		return nil, validated.Diagnostics
	}
	planned, err := server.PlanAction(ctx, &tfprotov6.PlanActionRequest{ActionType: name, Config: block})
	w.Fatal(err)
	if Failed(planned.Diagnostics) {
		return nil, planned.Diagnostics
	}
	return w.Invoked(ctx, server, &tfprotov6.InvokeActionRequest{ActionType: name, Config: block})
}

// InvokeUnchecked invokes an action with Values that nothing has validated, as
// Terraform does with those that were unknown at plan.
func (w *Wire) InvokeUnchecked(name string, config Values) []*tfprotov6.Diagnostic {
	w.T.Helper()
	server, ok := w.Server.(tfprotov6.ActionServer)
	if !ok {
		w.T.Fatal("the server has no actions")
	}
	_, diags := w.Invoked(w.T.Context(), server, &tfprotov6.InvokeActionRequest{
		ActionType: name, Config: w.Dynamic(w.Schemas.ActionSchemas[name].Schema, config),
	})
	return diags
}

// Invoked sends one call of an action, and returns its progress messages.
func (w *Wire) Invoked(ctx context.Context, server tfprotov6.ActionServer, req *tfprotov6.InvokeActionRequest) ([]string, []*tfprotov6.Diagnostic) {
	w.T.Helper()
	stream, err := server.InvokeAction(ctx, req)
	w.Fatal(err)
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

// Must fails the test at an error.
func (w *Wire) Must(err error, diags []*tfprotov6.Diagnostic) {
	w.T.Helper()
	w.Fatal(err)
	if Failed(diags) {
		w.T.Fatal(Said(diags))
	}
}

// Fatal fails the test at an error of the protocol.
func (w *Wire) Fatal(err error) {
	w.T.Helper()
	if err != nil {
		w.T.Fatal(err)
	}
}

// Proposed is what Terraform proposes: the configuration, with the prior value
// of each computed attribute that the configuration leaves out.
func Proposed(schema *tfprotov6.Schema, prior, config Values) Values {
	if config == nil {
		return nil
	}
	out := Values{}
	for _, attribute := range schema.Block.Attributes {
		out[attribute.Name] = config[attribute.Name]
		if attribute.Computed && config[attribute.Name] == nil {
			out[attribute.Name] = prior[attribute.Name]
		}
	}
	return out
}
