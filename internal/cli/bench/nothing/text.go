package main

import (
	"context"
	"io"
	"net/http"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// text is a data source that returns an answer as it is, as generic providers do, for jsondecode.
type text struct{}

// Metadata names the type.
func (text) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "chatbot_thread_text"
}

// Schema describes the block.
func (text) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema.Attributes = map[string]schema.Attribute{
		"chatbot_id": schema.StringAttribute{Required: true},
		"thread_id":  schema.StringAttribute{Required: true},
		"body":       schema.StringAttribute{Computed: true},
	}
}

// Read makes the call, of which nothing is checked but its success.
func (text) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var chatbot, thread string
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("chatbot_id"), &chatbot)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("thread_id"), &thread)...)
	if resp.Diagnostics.HasError() {
		return
	}
	body, err := get(ctx, os.Getenv("CHATBOT_BASE_URL")+"/chatbots/"+chatbot+"/threads/"+thread)
	if err != nil {
		resp.Diagnostics.AddError("Unable to read thread", err.Error())
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("body"), body)...)
}

func get(ctx context.Context, url string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody) //nolint:gosec // the address is that of the sandbox
	if err != nil {
		return "", err
	}
	request.Header.Set("Authorization", "Bearer "+os.Getenv("CHATBOT_TOKEN"))
	response, err := new(http.Client).Do(request) //nolint:gosec // the address is that of the sandbox
	if err != nil {
		return "", err
	}
	defer response.Body.Close() //nolint:errcheck // it has been read
	body, err := io.ReadAll(response.Body)
	return string(body), err
}
