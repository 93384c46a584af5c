package main

import (
	"context"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// conversation is all that the framework asks of a conversation's resource.
type conversation interface {
	resource.ResourceWithConfigure
	resource.ResourceWithModifyPlan
	resource.ResourceWithImportState
	resource.ResourceWithIdentity
}

// idle is a conversation whose calls do nothing.
type idle struct {
	conversation
}

// id is that of all conversations.
const id = "7f2c1d9e-2f43-4f0e-9a0c-7a0f4ab0a6b1"

// Create fills in what start would have returned.
func (idle) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	attributes := map[string]tftypes.Value{}
	if err := req.Plan.Raw.As(&attributes); err != nil {
		resp.Diagnostics.AddError("Unable to do nothing", err.Error())
		return
	}
	attributes = maps.Clone(attributes)
	attributes["id"] = tftypes.NewValue(tftypes.String, id)
	attributes["started_at"] = tftypes.NewValue(tftypes.String, time.Now().UTC().Format(time.RFC3339))
	resp.State.Raw = tftypes.NewValue(req.Plan.Raw.Type(), attributes)
	resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("id"), id)...)
}

// Read keeps the state.
func (idle) Read(ctx context.Context, _ resource.ReadRequest, resp *resource.ReadResponse) {
	resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("id"), id)...)
}

// Update takes the plan over.
func (idle) Update(_ context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.State.Raw = req.Plan.Raw
}

// Delete lets the framework forget the state.
func (idle) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
