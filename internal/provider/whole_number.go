package provider

import (
	"context"
	"math/big"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// All numbers of all schemas are whole. Of one that is not, the framework says
// that it is the provider's fault, and repeats it, though it may be personal. So
// where the framework complains of a configuration, such numbers come first.

// ValidateProviderConfig checks the provider block.
func (s *server) ValidateProviderConfig(ctx context.Context, req *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	resp, err := s.protocolServer.ValidateProviderConfig(ctx, req)
	if err == nil {
		resp.Diagnostics = s.wholeNumbers(ctx, resp.Diagnostics, req.Config, func(schemas *tfprotov6.GetProviderSchemaResponse) *tfprotov6.Schema {
			return schemas.Provider
		})
	}
	return resp, err
}

// ValidateDataResourceConfig checks the arguments of a data source.
func (s *server) ValidateDataResourceConfig(ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	resp, err := s.protocolServer.ValidateDataResourceConfig(ctx, req)
	if err == nil {
		resp.Diagnostics = s.wholeNumbers(ctx, resp.Diagnostics, req.Config, func(schemas *tfprotov6.GetProviderSchemaResponse) *tfprotov6.Schema {
			return schemas.DataSourceSchemas[req.TypeName]
		})
	}
	return resp, err
}

// ValidateEphemeralResourceConfig checks the arguments of an ephemeral resource.
func (s *server) ValidateEphemeralResourceConfig(ctx context.Context, req *tfprotov6.ValidateEphemeralResourceConfigRequest) (*tfprotov6.ValidateEphemeralResourceConfigResponse, error) {
	resp, err := s.protocolServer.ValidateEphemeralResourceConfig(ctx, req)
	if err == nil {
		resp.Diagnostics = s.wholeNumbers(ctx, resp.Diagnostics, req.Config, func(schemas *tfprotov6.GetProviderSchemaResponse) *tfprotov6.Schema {
			return schemas.EphemeralResourceSchemas[req.TypeName]
		})
	}
	return resp, err
}

// wholeNumbers returns diags, with what is wrong with the numbers of config in the
// place of what they say of them.
func (s *server) wholeNumbers(
	ctx context.Context, diags []*tfprotov6.Diagnostic, config *tfprotov6.DynamicValue,
	schemaOf func(*tfprotov6.GetProviderSchemaResponse) *tfprotov6.Schema,
) []*tfprotov6.Diagnostic {
	if len(diags) == 0 {
		return diags
	}
	schemas, err := s.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return diags
	}
	raw, err := config.Unmarshal(schemaOf(schemas).ValueType())
	if err != nil {
		return diags
	}
	var refused []*tfprotov6.Diagnostic
	_ = tftypes.Walk(raw, func(at *tftypes.AttributePath, value tftypes.Value) (bool, error) {
		if value.Type().Is(tftypes.Number) && !isWhole(value) {
			refused = append(refused, &tfprotov6.Diagnostic{
				Severity:  tfprotov6.DiagnosticSeverityError,
				Summary:   "Invalid " + dotted(at),
				Detail:    "The value must be a whole number of at most 18 digits.",
				Attribute: at,
			})
		}
		return true, nil
	})
	return append(slices.DeleteFunc(slices.Clone(diags), func(diagnostic *tfprotov6.Diagnostic) bool {
		return slices.ContainsFunc(refused, func(number *tfprotov6.Diagnostic) bool { return isWithin(number.Attribute, diagnostic.Attribute) })
	}), refused...)
}

// isWithin reports whether at is the attribute that around names, or a part of it.
func isWithin(at, around *tftypes.AttributePath) bool {
	for ; len(at.Steps()) > 0; at = at.WithoutLastStep() {
		if at.Equal(around) {
			return true
		}
	}
	return len(around.Steps()) == 0
}

// isWhole reports whether a number is one that an int64 holds, or is not known.
func isWhole(number tftypes.Value) bool {
	exact := exactly(number)
	if exact == nil {
		return true
	}
	_, accuracy := exact.Int64()
	return accuracy == big.Exact
}

// exactly returns a number, nil for one that is null or not known.
func exactly(number tftypes.Value) *big.Float {
	var exact *big.Float
	if number.IsKnown() {
		_ = number.As(&exact) // a number, by the schema
	}
	return exact
}

// dotted returns the path of an attribute within objects, "http.max_retries".
func dotted(at *tftypes.AttributePath) string {
	var names []string
	for _, step := range at.Steps() {
		if name, ok := step.(tftypes.AttributeName); ok {
			names = append(names, string(name))
		}
	}
	return strings.Join(names, ".")
}
