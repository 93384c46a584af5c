package chatbotthread

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Whatever an attribute of the data source says, that of the ephemeral resource
// says too: each field is filled here, also those that no attribute uses yet.
func TestEphemeralAttributesLoseNothing(t *testing.T) {
	t.Parallel()
	inner := map[string]dataschema.Attribute{"inner": filled(dataschema.StringAttribute{})}
	object := filled(dataschema.SingleNestedAttribute{})
	object.Attributes = inner
	list := filled(dataschema.ListNestedAttribute{})
	list.NestedObject = filled(dataschema.NestedAttributeObject{})
	list.NestedObject.Attributes = inner
	attributes := map[string]dataschema.Attribute{
		"string": filled(dataschema.StringAttribute{}), "number": filled(dataschema.Int64Attribute{}),
		"strings": filled(dataschema.ListAttribute{}), "object": object, "list": list,
		"bool": filled(dataschema.BoolAttribute{}), "whole": filled(dataschema.NumberAttribute{}),
	}
	sameFields(t, "", reflect.ValueOf(attributes), reflect.ValueOf(ephemeralAttributes(attributes)))
}

// An attribute of another kind is not left out silently.
func TestEphemeralAttributesOfAnotherKind(t *testing.T) {
	t.Parallel()
	defer func() {
		if said := fmt.Sprint(recover()); !strings.Contains(said, `"odd"`) || !strings.Contains(said, "schema.MapAttribute") {
			t.Error(said)
		}
	}()
	ephemeralAttributes(map[string]dataschema.Attribute{"odd": dataschema.MapAttribute{Computed: true}})
}

// filled returns a struct of a schema with a value in each field but those that
// hold other attributes.
func filled[S any](s S) S {
	fields := reflect.ValueOf(&s).Elem()
	for i := range fields.NumField() {
		switch field := fields.Field(i); field.Kind() {
		case reflect.Bool:
			field.SetBool(true)
		case reflect.String:
			field.SetString(fields.Type().Field(i).Name)
		case reflect.Slice:
			field.Set(reflect.MakeSlice(field.Type(), 1, 1))
		case reflect.Interface:
			for _, typ := range []any{types.StringType, types.Int64Type, types.BoolType, types.NumberType, types.ListType{}, types.ObjectType{}} {
				if reflect.TypeOf(typ).AssignableTo(field.Type()) {
					field.Set(reflect.ValueOf(typ))
					break
				}
			}
		}
	}
	return s
}

// sameFields compares what two schemas say.
func sameFields(t *testing.T, path string, data, ephemeral reflect.Value) {
	t.Helper()
	switch {
	case data.Kind() == reflect.Interface && data.Elem().Kind() == reflect.Struct && strings.HasSuffix(data.Elem().Type().Name(), "Attribute"):
		sameFields(t, path, data.Elem(), ephemeral.Elem())
	case data.Kind() == reflect.Map:
		for _, name := range data.MapKeys() {
			sameFields(t, path+"."+name.String(), data.MapIndex(name), ephemeral.MapIndex(name))
		}
	case data.Kind() == reflect.Struct:
		for i := range data.NumField() {
			name := data.Type().Field(i).Name
			if data.Field(i).IsZero() {
				t.Errorf("%s: this test leaves %s empty", path, name)
			}
			sameFields(t, path+"."+name, data.Field(i), ephemeral.FieldByName(name))
		}
	case !reflect.DeepEqual(data.Interface(), ephemeral.Interface()):
		t.Errorf("%s: %v, and %v of the ephemeral resource", path, data, ephemeral)
	}
}
