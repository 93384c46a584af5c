package jelouclose

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// ModifyPlan fills in the project, plans the results, and reports what will stand in the
// way of a call.
func (r *closeResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.Services == nil {
		return
	}
	var plan, state *model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if plan == nil {
		if state.isArmed() {
			r.Jelou.Check(&resp.Diagnostics)
		}
		return
	}
	project, replaced := types.StringNull(), false
	if state != nil {
		project, replaced = state.ProjectID, plan.replaces(*state)
	}
	plan.ProjectID = r.Jelou.PlanProject(ctx, req, resp, project, replaced)
	plan.planResults(state)
	if plan.needsService(state) {
		r.Jelou.Check(&resp.Diagnostics)
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

// planResults plans the results: to be known after a call, null where none is sent, and
// as they are otherwise.
func (m *model) planResults(state *model) {
	switch {
	case state == nil && m.isArmed():
		m.setResult(noResult())
	case state == nil, m.When.IsUnknown(), m.sendsAfter(*state):
		unknown := types.StringUnknown()
		m.setResult(result{unknown, unknown, unknown, unknown})
	default:
		m.setResult(state.result())
	}
}

// replaces reports whether something else than the project replaces the resource.
func (m *model) replaces(state model) bool {
	return !m.BotID.Equal(state.BotID) || !m.UserID.Equal(state.UserID) || !m.Triggers.Equal(state.Triggers)
}

// sendsAfter reports whether an update from state sends the call.
func (m *model) sendsAfter(state model) bool {
	return m.When.ValueString() == whenCreate && state.isArmed()
}

// needsService reports whether this apply or a later destroy has to make a call.
func (m *model) needsService(state *model) bool {
	return state == nil || m.When.ValueString() != whenCreate || m.sendsAfter(*state)
}
