package attribute

import (
	"context"
	"fmt"
	"math"
	"math/big"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// WholeNumber is a validator of a number that a configuration gives. The framework blames
// the provider for a number that is not whole and that an Int64 attribute should hold, and
// it repeats the number, which may be personal. So such attributes are Number attributes.
type WholeNumber struct{ Min int64 }

// Description says what the value must be.
func (v WholeNumber) Description(context.Context) string {
	return fmt.Sprintf("must be a whole number of at least %d", v.Min)
}

// MarkdownDescription says what the value must be.
func (v WholeNumber) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateNumber refuses a number that is not whole, too large or too small.
func (v WholeNumber) ValidateNumber(_ context.Context, req validator.NumberRequest, resp *validator.NumberResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	number, accuracy := req.ConfigValue.ValueBigFloat().Int64()
	switch {
	case accuracy != big.Exact:
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid "+req.Path.String(), fmt.Sprintf("The value must be a whole number of at most %d.", math.MaxInt64))
	case number < v.Min:
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid "+req.Path.String(), fmt.Sprintf("The value must be a number of at least %d.", v.Min))
	}
}

// Int64 returns a validated number, and 0 for one that is null or not known.
func Int64(number types.Number) int64 {
	if pointer := Int64Pointer(number); pointer != nil {
		return *pointer
	}
	return 0
}

// Int64Pointer returns a validated number, and nil for one that is null or not known.
func Int64Pointer(number types.Number) *int64 {
	if number.IsNull() || number.IsUnknown() {
		return nil
	}
	whole, _ := number.ValueBigFloat().Int64()
	return &whole
}

// Number returns a number as an attribute.
func Number(whole int64) types.Number { return types.NumberValue(new(big.Float).SetInt64(whole)) }
