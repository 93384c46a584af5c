// Command nothing is this provider with the HTTP exchange taken out: the same schemas, plans and start, but a
// conversation that is created, refreshed or destroyed costs no request. The benchmark compares with it.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	framework "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/thulium"
)

func main() {
	err := provider.Serve(func() framework.Provider {
		return nothing{provider.New("nothing", &rest.Interrupt{})()}
	}, false)
	if err != nil {
		log.Fatal(err)
	}
}

// nothing is the provider with an idle resource in the place of its conversation, and one more data source.
type nothing struct {
	framework.Provider
}

// Seen shows a conversation as idle reads it: here, too, a refresh takes no call.
func (nothing) Seen(int64, string) (thulium.Chat, bool) {
	shown := status
	return thulium.Chat{Status: &shown}, true
}

// Resources lists the resources.
func (n nothing) Resources(ctx context.Context) []func() resource.Resource {
	var out []func() resource.Resource
	for _, constructor := range n.Provider.Resources(ctx) {
		out = append(out, func() resource.Resource {
			made := constructor()
			if made, ok := made.(conversation); ok {
				return idle{made}
			}
			return made
		})
	}
	return out
}

// DataSources lists the data sources.
func (n nothing) DataSources(ctx context.Context) []func() datasource.DataSource {
	return append(n.Provider.DataSources(ctx), func() datasource.DataSource { return text{} })
}
