package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// validatorCase is a value that is refused at plan.
type validatorCase struct {
	attribute string // dotted
	value     any
	personal  bool // the value must not be repeated
}

// path is the attribute's path as a diagnostic shows it.
func (c validatorCase) path() string {
	var out []string
	for step := range strings.SplitSeq(c.attribute, ".") {
		out = append(out, fmt.Sprintf("AttributeName(%q)", step))
	}
	return strings.Join(out, ".")
}

// config is base with the value in its place.
func (c validatorCase) config(base providertest.Values) providertest.Values {
	config := providertest.Values{}
	for name, value := range base {
		config[name] = value
	}
	object, attribute, nested := strings.Cut(c.attribute, ".")
	if config[object] = c.value; nested {
		config[object] = providertest.Values{attribute: c.value}
	}
	return config
}

// check fails unless diags are one error at the attribute, which says how to do better.
func (c validatorCase) check(t *testing.T, diags []*tfprotov6.Diagnostic) {
	t.Helper()
	if !providertest.Failed(diags) {
		t.Errorf("%s = %v is accepted", c.attribute, c.value)
		return
	}
	if len(diags) != 1 {
		t.Errorf("%s = %v: %d diagnostics: %s", c.attribute, c.value, len(diags), providertest.Said(diags))
	}
	if got := diags[0].Attribute.String(); got != c.path() {
		t.Errorf("%s = %v: the error is at %s", c.attribute, c.value, got)
	}
	text, shown := providertest.Said(diags), fmt.Sprint(c.value)
	providertest.Has(t, text, c.attribute[strings.LastIndex(c.attribute, ".")+1:])
	if c.personal && len(shown) > 1 && strings.Contains(text, shown) {
		t.Errorf("%s: a personal value is repeated: %s", c.attribute, text)
	}
}

// validatorEmails are no addresses: not exactly one @ with text on both sides, or white space.
var validatorEmails = []string{
	"", "secret-jan", "@", "secret-jan@", "@secret-jan", "secret@jan@example.com", "secret-jan @example.com", " secret-jan@example.com",
	"secret-jan@example.com\n", "secret-jan@exa\tmple.com", "secret-jan@example.com\u00a0", "secret-jan@ex\u2003ample.com",
}

// What a conversation refuses at plan is refused with its attribute, before a call.
func TestValidatorConversation(t *testing.T) {
	t.Parallel()
	cases := []validatorCase{
		{attribute: "chat_queue_id", value: 0},
		{attribute: "chat_queue_id", value: -3},
		{attribute: "client_name", value: "", personal: true},
		{attribute: "client_surname", value: "", personal: true},
		{attribute: "client_id", value: "", personal: true},
		{attribute: "customer_id", value: 0},
		{attribute: "customer_id", value: -471147, personal: true},
		{attribute: "external_chatbot_id", value: ""},
		{attribute: "on_closed", value: ""},
		{attribute: "on_closed", value: "Restart"},
		{attribute: "timeouts.create", value: "0s"},
		{attribute: "timeouts.create", value: "-1m"},
		{attribute: "timeouts.delete", value: "soon"},
		{attribute: "timeouts.delete", value: ""},
	}
	for _, address := range validatorEmails {
		cases = append(cases, validatorCase{attribute: "client_email", value: address, personal: true})
	}
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	for _, tc := range cases {
		_, diags := w.Plan("thulium_chat_conversation", providertest.Object{}, tc.config(providertest.Values{"chat_queue_id": 3}))
		tc.check(t, diags)
	}
	providertest.Saw(t, s)
}

// What looks odd and is allowed: nothing stricter than the rule.
func TestValidatorConversationAccepts(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	for _, tc := range []validatorCase{
		{attribute: "chat_queue_id", value: 1},
		{attribute: "chat_queue_id", value: tftypes.UnknownValue},
		{attribute: "client_name", value: " "},
		{attribute: "client_name", value: "Żółć O'Brien-Smith 李"},
		{attribute: "client_id", value: "A/17"},
		{attribute: "customer_id", value: 1},
		{attribute: "client_email", value: "a@b"},
		{attribute: "client_email", value: "żółw+test@żółw.example"},
		{attribute: "client_email", value: `"odd\"one"@[192.168.0.1]`},
		{attribute: "client_email", value: tftypes.UnknownValue},
		{attribute: "external_chatbot_id", value: "a/b?c&d"},
		{attribute: "on_closed", value: "keep"},
		{attribute: "timeouts.create", value: "1ms"},
		{attribute: "timeouts.delete", value: tftypes.UnknownValue},
	} {
		_, diags := w.Plan("thulium_chat_conversation", providertest.Object{}, tc.config(providertest.Values{"chat_queue_id": 3}))
		if len(diags) > 0 {
			t.Errorf("%s = %v: %s", tc.attribute, tc.value, providertest.Said(diags))
		}
	}
	providertest.Saw(t, s)
}

func TestValidatorConversations(t *testing.T) {
	t.Parallel()
	cases := []validatorCase{
		{attribute: "chat_queue_id", value: 0},
		{attribute: "status", value: ""},
		{attribute: "timeouts.read", value: "0s"},
	}
	for _, address := range validatorEmails {
		cases = append(cases, validatorCase{attribute: "client_email", value: address, personal: true})
	}
	for _, bound := range []string{
		"", "today", "2026-11-31", "2026-13-01", "22.11.2026", "2026-11-22T12:34:00Z", "2026-11-22 12:34:56", "2026-11-22 24:00",
		"2026-11-22 ", " 2026-11-22", "2026-1-2", "12:34", "2026-11-22  12:34", "2026-11-22 1:34",
	} {
		cases = append(cases, validatorCase{attribute: "started_from", value: bound}, validatorCase{attribute: "started_to", value: bound})
	}
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	for _, tc := range cases {
		_, diags := w.Data(t.Context(), "thulium_chat_conversations", tc.config(providertest.Values{}))
		tc.check(t, diags)
	}
	providertest.Saw(t, s)
	for _, bound := range []string{"2026-11-22", "2026-11-22 00:00", "2026-11-22 23:59", "2024-02-29"} {
		_, diags := w.Data(t.Context(), "thulium_chat_conversations", providertest.Values{"started_from": bound, "started_to": bound})
		w.Must(nil, diags)
	}
}
