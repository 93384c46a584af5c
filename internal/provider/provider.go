// Package provider is what Terraform asks first: the provider block, the credentials and
// clients of the three services, and the lists of types. Each type has a package of its own.
package provider

import (
	"context"
	"net"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/chatbotmessage"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/chatbotthread"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/jelouclose"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/jelouconversation"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/thuliumchat"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/thuliummessage"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

var (
	_ provider.ProviderWithValidateConfig     = (*conversationProvider)(nil)
	_ provider.ProviderWithEphemeralResources = (*conversationProvider)(nil)
	_ provider.ProviderWithListResources      = (*conversationProvider)(nil)
	_ provider.ProviderWithActions            = (*conversationProvider)(nil)
	_ provider.ProviderWithFunctions          = (*conversationProvider)(nil)
)

// Resources lists the managed resources.
func (p *conversationProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		thuliumchat.NewResource,
		thuliummessage.NewResource,
		jelouconversation.NewResource,
		jelouclose.NewResource,
		chatbotthread.NewResource,
		chatbotmessage.NewResource,
	}
}

// DataSources lists the data sources.
func (p *conversationProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		thuliumchat.NewDataSource,
		thuliumchat.NewListDataSource,
		jelouconversation.NewDataSource,
		chatbotthread.NewDataSource,
	}
}

// EphemeralResources lists the ephemeral resources.
func (p *conversationProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{
		chatbotthread.NewEphemeralResource,
	}
}

// ListResources lists what terraform query can list.
func (p *conversationProvider) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{
		thuliumchat.NewListResource,
	}
}

// Actions lists the actions.
func (p *conversationProvider) Actions(context.Context) []func() action.Action {
	return []func() action.Action{
		thuliumchat.NewStopAction,
		thuliummessage.NewAction,
		jelouclose.NewAction,
	}
}

// Functions lists the functions.
func (p *conversationProvider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{
		jelouconversation.NewSignatureFunction,
	}
}

// Options are what a provider is made of. The zero value is that of a developer's build.
type Options struct {
	Version   string              // what it announces itself with
	Interrupt *rest.Interrupt     // ends its waits; nil: nothing does
	Getenv    func(string) string // nil: os.Getenv
	Dial      Dialer              // nil: the network's
}

// Dialer makes a connection, as http.Transport's DialContext does.
type Dialer func(ctx context.Context, network, address string) (net.Conn, error)

// New returns the constructor of a provider.
func New(options Options) func() provider.Provider {
	if options.Getenv == nil {
		options.Getenv = os.Getenv
	}
	return func() provider.Provider { return &conversationProvider{options} }
}

// conversationProvider serves conversations in customer-service systems.
type conversationProvider struct{ Options }

// Metadata names the provider. Its types do not carry that name as a prefix.
func (p *conversationProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "conversation"
	resp.Version = p.Version
}

// Schema returns the provider block.
func (p *conversationProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = providerSchema()
}

// ValidateConfig refuses what contradicts itself within the provider block.
func (p *conversationProvider) ValidateConfig(ctx context.Context, req provider.ValidateConfigRequest, resp *provider.ValidateConfigResponse) {
	model, diags := readProviderModel(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(model.contradictions()...)
	}
}

// Configure prepares the clients. It makes no call: a service that is not configured is an
// error only for a block that needs it.
func (p *conversationProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	model, diags := readProviderModel(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	services, diags := p.services(ctx, model, req.TerraformVersion)
	resp.Diagnostics.Append(diags...)
	resp.ResourceData, resp.DataSourceData = services, services
	resp.EphemeralResourceData, resp.ActionData, resp.ListResourceData = services, services, services
}
