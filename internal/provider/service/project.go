package service

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
)

// ProjectDescription is the description of each block's project_id.
const ProjectDescription = "Id of the Jelou project. Defaults to `jelou.project_id` of the provider block (`" + ProjectVariable + "`)."

// defaultProjectKey keeps in private state which default project the last refresh or
// apply of a resource has seen.
const defaultProjectKey = "default_project"

// Project returns the project that a block names, or else the provider's. It is unknown
// where the provider's is not known yet.
func (j *Jelou) Project(configured types.String, diags *diag.Diagnostics) types.String {
	if !configured.IsNull() {
		return configured
	}
	at := path.Root("project_id")
	switch {
	case j.ProjectID.IsNull():
		diags.AddAttributeError(at, "Missing "+at.String(),
			"No project is named here, and there is no default: set project_id in this block, jelou.project_id in the provider block, "+
				"or the environment variable "+ProjectVariable+".")
	case !j.ProjectID.IsUnknown() && attribute.ID.Wrong(j.ProjectID.ValueString()) != "":
		diags.AddAttributeError(at, "Invalid "+at.String(),
			"The project comes from "+j.ProjectFrom+". "+attribute.ID.Wrong(j.ProjectID.ValueString()))
	}
	return j.ProjectID
}

// PlanProject returns the project that a plan has, and asks for the replacement that
// another one means. state is the project in the state; replaced says whether something
// else of the plan replaces the resource. While the provider's project is not known yet,
// or where there is none any more, the state's is kept.
func (j *Jelou) PlanProject(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, state types.String, replaced bool,
) types.String {
	at := path.Root("project_id")
	var configured types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, at, &configured)...)
	exists := !req.State.Raw.IsNull()
	if exists && configured.IsNull() && (j.ProjectID.IsNull() || j.ProjectID.IsUnknown()) {
		if j.ProjectID.IsUnknown() && !replaced && !req.Plan.Raw.Equal(req.State.Raw) {
			resp.Diagnostics.AddAttributeWarning(at, "The default of "+at.String()+" is not known yet",
				fmt.Sprintf("The project of the provider block (jelou.project_id) depends on what this apply makes, so the plan keeps the one in the state, %s. "+
					"If it turns out to be another, the apply of this block ends with an error: nothing is sent, and the next plan replaces the block.",
					state.ValueString()))
		}
		return state
	}
	project := j.Project(configured, &resp.Diagnostics)
	if !exists || project.Equal(state) {
		return project
	}
	if configured.IsNull() {
		resp.Diagnostics.Append(j.checkPlannedDefault(ctx, req.Private, state)...)
	}
	resp.RequiresReplace.Append(at)
	return project
}

// checkPlannedDefault refuses a default project that is not the one which the refresh of
// this plan has seen. Terraform plans each change a second time in the apply. A
// replacement that the saved plan does not have would end there with errors that call it
// a bug of the provider.
func (j *Jelou) checkPlannedDefault(ctx context.Context, private PrivateReader, state types.String) diag.Diagnostics {
	mark, diags := private.GetKey(ctx, defaultProjectKey)
	var seen *string
	if mark == nil || json.Unmarshal(mark, &seen) != nil || seen != nil && *seen == j.ProjectID.ValueString() {
		return diags
	}
	was := "was not known or not set"
	if seen != nil {
		was = "was " + *seen
	}
	diags.AddAttributeError(path.Root("project_id"), "The project has changed since the plan was made",
		fmt.Sprintf("This block is for project %s. The default project %s when the plan was made, and is now %s, which comes from %s. "+
			"A plan is not applied to another project than it was made for, so nothing was sent.\n\n"+
			"Make a new plan, with its refresh (not with -refresh=false), and apply that one: it replaces the block. "+
			"To keep the block, set the default back, or write project_id = %q into the block.",
			state.ValueString(), was, j.ProjectID.ValueString(), j.ProjectFrom, state.ValueString()))
	return diags
}

// KeepDefaultProject keeps the default project in private state, for the apply of a saved
// plan. Create, Read, Update and ImportState of a resource with a project_id call it.
func (j *Jelou) KeepDefaultProject(ctx context.Context, private PrivateWriter, diags *diag.Diagnostics) {
	mark := []byte("null")
	if !j.ProjectID.IsNull() && !j.ProjectID.IsUnknown() {
		mark, _ = json.Marshal(j.ProjectID.ValueString()) // of a text, which never fails
	}
	diags.Append(private.SetKey(ctx, defaultProjectKey, mark)...)
}
