//go:build !empty

// Command bare is what Terraform itself costs: it has the schemas of this provider, and answers each call about a block with
// what it was sent. Built with -tags empty it is what any provider of the plug-in framework costs: it has no type.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"log"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"github.com/vmihailenco/msgpack/v5"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider"
)

func main() {
	_ = os.Setenv("TF_LOG_SDK", "OFF") // what the SDK would write for nobody must not count
	framework := providerserver.NewProtocol6(provider.New(provider.Options{Version: "bare"})())
	err := tf6server.Serve(provider.Address, func() tfprotov6.ProviderServer {
		return bare{framework()}
	})
	if err != nil {
		log.Fatal(err)
	}
}

// bare leaves to the framework what Terraform asks once.
type bare struct{ tfprotov6.ProviderServer }

type attributes map[string]any

// kinds are what the calls about a type fill in: in the plan of a create, in its result, at the first refresh, in the identity.
var kinds = map[string]struct{ planned, created, read, identity attributes }{
	"thulium_chat_conversation": {
		planned:  attributes{"id": unknown, "started_at": unknown, "on_closed": "restart", "on_lost_start": "error"},
		created:  attributes{"id": "1", "started_at": began},
		read:     attributes{"status": "CREATED"},
		identity: attributes{"id": "1"},
	},
	"jelou_conversation": {
		planned: attributes{
			"id": unknown, "room_id": unknown, "state": unknown, "started_at": unknown, "on_closed": "restart", "project_id": "project-1",
		},
		created:  attributes{"id": "1", "room_id": "1", "state": "active", "started_at": began},
		identity: attributes{"project_id": "project-1", "id": "1"},
	},
}

const began = "2026-11-22T20:00:00.000Z"

// unknown is how Terraform encodes a value that is known after apply.
var unknown = msgpack.RawMessage{0xd4, 0, 0}

func (bare) ValidateResourceConfig(context.Context, *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return &tfprotov6.ValidateResourceConfigResponse{}, nil
}

func (bare) UpgradeResourceState(_ context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	var state attributes
	err := json.Unmarshal(req.RawState.JSON, &state)
	return &tfprotov6.UpgradeResourceStateResponse{UpgradedState: pack(state)}, err
}

func (bare) PlanResourceChange(_ context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	planned := req.ProposedNewState
	if isNull(req.PriorState) {
		planned = with(planned, kinds[req.TypeName].planned)
	}
	return &tfprotov6.PlanResourceChangeResponse{PlannedState: planned, PlannedIdentity: req.PriorIdentity}, nil
}

func (bare) ApplyResourceChange(_ context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	if isNull(req.PlannedState) {
		return &tfprotov6.ApplyResourceChangeResponse{NewState: req.PlannedState}, nil
	}
	state := with(req.PlannedState, kinds[req.TypeName].created)
	return &tfprotov6.ApplyResourceChangeResponse{NewState: state, NewIdentity: identity(req.TypeName)}, nil
}

func (bare) ReadResource(_ context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	state := with(req.CurrentState, kinds[req.TypeName].read)
	return &tfprotov6.ReadResourceResponse{NewState: state, NewIdentity: identity(req.TypeName)}, nil
}

// ReadDataSource returns a whole answer as one text, as generic providers do: in the mode of a thread.
func (bare) ReadDataSource(_ context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	answer, err := os.ReadFile(os.Getenv("BENCH_ANSWER"))
	return &tfprotov6.ReadDataSourceResponse{State: with(req.Config, attributes{"mode": string(answer)})}, err
}

func identity(typeName string) *tfprotov6.ResourceIdentityData {
	return &tfprotov6.ResourceIdentityData{IdentityData: pack(kinds[typeName].identity)}
}

// with returns an encoded object with other values in the place of what is null or unknown.
func with(object *tfprotov6.DynamicValue, values attributes) *tfprotov6.DynamicValue {
	var all map[string]msgpack.RawMessage
	if err := msgpack.Unmarshal(object.MsgPack, &all); err != nil {
		panic(err) // Terraform sends objects
	}
	for name, value := range values {
		if raw, has := all[name]; has && (len(raw) == 0 || bytes.Equal(raw, unknown) || bytes.Equal(raw, pack(nil).MsgPack)) {
			all[name] = pack(value).MsgPack
		}
	}
	return pack(all)
}

func pack(value any) *tfprotov6.DynamicValue {
	packed, err := msgpack.Marshal(value)
	if err != nil {
		panic(err) // no caller has a value that cannot be encoded
	}
	return &tfprotov6.DynamicValue{MsgPack: packed}
}

func isNull(object *tfprotov6.DynamicValue) bool {
	return bytes.Equal(object.MsgPack, pack(nil).MsgPack)
}
