package provider_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// Everything that the documentation shows has a description: the provider, each type, and each attribute down to the
// innermost and the identities. What must never be shown is marked as sensitive, and nothing else is.
func TestSchemas(t *testing.T) {
	t.Parallel()
	server := providertest.New(t, sandbox.Options{}).Server()
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil || providertest.Failed(schemas.Diagnostics) {
		t.Fatal(err, providertest.Said(schemas.Diagnostics))
	}
	count, types, sensitive := 0, 0, map[string]bool{}
	described := func(name, description string) {
		if count++; len(description) < 10 || strings.TrimSpace(description) != description || !strings.HasSuffix(description, ".") {
			t.Errorf("the description of %s is no sentence: %q", name, description)
		}
	}
	var attributes func(string, []*tfprotov6.SchemaAttribute)
	attributes = func(parent string, list []*tfprotov6.SchemaAttribute) {
		for _, attribute := range list {
			name := parent + "." + attribute.Name
			described(name, attribute.Description)
			if attribute.Sensitive {
				sensitive[name[strings.Index(name, " ")+1:]] = true
			}
			if attribute.NestedType != nil {
				attributes(name, attribute.NestedType.Attributes)
			}
		}
	}
	block := func(name string, schema *tfprotov6.Schema) {
		types++
		described(name, schema.Block.Description)
		attributes(name, schema.Block.Attributes)
		if len(schema.Block.BlockTypes) > 0 {
			t.Errorf("%s has blocks, which this test does not look into", name)
		}
	}
	block("provider", schemas.Provider)
	for kind, list := range map[string]map[string]*tfprotov6.Schema{
		"resource": schemas.ResourceSchemas, "data": schemas.DataSourceSchemas, "ephemeral": schemas.EphemeralResourceSchemas,
	} {
		for name, schema := range list {
			block(kind+" "+name, schema)
		}
	}
	for name, schema := range schemas.ActionSchemas {
		block("action "+name, schema.Schema)
	}
	for name, schema := range schemas.ListResourceSchemas {
		block("list "+name, schema)
	}
	for name, function := range schemas.Functions {
		types++
		described("function "+name, function.Description)
		for _, parameter := range function.Parameters {
			described("function "+name+"."+parameter.Name, parameter.Description)
		}
	}
	identities, err := server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil || providertest.Failed(identities.Diagnostics) {
		t.Fatal(err, providertest.Said(identities.Diagnostics))
	}
	for name, schema := range identities.IdentitySchemas {
		for _, attribute := range schema.IdentityAttributes {
			described("identity "+name+"."+attribute.Name, attribute.Description)
		}
	}
	if types != 17 || len(identities.IdentitySchemas) != 3 || count < 277 { // the provider block is one
		t.Errorf("%d types, %d identities and %d descriptions were looked at", types, len(identities.IdentitySchemas), count)
	}
	for _, name := range []string{
		"provider.thulium.password", "provider.jelou.api_key", "provider.jelou.client_secret", "provider.chatbot.token",
		"chatbot_thread.webhook_url", "chatbot_thread.chat_user", "jelou_conversation.user_name",
	} {
		if !sensitive[name] {
			t.Errorf("%s is not sensitive", name)
		}
		delete(sensitive, name)
	}
	if len(sensitive) > 0 {
		t.Errorf("sensitive as well: %v", sensitive)
	}
}

// planned plans a chat with one more argument, such as timeouts.create, and returns what is said of it.
func planned(w *providertest.Wire, argument string, value any) []*tfprotov6.Diagnostic {
	config := values{"chat_queue_id": 3}
	if strings.Contains(argument, ".") {
		maps.Copy(config, in(argument, value))
	} else {
		config[argument] = value
	}
	_, diags := w.Plan(chat, nothing, config)
	return diags
}

// What a conversation refuses at plan is one error at its attribute, before a call, and without the value, which may be
// personal. What looks odd is allowed: nothing is stricter than the rule.
func TestValuesOfAConversation(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	for argument, refused := range map[string][]any{
		"chat_queue_id": {0, -3, 3.25}, "customer_id": {0, -471147, 12345.5, 12345e30}, "client_name": {""}, "client_surname": {""}, "client_id": {""},
		"external_chatbot_id": {""}, "on_closed": {"", "Restart"}, "timeouts.create": {"0s", "-1m"}, "timeouts.delete": {"soon", ""},
		"client_email": { // not exactly one @ with text on both sides, or white space
			"", "hidden-jan", "@", "hidden-jan@", "@hidden-jan", "hidden@jan@example.com", "hidden-jan @example.com", " hidden-jan@example.com",
			"hidden-jan@example.com\n", "hidden-jan@exa\tmple.com", "hidden-jan@example.com\u00a0", "hidden-jan@ex\u2003ample.com",
		},
	} {
		for _, value := range refused {
			diags := planned(w, argument, value)
			said := providertest.Said(diags)
			if len(diags) != 1 || !providertest.Failed(diags) {
				t.Fatalf("%s = %v: %d diagnostics: %s", argument, value, len(diags), said)
			}
			if at := `AttributeName("` + strings.ReplaceAll(argument, ".", `").AttributeName("`) + `")`; diags[0].Attribute.String() != at {
				t.Errorf("%s = %v: the error is at %s", argument, value, diags[0].Attribute)
			}
			providertest.Has(t, said, argument[strings.LastIndex(argument, ".")+1:])
			for _, shown := range []string{"hidden", "471147", "12345", "error in the provider", "big.Float"} {
				if strings.Contains(said, shown) {
					t.Errorf("%s: %q is shown: %s", argument, shown, said)
				}
			}
		}
	}
	for argument, accepted := range map[string][]any{
		"chat_queue_id": {1, tftypes.UnknownValue}, "customer_id": {1}, "client_name": {" ", "Żółć O'Brien-Smith 李"}, "client_id": {"A/17"},
		"client_email":        {"a@b", "żółw+test@żółw.example", `"odd\"one"@[192.168.0.1]`, tftypes.UnknownValue},
		"external_chatbot_id": {"a/b?c&d"}, "on_closed": {"keep"}, "timeouts.create": {"1ms"}, "timeouts.delete": {tftypes.UnknownValue},
	} {
		for _, value := range accepted {
			if diags := planned(w, argument, value); len(diags) > 0 {
				t.Errorf("%s = %v: %s", argument, value, providertest.Said(diags))
			}
		}
	}
	providertest.Saw(t, s)
}

// No text that is refused is repeated, because it may be a secret that stands at the wrong place.
func TestRefusedTextsAreNotRepeated(t *testing.T) {
	t.Parallel()
	const secret = "hunter2"
	w := providertest.New(t, sandbox.Options{}).Configured(t, values{})
	refused := 0
	for name, schema := range w.Schemas.ResourceSchemas {
		for _, attribute := range schema.Block.Attributes {
			wrong := []any{secret + "\n"}
			if attribute.NestedType != nil {
				wrong = nil
				for _, inner := range attribute.NestedType.Attributes {
					wrong = append(wrong, values{inner.Name: secret + "\n"})
				}
			} else if !tftypes.String.Is(attribute.Type) {
				continue
			}
			for _, value := range wrong {
				validated, err := w.Server.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{
					TypeName: name, Config: w.Dynamic(schema, values{attribute.Name: value}),
				})
				if err != nil {
					t.Fatal(err)
				}
				providertest.Lacks(t, validated.Diagnostics, secret)
				refused += len(validated.Diagnostics)
			}
		}
	}
	if refused < 40 {
		t.Errorf("only %d errors", refused)
	}
}

// Numbers must be whole, in data sources and ephemeral resources too, and one fault does not hide another.
func TestNumbersMustBeWhole(t *testing.T) {
	t.Parallel()
	w := providertest.New(t, sandbox.Options{}).Configured(t, values{})
	_, plan := w.Plan(chat, nothing, values{"chat_queue_id": 3, "customer_id": 12345.5, "client_email": "no"})
	_, read := w.Data(t.Context(), "chatbot_thread", values{"chatbot_id": "c", "thread_id": "t", "minimum_messages": 12345.5})
	_, open := w.Open(t.Context(), "chatbot_thread", values{"chatbot_id": "c", "thread_id": "t", "minimum_answers": 12345.5})
	for _, c := range []struct {
		diags []*tfprotov6.Diagnostic
		says  []string
	}{
		{plan, []string{"Invalid customer_id", "whole number", "Invalid client_email"}},
		{read, []string{"Invalid minimum_messages", "whole number"}},
		{open, []string{"Invalid minimum_answers", "whole number"}},
	} {
		said := providertest.Said(c.diags)
		providertest.Has(t, said, c.says...)
		if strings.Contains(said, "12345") || strings.Contains(said, "error in the provider") {
			t.Errorf("the number is shown, or the provider blamed: %s", said)
		}
	}
}
