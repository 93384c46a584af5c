// Package provider is the Terraform face of the three services: one file per
// type, named after it. The clients know nothing of it.
package provider

import (
	"context"
	"net"
	"os"
	"sync/atomic"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/thulium"
)

var (
	_ provider.ProviderWithValidateConfig     = (*conversationProvider)(nil)
	_ provider.ProviderWithEphemeralResources = (*conversationProvider)(nil)
	_ provider.ProviderWithActions            = (*conversationProvider)(nil)
)

// conversationProvider serves conversations in customer-service systems.
type conversationProvider struct {
	version    string
	interrupt  *rest.Interrupt
	getenv     func(string) string
	dial       dialer // nil: the network's
	configured atomic.Pointer[providerData]
}

// dialer makes a connection, as http.Transport's DialContext does.
type dialer func(ctx context.Context, network, address string) (net.Conn, error)

// New returns the constructor of a provider that announces itself with version
// and ends its waits on interrupt.
func New(version string, interrupt *rest.Interrupt) func() provider.Provider {
	return newIn(version, interrupt, os.Getenv, nil)
}

// newIn is New in another environment, or on another network.
func newIn(version string, interrupt *rest.Interrupt, getenv func(string) string, dial dialer) func() provider.Provider {
	return func() provider.Provider {
		return &conversationProvider{version: version, interrupt: interrupt, getenv: getenv, dial: dial}
	}
}

// Metadata names the provider. Its types do not carry that name as a prefix.
func (p *conversationProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "conversation"
	resp.Version = p.version
}

// Schema returns the provider block.
func (p *conversationProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = providerSchema()
}

// ValidateConfig refuses what contradicts itself within the provider block.
func (p *conversationProvider) ValidateConfig(ctx context.Context, req provider.ValidateConfigRequest, resp *provider.ValidateConfigResponse) {
	config, diags := readProviderModel(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	blocks, diags := config.blocks(ctx)
	if diags.HasError() {
		return // the attributes say the same, each at its own path
	}
	resp.Diagnostics.Append(blocks.contradictions()...)
}

// Configure prepares the clients. It makes no call: a service that is not
// configured is an error only for a block that needs it.
func (p *conversationProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	config, diags := readProviderModel(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	blocks, diags := config.blocks(ctx)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	data, diags := p.data(blocks, req.TerraformVersion)
	resp.Diagnostics.Append(diags...)
	p.configured.Store(data)
	resp.ResourceData, resp.DataSourceData = data, data
	resp.EphemeralResourceData, resp.ActionData = data, data
}

// Seen returns what Thulium's listing has shown of a conversation, and false where
// a refresh has to ask for it or is not to ask.
func (p *conversationProvider) Seen(queueID int64, id string) (thulium.Chat, bool) {
	data := p.configured.Load()
	if data == nil || !data.thulium.ready || !data.refresh {
		return thulium.Chat{}, false
	}
	return data.thulium.client.Seen(queueID, id)
}

// readProviderModel reads the provider block, which may be missing as a whole.
func readProviderModel(ctx context.Context, block tfsdk.Config) (providerModel, diag.Diagnostics) {
	var config providerModel
	if block.Raw.IsNull() {
		return config, nil
	}
	diags := block.Get(ctx, &config)
	return config, diags
}

// Resources lists the managed resources.
func (p *conversationProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{newThuliumChatConversationResource, newJelouConversationCloseResource}
}

// DataSources lists the data sources.
func (p *conversationProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{newThuliumChatConversationsDataSource, newChatbotThreadDataSource}
}

// EphemeralResources lists the ephemeral resources.
func (p *conversationProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{newChatbotThreadEphemeralResource}
}

// Actions lists the actions.
func (p *conversationProvider) Actions(context.Context) []func() action.Action {
	return []func() action.Action{newThuliumChatConversationStopAction, newJelouConversationCloseAction}
}
