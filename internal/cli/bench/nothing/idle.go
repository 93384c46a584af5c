package main

import (
	"context"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
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

// What all conversations have.
const (
	id     = "7f2c1d9e-2f43-4f0e-9a0c-7a0f4ab0a6b1"
	status = "OPEN"
)

// Create fills in what start would have returned.
func (idle) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	startedAt := time.Now().UTC().Format(time.RFC3339)
	resp.State.Raw = with(req.Plan.Raw, map[string]string{"id": id, "started_at": startedAt}, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("id"), id)...)
}

// Read fills in what a listing would have shown: Terraform reports that change of each.
func (idle) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	resp.State.Raw = with(req.State.Raw, map[string]string{"status": status}, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("id"), id)...)
}

// with returns a conversation with other texts in it.
func with(conversation tftypes.Value, texts map[string]string, diags *diag.Diagnostics) tftypes.Value {
	attributes := map[string]tftypes.Value{}
	if err := conversation.As(&attributes); err != nil {
		diags.AddError("Unable to do nothing", err.Error())
		return conversation
	}
	attributes = maps.Clone(attributes)
	for name, text := range texts {
		attributes[name] = tftypes.NewValue(tftypes.String, text)
	}
	return tftypes.NewValue(conversation.Type(), attributes)
}

// Update takes the plan over.
func (idle) Update(_ context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.State.Raw = req.Plan.Raw
}

// Delete lets the framework forget the state.
func (idle) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
