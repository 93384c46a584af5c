package service

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Resource is embedded by a resource or a list resource. It has the type's name, and the
// services once the provider is configured: Terraform validates before that.
type Resource struct {
	TypeName string
	*Services
}

// Metadata names the type.
func (r *Resource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = r.TypeName
}

// Configure takes over what the provider was configured with.
func (r *Resource) Configure(_ context.Context, req resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	r.Services, _ = req.ProviderData.(*Services)
}

// DataSource is embedded by a data source.
type DataSource struct {
	TypeName string
	*Services
}

// Metadata names the type.
func (d *DataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = d.TypeName
}

// Configure takes over what the provider was configured with.
func (d *DataSource) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	d.Services, _ = req.ProviderData.(*Services)
}

// EphemeralResource is embedded by an ephemeral resource.
type EphemeralResource struct {
	TypeName string
	*Services
}

// Metadata names the type.
func (e *EphemeralResource) Metadata(_ context.Context, _ ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = e.TypeName
}

// Configure takes over what the provider was configured with.
func (e *EphemeralResource) Configure(_ context.Context, req ephemeral.ConfigureRequest, _ *ephemeral.ConfigureResponse) {
	e.Services, _ = req.ProviderData.(*Services)
}

// Action is embedded by an action.
type Action struct {
	TypeName string
	*Services
}

// Metadata names the type.
func (a *Action) Metadata(_ context.Context, _ action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = a.TypeName
}

// Configure takes over what the provider was configured with.
func (a *Action) Configure(_ context.Context, req action.ConfigureRequest, _ *action.ConfigureResponse) {
	a.Services, _ = req.ProviderData.(*Services)
}
