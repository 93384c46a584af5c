package providertest

import (
	"math/big"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Dynamic encodes a block's values; nil is a null object.
func (w *Wire) Dynamic(schema *tfprotov6.Schema, block Values) *tfprotov6.DynamicValue {
	w.T.Helper()
	var value any
	if block != nil {
		value = block
	}
	typ := schema.ValueType()
	encoded, err := tfprotov6.NewDynamicValue(typ, terraformValue(typ, value))
	w.Fatal(err)
	return &encoded
}

// Values decodes a block; nil for a null object.
func (w *Wire) Values(schema *tfprotov6.Schema, encoded *tfprotov6.DynamicValue) Values {
	w.T.Helper()
	if encoded == nil {
		return nil
	}
	value, err := encoded.Unmarshal(schema.ValueType())
	w.Fatal(err)
	decoded, _ := goValue(w.T, value).(Values)
	return decoded
}

func terraformValue(typ tftypes.Type, value any) tftypes.Value {
	if value == nil || value == tftypes.UnknownValue {
		return tftypes.NewValue(typ, value)
	}
	switch typ := typ.(type) {
	case tftypes.Object:
		block, _ := value.(Values)
		attributes := map[string]tftypes.Value{}
		for name, attributeType := range typ.AttributeTypes {
			attributes[name] = terraformValue(attributeType, block[name])
		}
		return tftypes.NewValue(typ, attributes)
	case tftypes.Map:
		block, _ := value.(Values)
		elements := map[string]tftypes.Value{}
		for name, element := range block {
			elements[name] = terraformValue(typ.ElementType, element)
		}
		return tftypes.NewValue(typ, elements)
	case tftypes.List:
		list, _ := value.([]any)
		elements := make([]tftypes.Value, 0, len(list))
		for _, element := range list {
			elements = append(elements, terraformValue(typ.ElementType, element))
		}
		return tftypes.NewValue(typ, elements)
	}
	return tftypes.NewValue(typ, value)
}

func goValue(tb testing.TB, value tftypes.Value) any {
	tb.Helper()
	if value.IsNull() {
		return nil
	}
	if !value.IsKnown() {
		return tftypes.UnknownValue
	}
	typ := value.Type()
	switch {
	case typ.Is(tftypes.String):
		return as[string](tb, value)
	case typ.Is(tftypes.Bool):
		return as[bool](tb, value)
	case typ.Is(tftypes.Number):
		exact := as[big.Float](tb, value)
		number, _ := exact.Int64()
		return int(number)
	case typ.Is(tftypes.List{}):
		list := []any{}
		for _, element := range as[[]tftypes.Value](tb, value) {
			list = append(list, goValue(tb, element))
		}
		return list
	}
	block := Values{}
	for name, element := range as[map[string]tftypes.Value](tb, value) {
		block[name] = goValue(tb, element)
	}
	return block
}

func as[T any](tb testing.TB, value tftypes.Value) T {
	tb.Helper()
	var into T
	if err := value.As(&into); err != nil {
		tb.Fatal(err)
	}
	return into
}
