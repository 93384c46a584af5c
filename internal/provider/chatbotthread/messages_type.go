package chatbotthread

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// messagesType is the type of the attribute messages: a list whose value is the one that
// the protocol has. The framework's own list keeps each element as a Go value beside it,
// which takes three times the time and the memory in a thread of thousands of messages.
type messagesType struct{ types.ListType }

// messageList is the type of every such attribute.
var messageList = messagesType{types.ListType{ElemType: messageType}}

// Equal reports whether another type is the same.
func (t messagesType) Equal(other attr.Type) bool {
	o, ok := other.(messagesType)
	return ok && t.ListType.Equal(o.ListType)
}

// ValueType returns a value of the type.
func (messagesType) ValueType(context.Context) attr.Value { return messagesValue{} }

// ValueFromTerraform keeps the value as it is.
func (messagesType) ValueFromTerraform(_ context.Context, value tftypes.Value) (attr.Value, error) {
	return messagesValue{value}, nil
}

// ValueFromList returns the value of a list of the framework.
func (messagesType) ValueFromList(ctx context.Context, list types.List) (basetypes.ListValuable, diag.Diagnostics) {
	value, err := list.ToTerraformValue(ctx)
	return messagesValue{value}, failed(err)
}

// messagesValue is a list of messages. Its zero value is null.
type messagesValue struct{ list tftypes.Value }

// Type returns messagesType.
func (messagesValue) Type(context.Context) attr.Type { return messageList }

// ToTerraformValue returns the value as it is.
func (v messagesValue) ToTerraformValue(ctx context.Context) (tftypes.Value, error) {
	if v.list.Type() == nil {
		return tftypes.NewValue(messageList.TerraformType(ctx), nil), nil
	}
	return v.list, nil
}

// ToListValue returns the list as the framework has it.
func (v messagesValue) ToListValue(ctx context.Context) (types.List, diag.Diagnostics) {
	value, err := messageList.ListType.ValueFromTerraform(ctx, v.list)
	list, _ := value.(types.List)
	return list, failed(err)
}

// Equal reports whether another value is the same.
func (v messagesValue) Equal(other attr.Value) bool {
	o, ok := other.(messagesValue)
	return ok && v.list.Equal(o.list)
}

// IsNull reports whether there is no list.
func (v messagesValue) IsNull() bool { return v.list.IsNull() }

// IsUnknown reports whether the list is not known yet.
func (v messagesValue) IsUnknown() bool { return v.list.Type() != nil && !v.list.IsKnown() }

// String says what it is, and nothing of the messages.
func (messagesValue) String() string { return "the messages of a thread" }

func failed(err error) diag.Diagnostics {
	if err == nil {
		return nil
	}
	return diag.Diagnostics{diag.NewErrorDiagnostic("Unable to convert the messages of a thread", err.Error())}
}
