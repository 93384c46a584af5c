package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// Everything that the documentation shows has a description: the provider, each
// type, and each attribute down to the innermost and the identities.
func TestProviderDescribesEverything(t *testing.T) {
	t.Parallel()
	server := providertest.New(t, sandbox.Options{}).Server()
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil || providertest.Failed(schemas.Diagnostics) {
		t.Fatal(err, providertest.Said(schemas.Diagnostics))
	}
	count := 0
	described := func(name, description string) {
		if count++; len(strings.TrimSpace(description)) < 10 {
			t.Errorf("%s has the description %q", name, description)
		}
		if text := strings.TrimSpace(description); text != "" && !strings.HasSuffix(text, ".") {
			t.Errorf("the description of %s is no sentence: %q", name, description)
		}
	}
	var attributes func(string, []*tfprotov6.SchemaAttribute)
	attributes = func(parent string, list []*tfprotov6.SchemaAttribute) {
		for _, attribute := range list {
			name := parent + "." + attribute.Name
			described(name, attribute.Description)
			if attribute.NestedType != nil {
				attributes(name, attribute.NestedType.Attributes)
			}
		}
	}
	block := func(name string, schema *tfprotov6.Schema) {
		described(name, schema.Block.Description)
		attributes(name, schema.Block.Attributes)
		if len(schema.Block.BlockTypes) > 0 {
			t.Errorf("%s has blocks, which this test does not look into", name)
		}
	}
	block("provider", schemas.Provider)
	types := 0
	for kind, list := range map[string]map[string]*tfprotov6.Schema{
		"resource": schemas.ResourceSchemas, "data": schemas.DataSourceSchemas, "ephemeral": schemas.EphemeralResourceSchemas,
	} {
		for name, schema := range list {
			block(kind+" "+name, schema)
			types++
		}
	}
	for name, schema := range schemas.ActionSchemas {
		block("action "+name, schema.Schema)
		types++
	}
	for name, schema := range schemas.ListResourceSchemas {
		block("list "+name, schema)
		types++
	}
	for name, function := range schemas.Functions {
		described("function "+name, function.Description)
		for _, parameter := range function.Parameters {
			described("function "+name+"."+parameter.Name, parameter.Description)
		}
		types++
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
	if types != 16 || len(identities.IdentitySchemas) != 3 || count < 277 {
		t.Errorf("%d types, %d identities and %d descriptions were looked at", types, len(identities.IdentitySchemas), count)
	}
}

// What must never be shown is marked as sensitive, and nothing else is.
func TestProviderSensitiveAttributes(t *testing.T) {
	t.Parallel()
	schemas, err := providertest.New(t, sandbox.Options{}).Server().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	var look func(string, []*tfprotov6.SchemaAttribute)
	look = func(parent string, list []*tfprotov6.SchemaAttribute) {
		for _, attribute := range list {
			if attribute.Sensitive {
				got[parent+attribute.Name] = true
			}
			if attribute.NestedType != nil {
				look(parent+attribute.Name+".", attribute.NestedType.Attributes)
			}
		}
	}
	look("", schemas.Provider.Block.Attributes)
	for _, list := range []map[string]*tfprotov6.Schema{schemas.ResourceSchemas, schemas.DataSourceSchemas, schemas.EphemeralResourceSchemas} {
		for name, schema := range list {
			look(name+": ", schema.Block.Attributes)
		}
	}
	for _, name := range []string{
		"thulium.password", "jelou.api_key", "jelou.client_secret", "chatbot.token",
		"chatbot_thread: webhook_url", "chatbot_thread: chat_user", "jelou_conversation: user_name",
	} {
		if !got[name] {
			t.Errorf("%s is not sensitive", name)
		}
		delete(got, name)
	}
	if len(got) > 0 {
		t.Errorf("sensitive as well: %v", got)
	}
}
