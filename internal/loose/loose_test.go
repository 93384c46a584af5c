package loose_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/loose"
)

func TestText(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		`"a"`: "a", `"\u00e9"`: "é", `7`: "7", `365062948587045457`: "365062948587045457", `true`: "true", `""`: "",
	} {
		if got := loose.Text(json.RawMessage(raw)); got == nil || *got != want {
			t.Errorf("Text(%s) = %v, want %q", raw, got, want)
		}
	}
	for _, raw := range []string{``, `null`, `{}`, `["a"]`} {
		if got := loose.Text(json.RawMessage(raw)); got != nil {
			t.Errorf("Text(%s) = %q, want nil", raw, *got)
		}
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string][]string{
		`"a"`: {"a"}, `["a","",7,{"b":1}]`: {"a", "7"}, `null`: nil, `{}`: nil,
	} {
		if got := loose.Words(json.RawMessage(raw)); !slices.Equal(got, want) {
			t.Errorf("Words(%s) = %q, want %q", raw, got, want)
		}
	}
}

func TestFields(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string][]string{
		`{"userId":["is required","is short"],"botId":"is unknown"}`:            {"botId: is unknown", "userId: is required; is short"},
		`{"errors":[{"field":"userId","message":"is required"},{"a":{"b":1}}]}`: {"errors[0].field: userId", "errors[0].message: is required", "errors[1].a.b: 1"},
		`[{"path":["message"],"message":"Required"},"text"]`:                    {"[0].message: Required", "[0].path: message", "[1]: text"},
		`{"a":null,"b":"","c":[],"d":{}}`:                                       nil,
		`"userId is bad"`:                                                       {"userId is bad"},
		`["one","two"]`:                                                         {"one", "two"},
		`null`:                                                                  nil,
		`{"a":{"b":{"c":{"d":"deep"}}}}`:                                        {"a.b.c.d: deep"},
		`{"a":{"b":{"c":{"d":{"e":"too deep"}}}}}`:                              nil,
	} {
		if got := loose.Fields(json.RawMessage(raw)); !slices.Equal(got, want) {
			t.Errorf("Fields(%s) = %q, want %q", raw, got, want)
		}
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]int64{`250`: 250, `250.0`: 250, `"250"`: 250, `" 7 "`: 7, `-1`: -1} {
		var got loose.Number
		if err := json.Unmarshal([]byte(raw), &got); err != nil || int64(got) != want {
			t.Errorf("Number of %s = %d, %v, want %d", raw, got, err, want)
		}
	}
	for _, raw := range []string{`1.5`, `"x"`, `{}`, `true`, `9223372036854775808`} {
		var got loose.Number
		if json.Unmarshal([]byte(raw), &got) == nil {
			t.Errorf("Number of %s = %d, want an error", raw, got)
		}
	}
}

func TestNullIsNoNumberAndNoID(t *testing.T) {
	t.Parallel()
	if json.Unmarshal([]byte(`[null]`), new([]loose.Number)) == nil || json.Unmarshal([]byte(`[null]`), new([]loose.ID)) == nil {
		t.Error("null became a value")
	}
}

func TestIDKeepsEachDigit(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{`365062948587045457`, `"365062948587045457"`} {
		var got loose.ID
		if err := json.Unmarshal([]byte(raw), &got); err != nil || got != "365062948587045457" {
			t.Errorf("ID of %s = %q, %v", raw, got, err)
		}
	}
}

func TestCompact(t *testing.T) {
	t.Parallel()
	if got := loose.Compact(json.RawMessage("{ \"a\" : [ 1 ] }")); got == nil || *got != `{"a":[1]}` {
		t.Errorf("Compact = %v", got)
	}
	if got := loose.Compact(json.RawMessage(" null"[1:])); got != nil {
		t.Errorf("Compact of null = %q", *got)
	}
}
