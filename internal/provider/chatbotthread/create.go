package chatbotthread

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/conversation-tools/terraform-provider-conversation/internal/chatbot"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
)

// existing returns the thread with the configured id, or nil where there is none.
func (r *threadResource) existing(ctx context.Context, client *chatbot.Client, plan model) (*chatbot.Thread, diag.Diagnostics) {
	var diags diag.Diagnostics
	thread, err := client.ReadThread(ctx, plan.ChatbotID.ValueString(), plan.ThreadID.ValueString())
	switch {
	case chatbot.IsMissing(err): // the create says whether it is the chatbot that is missing
		return nil, diags
	case err != nil:
		diags.Append(r.Chatbot.UnableTo(ctx, "create chatbot thread", err,
			"The provider reads the thread first when thread_id is set, because a thread that has messages must not be taken over. Nothing was created."))
	}
	return thread, diags
}

// isSomebodys returns the error of a configured id whose thread has messages. It may have
// appeared between the look and the create, which nobody documents a refusal of.
func (m model) isSomebodys() diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("thread_id"), "Chatbot thread exists already", fmt.Sprintf("The service has a thread with this id that has messages. "+
		"They are somebody's, or this block's own from before a replacement, which forgets the old thread. "+
		"Nothing was created or changed at the service.\n\nTo manage that thread, import it%s\n\n"+
		"To begin a new one, leave thread_id out, or give another.", service.ImportIt(typeName, m.ids())))
}

// createFailed returns the error of a create.
func (r *threadResource) createFailed(ctx context.Context, err error) diag.Diagnostic {
	const action = "create chatbot thread"
	lost, ok := errors.AsType[*chatbot.LostError](err)
	switch {
	case ok && lost.Nothing:
		return r.Chatbot.UnableTo(ctx, action, err, lost.Looked+" Apply again.")
	case ok:
		return r.Chatbot.UnableTo(ctx, action, err, "The call may have taken effect. It was not sent again. "+lost.Looked,
			"The resource is saved as tainted: the next apply replaces it. If the thread exists, `terraform untaint` keeps it.")
	}
	return r.Chatbot.UnableTo(ctx, action, err, service.NothingDone(err, "no thread was created"))
}
