package chatbotmessage

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/conversation-tools/terraform-provider-conversation/internal/chatbot"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
)

// action is what an error says that could not be done.
const action = "ask chatbot"

// lostAnswer returns the error of a text that may have been said.
func (r *messageResource) lostAnswer(ctx context.Context, lost *chatbot.LostError) diag.Diagnostic {
	happened := "The call may have taken effect: the text may stand in the thread. It was not sent again, which could say it twice."
	if lost.Message != nil {
		happened = "The answer of the service was lost. The text was not sent again, which would say it twice."
	}
	return r.Chatbot.UnableTo(ctx, action, lost, happened+" "+lost.Looked,
		"The resource is saved as tainted: the next apply says the text again. To accept it as said, without an answer in the state, run `terraform untaint`, "+
			"and read the answer with the data source chatbot_thread.")
}

// foundAgain warns of a message whose answer was lost and that was found in the thread.
func foundAgain(reply *chatbot.Reply) diag.Diagnostic {
	found := "The answer of the service was lost. The thread was read: of the messages since the call was made, one has this text and is new to this run. That one is saved."
	if reply.MessageID != nil {
		found += " Its id is " + string(*reply.MessageID) + "."
	}
	return diag.NewWarningDiagnostic("Chatbot message found in its thread", service.Paragraphs(found, service.Sentence(reply.Lost.Error())))
}
