package rest

import (
	"errors"
	"io"
	"strings"
	"testing"
)

func TestJSON(t *testing.T) {
	t.Parallel()
	type value struct {
		A int `json:"a"`
	}
	refuses := errors.New("not that one")
	for name, c := range map[string]struct {
		body   io.Reader
		accept error
		want   int
		err    bool
	}{
		"one value":                            {body: strings.NewReader(`{"a":1}`), want: 1},
		"white space around it":                {body: strings.NewReader(" \r\n{\"a\":1}\t\n "), want: 1},
		"fields that are not known":            {body: strings.NewReader(`{"b":{},"a":1}`), want: 1},
		"a connection that breaks behind it":   {body: io.MultiReader(strings.NewReader(`{"a":1} `), &brokenReader{io.ErrUnexpectedEOF}), want: 1},
		"a reset behind it":                    {body: io.MultiReader(strings.NewReader(`{"a":1}`), &brokenReader{errReset}), want: 1},
		"nothing":                              {body: strings.NewReader(""), err: true},
		"white space alone":                    {body: strings.NewReader(" \n"), err: true},
		"half a value":                         {body: strings.NewReader(`{"a":1`), err: true},
		"a second value":                       {body: strings.NewReader(`{"a":1}{"a":2}`), err: true},
		"a closing brace behind it":            {body: strings.NewReader(`{"a":1}}`), err: true},
		"a comma behind it":                    {body: strings.NewReader(`{"a":1},`), err: true},
		"words behind it":                      {body: strings.NewReader(`{"a":1} and more`), err: true},
		"half a word behind it":                {body: strings.NewReader(`{"a":1}tru`), err: true},
		"half a string behind it":              {body: strings.NewReader(`{"a":1} "more`), err: true},
		"half a string, then a reset":          {body: io.MultiReader(strings.NewReader(`{"a":1} "more`), &brokenReader{errReset}), err: true},
		"another kind of value":                {body: strings.NewReader(`[1]`), err: true},
		"another kind in a field":              {body: strings.NewReader(`{"a":"1"}`), err: true},
		"a value that its reader does not buy": {body: strings.NewReader(`{"a":1}`), accept: refuses, err: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got int
			err := JSON(func(v *value) error {
				got = v.A
				return c.accept
			})(c.body)
			if (err != nil) != c.err || c.accept != nil && !errors.Is(err, c.accept) {
				t.Fatalf("the error is %v", err)
			}
			if err == nil && got != c.want {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
}

// brokenReader is the end of a connection that broke.
type brokenReader struct{ err error }

func (b *brokenReader) Read([]byte) (int, error) { return 0, b.err }

func TestJSONBeginsAnew(t *testing.T) {
	t.Parallel()
	var lengths []int
	decode := JSON(func(list *[]int) error {
		lengths = append(lengths, len(*list))
		return nil
	})
	for _, body := range []string{`[1,2,3]`, `[4]`} {
		if err := decode(strings.NewReader(body)); err != nil {
			t.Fatal(err)
		}
	}
	if lengths[0] != 3 || lengths[1] != 1 {
		t.Errorf("got %v: an attempt sees what an earlier one left", lengths)
	}
}
