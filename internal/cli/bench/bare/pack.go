package main

import (
	"bytes"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/vmihailenco/msgpack/v5"
)

// id is what all conversations have.
const id = "7f2c1d9e-2f43-4f0e-9a0c-7a0f4ab0a6b1"

var identity = &tfprotov6.ResourceIdentityData{IdentityData: &tfprotov6.DynamicValue{MsgPack: pack(map[string]any{"id": id})}}

// unknown is a value that is known after apply.
type unknown struct{}

// EncodeMsgpack writes it as Terraform does.
func (unknown) EncodeMsgpack(encoder *msgpack.Encoder) error {
	return encoder.Encode(msgpack.RawMessage{0xd4, 0, 0})
}

// pack encodes a value in MessagePack.
func pack(value any) []byte {
	packed, err := msgpack.Marshal(value)
	if err != nil {
		panic(err) // no caller has a value that cannot be encoded
	}
	return packed
}

// with returns an encoded object with other values in the place of what is null or unknown.
func with(object *tfprotov6.DynamicValue, values map[string]any) *tfprotov6.DynamicValue {
	packed := object.MsgPack
	for name, value := range values {
		key := pack(name)
		for _, place := range []any{nil, unknown{}} {
			if before, after, found := bytes.Cut(packed, append(bytes.Clone(key), pack(place)...)); found {
				packed = bytes.Join([][]byte{before, key, pack(value), after}, nil)
				break
			}
		}
	}
	return &tfprotov6.DynamicValue{MsgPack: packed}
}

func isNull(object *tfprotov6.DynamicValue) bool { return bytes.Equal(object.MsgPack, pack(nil)) }
