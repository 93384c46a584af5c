package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// The form of "terraform providers schema -json":
// https://developer.hashicorp.com/terraform/cli/commands/providers/schema
type (
	schemasJSON struct {
		FormatVersion string                  `json:"format_version"`
		Providers     map[string]providerJSON `json:"provider_schemas"`
	}
	providerJSON struct {
		Provider           schemaJSON              `json:"provider"`
		Resources          map[string]schemaJSON   `json:"resource_schemas,omitempty"`
		DataSources        map[string]schemaJSON   `json:"data_source_schemas,omitempty"`
		EphemeralResources map[string]schemaJSON   `json:"ephemeral_resource_schemas,omitempty"`
		Actions            map[string]schemaJSON   `json:"action_schemas,omitempty"`
		ListResources      map[string]schemaJSON   `json:"list_resource_schemas,omitempty"`
		Functions          map[string]functionJSON `json:"functions,omitempty"`
		Identities         map[string]identityJSON `json:"resource_identity_schemas,omitempty"`
	}
	schemaJSON struct {
		Version int64     `json:"version"`
		Block   blockJSON `json:"block"`
	}
	blockJSON struct {
		Attributes      map[string]attributeJSON   `json:"attributes,omitempty"`
		BlockTypes      map[string]nestedBlockJSON `json:"block_types,omitempty"`
		Description     string                     `json:"description,omitempty"`
		DescriptionKind string                     `json:"description_kind,omitempty"`
		Deprecated      bool                       `json:"deprecated,omitempty"`
	}
	nestedBlockJSON struct {
		NestingMode string    `json:"nesting_mode"`
		Block       blockJSON `json:"block"`
		MinItems    int64     `json:"min_items,omitempty"`
		MaxItems    int64     `json:"max_items,omitempty"`
	}
	attributeJSON struct {
		Type            tftypes.Type    `json:"type,omitempty"`
		NestedType      *nestedTypeJSON `json:"nested_type,omitempty"`
		Description     string          `json:"description,omitempty"`
		DescriptionKind string          `json:"description_kind,omitempty"`
		Deprecated      bool            `json:"deprecated,omitempty"`
		Required        bool            `json:"required,omitempty"`
		Optional        bool            `json:"optional,omitempty"`
		Computed        bool            `json:"computed,omitempty"`
		Sensitive       bool            `json:"sensitive,omitempty"`
		WriteOnly       bool            `json:"write_only,omitempty"`
	}
	nestedTypeJSON struct {
		Attributes  map[string]attributeJSON `json:"attributes"`
		NestingMode string                   `json:"nesting_mode"`
	}
	functionJSON struct {
		Description string          `json:"description,omitempty"`
		Summary     string          `json:"summary,omitempty"`
		ReturnType  tftypes.Type    `json:"return_type"`
		Parameters  []parameterJSON `json:"parameters,omitempty"`
	}
	parameterJSON struct {
		Name        string       `json:"name,omitempty"`
		Description string       `json:"description,omitempty"`
		IsNullable  bool         `json:"is_nullable,omitempty"`
		Type        tftypes.Type `json:"type"`
	}
	identityJSON struct {
		Version    int64                            `json:"version"`
		Attributes map[string]identityAttributeJSON `json:"attributes"`
	}
	identityAttributeJSON struct {
		Type              tftypes.Type `json:"type"`
		Description       string       `json:"description,omitempty"`
		RequiredForImport bool         `json:"required_for_import,omitempty"`
		OptionalForImport bool         `json:"optional_for_import,omitempty"`
	}
)

// providerSchemas asks the provider for all its schemas and gives each type the prefix.
func providerSchemas(ctx context.Context, server tfprotov6.ProviderServer) (schemasJSON, error) {
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err == nil {
		err = faults(schemas.Diagnostics)
	}
	if err != nil {
		return schemasJSON{}, err
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err == nil {
		err = faults(identities.Diagnostics)
	}
	if err != nil {
		return schemasJSON{}, err
	}
	return schemasJSON{
		FormatVersion: "1.0",
		Providers: map[string]providerJSON{providerName: {
			Provider:           convertSchema(schemas.Provider),
			Resources:          prefixed(schemas.ResourceSchemas, convertSchema),
			DataSources:        prefixed(schemas.DataSourceSchemas, convertSchema),
			EphemeralResources: prefixed(schemas.EphemeralResourceSchemas, convertSchema),
			Actions: prefixed(schemas.ActionSchemas, func(s *tfprotov6.ActionSchema) schemaJSON {
				return convertSchema(s.Schema)
			}),
			ListResources: prefixed(schemas.ListResourceSchemas, convertSchema),
			Functions:     convertFunctions(schemas.Functions), // called by their own names, which take no prefix
			Identities:    prefixed(identities.IdentitySchemas, convertIdentity),
		}},
	}, nil
}

// faults are the errors among the diagnostics.
func faults(diagnostics []*tfprotov6.Diagnostic) (err error) {
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			err = errors.Join(err, fmt.Errorf("%s: %s", d.Summary, d.Detail))
		}
	}
	return err
}

func prefixed[From, To any](types map[string]From, convert func(From) To) map[string]To {
	converted := map[string]To{}
	for name, t := range types {
		converted[prefix+name] = convert(t)
	}
	return converted
}

func convertSchema(s *tfprotov6.Schema) schemaJSON {
	if s == nil || s.Block == nil {
		return schemaJSON{}
	}
	return schemaJSON{Version: s.Version, Block: convertBlock(s.Block)}
}

func convertBlock(b *tfprotov6.SchemaBlock) blockJSON {
	converted := blockJSON{
		Attributes: convertAttributes(b.Attributes), Description: b.Description, DescriptionKind: kind(b.DescriptionKind), Deprecated: b.Deprecated,
	}
	for _, nested := range b.BlockTypes {
		if converted.BlockTypes == nil {
			converted.BlockTypes = map[string]nestedBlockJSON{}
		}
		converted.BlockTypes[nested.TypeName] = nestedBlockJSON{
			NestingMode: blockNesting[nested.Nesting], Block: convertBlock(nested.Block), MinItems: nested.MinItems, MaxItems: nested.MaxItems,
		}
	}
	return converted
}

func convertAttributes(attributes []*tfprotov6.SchemaAttribute) map[string]attributeJSON {
	converted := map[string]attributeJSON{}
	for _, a := range attributes {
		attribute := attributeJSON{
			Type: a.Type, Description: a.Description, DescriptionKind: kind(a.DescriptionKind), Deprecated: a.Deprecated,
			Required: a.Required, Optional: a.Optional, Computed: a.Computed, Sensitive: a.Sensitive, WriteOnly: a.WriteOnly,
		}
		if a.NestedType != nil {
			attribute.NestedType = &nestedTypeJSON{
				Attributes: convertAttributes(a.NestedType.Attributes), NestingMode: attributeNesting[a.NestedType.Nesting],
			}
		}
		converted[a.Name] = attribute
	}
	return converted
}

func convertIdentity(s *tfprotov6.ResourceIdentitySchema) identityJSON {
	converted := identityJSON{Version: s.Version, Attributes: map[string]identityAttributeJSON{}}
	for _, a := range s.IdentityAttributes {
		converted.Attributes[a.Name] = identityAttributeJSON{
			Type: a.Type, Description: a.Description, RequiredForImport: a.RequiredForImport, OptionalForImport: a.OptionalForImport,
		}
	}
	return converted
}

func convertFunctions(functions map[string]*tfprotov6.Function) map[string]functionJSON {
	converted := map[string]functionJSON{}
	for name, f := range functions {
		function := functionJSON{Description: f.Description, Summary: f.Summary, ReturnType: f.Return.Type}
		for _, p := range f.Parameters {
			function.Parameters = append(function.Parameters, parameterJSON{
				Name: p.Name, Description: p.Description, IsNullable: p.AllowNullValue, Type: p.Type,
			})
		}
		converted[name] = function
	}
	return converted
}

var blockNesting = map[tfprotov6.SchemaNestedBlockNestingMode]string{
	tfprotov6.SchemaNestedBlockNestingModeSingle: "single",
	tfprotov6.SchemaNestedBlockNestingModeList:   "list",
	tfprotov6.SchemaNestedBlockNestingModeSet:    "set",
	tfprotov6.SchemaNestedBlockNestingModeMap:    "map",
	tfprotov6.SchemaNestedBlockNestingModeGroup:  "group",
}

var attributeNesting = map[tfprotov6.SchemaObjectNestingMode]string{
	tfprotov6.SchemaObjectNestingModeSingle: "single",
	tfprotov6.SchemaObjectNestingModeList:   "list",
	tfprotov6.SchemaObjectNestingModeSet:    "set",
	tfprotov6.SchemaObjectNestingModeMap:    "map",
}

func kind(k tfprotov6.StringKind) string {
	if k == tfprotov6.StringKindMarkdown {
		return "markdown"
	}
	return "plain"
}
