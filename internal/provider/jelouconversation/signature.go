package jelouconversation

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/conversation-tools/terraform-provider-conversation/internal/jelou"
)

// NewSignatureFunction returns the function jelou_signature.
func NewSignatureFunction() function.Function { return new(signatureFunction) }

// signatureFunction signs the body of an event as Jelou does.
type signatureFunction struct{}

func (f *signatureFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "jelou_signature"
}

func (f *signatureFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Signature of an event of Jelou",
		MarkdownDescription: "Returns what the header `X-Jelou-Signature` carries for an event with this body: `sha256=` and the HMAC-SHA256 of the body's " +
			"bytes in hex. With it a test can post an event to a webhook of yours as Jelou would.\n\n" +
			"The body is the text as Terraform has it, in UTF-8. Terraform brings every text into Unicode's form NFC: a body with letters in another form " +
			"has another signature than the one that Jelou computes from its bytes.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "body", MarkdownDescription: "Body of the event, the text that is posted."},
			function.StringParameter{Name: "secret", MarkdownDescription: "Secret of the project's webhook. Take it from a sensitive variable: the result is then sensitive, too."},
		},
		Return: function.StringReturn{},
	}
}

func (f *signatureFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var body, secret string
	if resp.Error = req.Arguments.Get(ctx, &body, &secret); resp.Error != nil {
		return
	}
	if secret == "" {
		resp.Error = function.NewArgumentFuncError(1, "The secret is empty: a secret that is missing in a pipeline often arrives as an empty string")
		return
	}
	resp.Error = resp.Result.Set(ctx, jelou.Signature([]byte(body), secret))
}
