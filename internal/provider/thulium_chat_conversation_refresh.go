package provider

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/conversation-tools/terraform-provider-conversation/internal/thulium"
)

// Read asks the listing whether the conversation is closed. Nothing else means
// that it is gone: nobody documents when a chat appears in the listing, so one
// that is not shown is kept, and so is everything when the listing fails.
// One that is over and kept, with its closing time, is not asked for: its start
// would draw the window of its queue back until the bound of requests is used up.
func (r *thuliumChatConversationResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state := newThuliumChatConversation(req.State.Raw, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("id"), state.id())...)
	if r.provider == nil || !r.provider.thulium.ready || !r.provider.refresh || state.isOver() && state.text("closed_at") != "" {
		return
	}
	listedFrom, diags := listedFrom(ctx, req.Private, state)
	resp.Diagnostics.Append(diags...)
	ctx, cancel := context.WithTimeout(ctx, defaultTimeout)
	defer cancel()

	chat, found, err := r.provider.thulium.client.Find(ctx, state.queueID(), state.id(), listedFrom)
	switch {
	case err != nil:
		resp.Diagnostics.Append(r.provider.refreshFailed(ctx, err)...)
	case !found:
	case chat.Closed() && !state.isKept():
		resp.State.RemoveResource(ctx)
	default:
		resp.State.Raw = state.shown(req.State.Raw.Type(), chat)
	}
}

// refreshFailed warns once that conversations could not be refreshed, unless the
// user has given the refresh up.
func (p *providerData) refreshFailed(ctx context.Context, err error) diag.Diagnostics {
	var diags diag.Diagnostics
	if !errors.Is(ctx.Err(), context.Canceled) && p.refreshWarned.CompareAndSwap(false, true) {
		failure := unableTo("list Thulium chats", err,
			"The conversations are kept as they are in the state. To refresh without asking the listing, set thulium.refresh = false in the provider block.")
		diags.AddWarning(failure.Summary(), failure.Detail())
	}
	return diags
}

// listedFrom returns when the conversation began, as far as is known.
func listedFrom(ctx context.Context, private privateState, state thuliumChatConversation) (time.Time, diag.Diagnostics) {
	if at := state.startedAt(); !at.IsZero() {
		return at, nil
	}
	return importedStart(ctx, private)
}

// startFailed returns the error of a start, and where its outcome is unknown
// what it may have left behind.
func startFailed(ctx context.Context, client *thulium.Client, start thulium.Start, err error) diag.Diagnostic {
	return unableTo("start Thulium chat conversation", err, startEffect(ctx, client, start, err))
}
