package service

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Resource is embedded by a resource or a list resource, which is given the services by it. They are nil
// until the provider is configured: Terraform validates before that.
type Resource struct{ *Services }

// Configure takes over what the provider was configured with.
func (r *Resource) Configure(_ context.Context, req resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	r.Services, _ = req.ProviderData.(*Services)
}

// DataSource is embedded by a data source, which is given the services by it.
type DataSource struct{ *Services }

// Configure takes over what the provider was configured with.
func (d *DataSource) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	d.Services, _ = req.ProviderData.(*Services)
}

// EphemeralResource is embedded by an ephemeral resource, which is given the services by it.
type EphemeralResource struct{ *Services }

// Configure takes over what the provider was configured with.
func (e *EphemeralResource) Configure(_ context.Context, req ephemeral.ConfigureRequest, _ *ephemeral.ConfigureResponse) {
	e.Services, _ = req.ProviderData.(*Services)
}

// Action is embedded by an action, which is given the services by it.
type Action struct{ *Services }

// Configure takes over what the provider was configured with.
func (a *Action) Configure(_ context.Context, req action.ConfigureRequest, _ *action.ConfigureResponse) {
	a.Services, _ = req.ProviderData.(*Services)
}
