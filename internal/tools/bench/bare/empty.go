//go:build empty

package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	framework "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
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

func (empty) Resources(context.Context) []func() resource.Resource { return nil }
