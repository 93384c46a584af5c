// Command bare answers each call about a conversation at once with what it was sent: no framework, no check, no request.
// A provider with these schemas cannot cost less, so the benchmark shows by it what Terraform itself leaves to gain.
package main

import (
	"context"
	"encoding/json"
	"log"
	"os"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

func main() {
	debug.SetGCPercent(400) // as the provider does
	runtime.GOMAXPROCS(1)
	_ = os.Setenv("TF_LOG_SDK", "OFF")
	framework := providerserver.NewProtocol6(provider.New("bare", &rest.Interrupt{})())
	if err := tf6server.Serve(provider.Address, func() tfprotov6.ProviderServer { return bare{framework()} }); err != nil {
		log.Fatal(err)
	}
}

// bare leaves to the framework what Terraform asks once, and the identities of its later versions.
type bare struct {
	tfprotov6.ProviderServer
}

// ValidateResourceConfig finds nothing to complain of.
func (bare) ValidateResourceConfig(context.Context, *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return &tfprotov6.ValidateResourceConfigResponse{}, nil
}

// UpgradeResourceState returns the state in the encoding that Terraform reads fastest.
func (bare) UpgradeResourceState(_ context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	var state map[string]any
	if err := json.Unmarshal(req.RawState.JSON, &state); err != nil {
		return nil, err
	}
	return &tfprotov6.UpgradeResourceStateResponse{UpgradedState: &tfprotov6.DynamicValue{MsgPack: pack(state)}}, nil
}

// ReadResource fills in what a listing would have shown: Terraform reports that change of each.
func (bare) ReadResource(_ context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	state := with(req.CurrentState, map[string]any{"status": "OPEN"})
	return &tfprotov6.ReadResourceResponse{NewState: state, NewIdentity: identity}, nil
}

// PlanResourceChange plans what is proposed.
func (bare) PlanResourceChange(_ context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	planned := req.ProposedNewState
	if isNull(req.PriorState) {
		planned = with(planned, map[string]any{"id": unknown{}, "started_at": unknown{}, "on_closed": "restart"})
	}
	return &tfprotov6.PlanResourceChangeResponse{PlannedState: planned, PlannedIdentity: req.PriorIdentity}, nil
}

// ApplyResourceChange fills in what start would have returned.
func (bare) ApplyResourceChange(_ context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	if isNull(req.PlannedState) {
		return &tfprotov6.ApplyResourceChangeResponse{NewState: req.PlannedState}, nil
	}
	state := with(req.PlannedState, map[string]any{"id": id, "started_at": time.Now().UTC().Format(time.RFC3339)})
	return &tfprotov6.ApplyResourceChangeResponse{NewState: state, NewIdentity: identity}, nil
}
