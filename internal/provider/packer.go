package provider

import (
	"bytes"

	"github.com/vmihailenco/msgpack/v5"
)

// packer appends values in MessagePack, the encoding of Terraform's protocol.
//
// https://github.com/msgpack/msgpack/blob/master/spec.md
type packer struct {
	into    *bytes.Buffer
	encoder *msgpack.Encoder // never fails: it writes into memory
}

func newPacker(size int) packer {
	into := bytes.NewBuffer(make([]byte, 0, size))
	return packer{into, msgpack.NewEncoder(into)}
}

func (p packer) bytes() []byte { return p.into.Bytes() }

func (p packer) null() packer {
	_ = p.encoder.EncodeNil()
	return p
}

// object begins an object; name and value of each attribute follow.
func (p packer) object(attributes int) packer {
	_ = p.encoder.EncodeMapLen(attributes)
	return p
}

// list begins a list; its elements follow.
func (p packer) list(elements int) packer {
	_ = p.encoder.EncodeArrayLen(elements)
	return p
}

// number appends a whole number.
func (p packer) number(number int64) packer {
	_ = p.encoder.EncodeInt(number)
	return p
}

// name appends the name of an attribute; its value follows.
func (p packer) name(name string) packer { return p.text(&name) }

// text appends a string, and null for nil.
func (p packer) text(text *string) packer {
	if text == nil {
		return p.null()
	}
	_ = p.encoder.EncodeString(*text)
	return p
}
