package providertest

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Identity encodes the identity of a resource as an import block writes it. nil is null.
func (w *Wire) Identity(name string, identity Values) *tfprotov6.ResourceIdentityData {
	w.T.Helper()
	typ := w.identityType(name)
	var value any
	if identity != nil {
		value = identity
	}
	encoded, err := tfprotov6.NewDynamicValue(typ, terraformValue(typ, value))
	w.Fatal(err)
	return &tfprotov6.ResourceIdentityData{IdentityData: &encoded}
}

// Identified decodes the identity of a resource; nil where it has none.
func (w *Wire) Identified(name string, identity *tfprotov6.ResourceIdentityData) Values {
	w.T.Helper()
	if identity == nil {
		return nil
	}
	value, err := identity.IdentityData.Unmarshal(w.identityType(name))
	w.Fatal(err)
	decoded, _ := goValue(w.T, value).(Values)
	return decoded
}

func (w *Wire) identityType(name string) tftypes.Type {
	w.T.Helper()
	identities, err := w.Server.GetResourceIdentitySchemas(w.T.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	w.Fatal(err)
	return identities.IdentitySchemas[name].ValueType()
}

// ImportIdentity imports by identity, without the refresh that follows.
func (w *Wire) ImportIdentity(name string, identity Values) (Object, []*tfprotov6.Diagnostic) {
	w.T.Helper()
	return w.imported(name, &tfprotov6.ImportResourceStateRequest{TypeName: name, Identity: w.Identity(name, identity)})
}

func (w *Wire) imported(name string, req *tfprotov6.ImportResourceStateRequest) (Object, []*tfprotov6.Diagnostic) {
	w.T.Helper()
	imported, err := w.Server.ImportResourceState(w.T.Context(), req)
	w.Fatal(err)
	if len(imported.ImportedResources) == 0 {
		return Object{}, imported.Diagnostics
	}
	got := imported.ImportedResources[0]
	return Object{State: w.Values(w.Schemas.ResourceSchemas[name], got.State), Private: got.Private, Identity: got.Identity}, imported.Diagnostics
}

// Listed is one result of a list resource.
type Listed struct {
	DisplayName string
	Identity    Values
	Resource    Values // nil where it was not asked for
}

// Query lists resources as terraform query does. A limit of 0 is none.
func (w *Wire) Query(name string, config Values, includeResource bool, limit int64) ([]Listed, []*tfprotov6.Diagnostic) {
	w.T.Helper()
	server, ok := w.Server.(tfprotov6.ListResourceServer)
	if !ok {
		w.T.Fatal("the server has no list resources")
	}
	block := w.Dynamic(w.Schemas.ListResourceSchemas[name], config)
	validated, err := server.ValidateListResourceConfig(w.T.Context(), &tfprotov6.ValidateListResourceConfigRequest{TypeName: name, Config: block})
	w.Fatal(err)
	if Failed(validated.Diagnostics) {
		return nil, validated.Diagnostics
	}
	stream, err := server.ListResource(w.T.Context(), &tfprotov6.ListResourceRequest{
		TypeName: name, Config: block, IncludeResource: includeResource, Limit: limit,
	})
	w.Fatal(err)
	var results []Listed
	var diags []*tfprotov6.Diagnostic
	for result := range stream.Results {
		diags = append(diags, result.Diagnostics...)
		if result.Identity == nil {
			continue
		}
		results = append(results, Listed{
			DisplayName: result.DisplayName,
			Identity:    w.Identified(name, result.Identity),
			Resource:    w.Values(w.Schemas.ResourceSchemas[name], result.Resource),
		})
	}
	return results, diags
}
