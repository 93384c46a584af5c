package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// ModifyPlan fills in the project, plans the results, and reports what will
// stand in the way of a call.
func (r *jelouConversationCloseResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.provider == nil {
		return
	}
	var plan, state *jelouConversationCloseModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if plan == nil {
		if state.When.ValueString() == whenDestroy {
			resp.Diagnostics.Append(r.provider.jelou.check()...)
		}
		return
	}
	r.planProject(ctx, req, resp, plan, state)
	plan.planResults(state)
	if plan.needsService(state) {
		resp.Diagnostics.Append(r.provider.jelou.check()...)
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

// planProject fills project_id in from the provider block and asks for the
// replacement that a change of it means. While the provider's value is not
// known yet, or where the provider has none any more, what is in the state
// counts: what was sent needs no project, and what is armed has its own.
func (r *jelouConversationCloseResource) planProject(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, plan, state *jelouConversationCloseModel,
) {
	at := path.Root("project_id")
	var configured types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, at, &configured)...)
	if state != nil && configured.IsNull() && !isKnown(r.provider.projectID) {
		plan.ProjectID = state.ProjectID
		if r.provider.projectID.IsUnknown() && plan.isFor(*state) && !req.Plan.Raw.Equal(req.State.Raw) {
			resp.Diagnostics.AddAttributeWarning(at, "The default of "+at.String()+" is not known yet",
				"The project of the provider block (jelou.project_id) depends on what this apply makes, so the plan keeps the one in the state, "+
					state.ProjectID.ValueString()+". If it turns out to be another, Terraform ends this change with an inconsistent plan: "+
					"nothing is sent, and the next plan replaces the block.")
		}
		return
	}
	project, diags := r.provider.jelouProject(configured)
	resp.Diagnostics.Append(diags...)
	plan.ProjectID = project
	if state != nil && !plan.ProjectID.Equal(state.ProjectID) {
		resp.RequiresReplace.Append(at)
	}
}

// isFor reports whether nothing but the project could replace the block.
func (m *jelouConversationCloseModel) isFor(state jelouConversationCloseModel) bool {
	return m.BotID.Equal(state.BotID) && m.UserID.Equal(state.UserID) && m.Triggers.Equal(state.Triggers)
}

// planResults plans the results: to be known after a call, null where none is
// sent, and as they are otherwise.
func (m *jelouConversationCloseModel) planResults(state *jelouConversationCloseModel) {
	switch {
	case state == nil && m.When.ValueString() == whenDestroy:
		m.setResult(noJelouResult())
	case state == nil, m.When.IsUnknown(), m.sendsAfter(*state):
		unknown := types.StringUnknown()
		m.setResult(jelouResult{unknown, unknown, unknown, unknown})
	default:
		m.setResult(state.result())
	}
}

// sendsAfter reports whether an update from state sends the call.
func (m *jelouConversationCloseModel) sendsAfter(state jelouConversationCloseModel) bool {
	return m.When.ValueString() == whenCreate && state.When.ValueString() == whenDestroy
}

// needsService reports whether this apply or a later destroy has to make a call.
func (m *jelouConversationCloseModel) needsService(state *jelouConversationCloseModel) bool {
	return state == nil || m.When.ValueString() != whenCreate || m.sendsAfter(*state)
}

func (m *jelouConversationCloseModel) target() jelouTarget {
	return jelouTarget{
		ProjectID:       m.ProjectID,
		BotID:           m.BotID,
		UserID:          m.UserID,
		RedirectPayload: m.RedirectPayload,
		IgnoreNotFound:  m.IgnoreNotFound,
	}
}

func (m *jelouConversationCloseModel) result() jelouResult {
	return jelouResult{m.ConversationID, m.Status, m.EndedReason, m.ClosedAt}
}

func (m *jelouConversationCloseModel) setResult(result jelouResult) {
	m.ConversationID, m.Status = result.ConversationID, result.Status
	m.EndedReason, m.ClosedAt = result.EndedReason, result.ClosedAt
}
