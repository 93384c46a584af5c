//go:build empty

package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	framework "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

func main() {
	options := providerserver.ServeOpts{Address: "registry.terraform.io/conversation-tools/conversation"}
	if err := providerserver.Serve(context.Background(), func() framework.Provider { return empty{} }, options); err != nil {
		log.Fatal(err)
	}
}

type empty struct{}

func (empty) Metadata(context.Context, framework.MetadataRequest, *framework.MetadataResponse)    {}
func (empty) Schema(context.Context, framework.SchemaRequest, *framework.SchemaResponse)          {}
func (empty) Configure(context.Context, framework.ConfigureRequest, *framework.ConfigureResponse) {}
func (empty) DataSources(context.Context) []func() datasource.DataSource                          { return nil }

func (empty) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return thing{} }}
}

// thing is never made: only its schema is asked for.
type thing struct{ resource.Resource }

func (thing) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "thing"
}

func (thing) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema.Attributes = map[string]schema.Attribute{"id": schema.StringAttribute{Computed: true}}
}
