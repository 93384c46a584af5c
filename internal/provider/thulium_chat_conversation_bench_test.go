package provider

import (
	"encoding/json"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// BenchmarkConversation is what Terraform asks for a conversation, a call at a time. Create and destroy make theirs over
// HTTP to the sandbox; a refresh looks at what was listed before.
func BenchmarkConversation(b *testing.B) {
	const name = thuliumConversation
	s := newStage(b, sandbox.Options{Empty: true})
	w := thuliumWire(b, s)
	if complete, ok := w.server.(*server); ok {
		complete.silent = true
	}
	schema, arguments := w.schemas.ResourceSchemas[name], values{"chat_queue_id": 7, "client_email": "customer-1@example.com"}
	started, diags := w.apply(b.Context(), name, object{}, arguments)
	w.must(nil, diags)
	text, err := json.Marshal(started.State)
	w.fatal(err)

	none, config, state := w.dynamic(schema, nil), w.dynamic(schema, arguments), w.dynamic(schema, started.State)
	plan := func(from, to, config *tfprotov6.DynamicValue) *tfprotov6.PlanResourceChangeResponse {
		planned, err := w.server.PlanResourceChange(b.Context(), &tfprotov6.PlanResourceChangeRequest{
			TypeName: name, PriorState: from, ProposedNewState: to, Config: config, PriorPrivate: started.Private, PriorIdentity: started.Identity,
		})
		w.must(err, planned.Diagnostics)
		return planned
	}
	apply := func(from, to, config *tfprotov6.DynamicValue) *tfprotov6.DynamicValue {
		applied, err := w.server.ApplyResourceChange(b.Context(), &tfprotov6.ApplyResourceChangeRequest{
			TypeName: name, PriorState: from, PlannedState: to, Config: config, PlannedPrivate: started.Private, PlannedIdentity: started.Identity,
		})
		w.must(err, applied.Diagnostics)
		return applied.NewState
	}
	proposal := w.dynamic(schema, proposed(schema, nil, arguments))
	planned := plan(none, proposal, config).PlannedState

	for _, call := range []struct {
		name string
		make func(*testing.B)
	}{
		{"validate", func(b *testing.B) {
			validated, err := w.server.ValidateResourceConfig(b.Context(), &tfprotov6.ValidateResourceConfigRequest{TypeName: name, Config: config})
			w.must(err, validated.Diagnostics)
		}},
		{"plan create", func(*testing.B) { plan(none, proposal, config) }},
		{"create", func(*testing.B) { apply(none, planned, config) }},
		{"upgrade", func(b *testing.B) {
			upgraded, err := w.server.UpgradeResourceState(b.Context(), &tfprotov6.UpgradeResourceStateRequest{
				TypeName: name, RawState: &tfprotov6.RawState{JSON: text},
			})
			w.must(err, upgraded.Diagnostics)
		}},
		{"refresh", func(b *testing.B) {
			read, err := w.server.ReadResource(b.Context(), &tfprotov6.ReadResourceRequest{TypeName: name, CurrentState: state, CurrentIdentity: started.Identity})
			w.must(err, read.Diagnostics)
		}},
		{"plan no change", func(*testing.B) { plan(state, state, config) }},
		{"plan destroy", func(*testing.B) { plan(state, none, none) }},
		{"destroy", func(b *testing.B) {
			b.StopTimer()
			running := apply(none, planned, config)
			b.StartTimer()
			apply(running, none, none)
		}},
	} {
		b.Run(call.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				call.make(b)
			}
		})
	}
}
