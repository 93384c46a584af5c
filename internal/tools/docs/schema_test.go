package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider"
)

// The forms are Terraform's, checked once against "terraform providers schema -json" of 1.11.
func TestConvertSchema(t *testing.T) {
	t.Parallel()
	schema := &tfprotov6.Schema{Version: 2, Block: &tfprotov6.SchemaBlock{
		Description: "*A type.*", DescriptionKind: tfprotov6.StringKindMarkdown,
		Attributes: []*tfprotov6.SchemaAttribute{
			{Name: "id", Type: tftypes.String, Computed: true, Description: "Id."},
			{Name: "tags", Type: tftypes.Map{ElementType: tftypes.String}, Optional: true, Sensitive: true, Deprecated: true},
			{Name: "secret", Type: tftypes.String, Optional: true, WriteOnly: true},
			{Name: "rows", Required: true, NestedType: &tfprotov6.SchemaObject{
				Nesting:    tfprotov6.SchemaObjectNestingModeList,
				Attributes: []*tfprotov6.SchemaAttribute{{Name: "ok", Type: tftypes.Bool, Optional: true}},
			}},
		},
		BlockTypes: []*tfprotov6.SchemaNestedBlock{{
			TypeName: "limits", Nesting: tfprotov6.SchemaNestedBlockNestingModeSet, MaxItems: 3,
			Block: &tfprotov6.SchemaBlock{Attributes: []*tfprotov6.SchemaAttribute{{Name: "n", Type: tftypes.Number, Required: true}}},
		}},
	}}
	const want = `{"version":2,"block":{
		"attributes":{
			"id":{"type":"string","description":"Id.","description_kind":"plain","computed":true},
			"rows":{"nested_type":{"attributes":{"ok":{"type":"bool","description_kind":"plain","optional":true}},"nesting_mode":"list"},
				"description_kind":"plain","required":true},
			"secret":{"type":"string","description_kind":"plain","optional":true,"write_only":true},
			"tags":{"type":["map","string"],"description_kind":"plain","deprecated":true,"optional":true,"sensitive":true}},
		"block_types":{"limits":{"nesting_mode":"set",
			"block":{"attributes":{"n":{"type":"number","description_kind":"plain","required":true}},"description_kind":"plain"},"max_items":3}},
		"description":"*A type.*","description_kind":"markdown"}}`
	got, err := json.Marshal(convertSchema(schema))
	if err != nil {
		t.Fatal(err)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, []byte(want)); err != nil {
		t.Fatal(err)
	}
	if string(got) != compact.String() {
		t.Errorf("got\n%s\nwant\n%s", got, compact.String())
	}
}

func TestConvertFunctions(t *testing.T) {
	t.Parallel()
	const want = `{"f":{"description":"*Signs.*","summary":"Signs","return_type":"string","parameters":[` +
		`{"name":"body","description":"What.","type":"string"},{"name":"key","is_nullable":true,"type":["list","number"]}]}}`
	got, err := json.Marshal(convertFunctions(map[string]*tfprotov6.Function{"f": {
		Description: "*Signs.*", Summary: "Signs", Return: &tfprotov6.FunctionReturn{Type: tftypes.String},
		Parameters: []*tfprotov6.FunctionParameter{
			{Name: "body", Description: "What.", Type: tftypes.String},
			{Name: "key", AllowNullValue: true, Type: tftypes.List{ElementType: tftypes.Number}},
		},
	}}))
	if err != nil || string(got) != want {
		t.Errorf("got\n%s, %v\nwant\n%s", got, err, want)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	err := faults([]*tfprotov6.Diagnostic{
		{Severity: tfprotov6.DiagnosticSeverityWarning, Summary: "Careful"},
		{Severity: tfprotov6.DiagnosticSeverityError, Summary: "Broken", Detail: "This is why."},
	})
	if err == nil || err.Error() != "Broken: This is why." {
		t.Errorf("got %v", err)
	}
	if err := faults(nil); err != nil {
		t.Errorf("got %v of nothing", err)
	}
}

func TestEveryTypeIsThere(t *testing.T) {
	t.Parallel()
	p := ours(t)
	for _, tc := range []struct {
		kind      string
		got, want []string
	}{
		{"resources", slices.Sorted(maps.Keys(p.Resources)), []string{
			"conversation_chatbot_message", "conversation_chatbot_thread", "conversation_jelou_conversation", "conversation_jelou_conversation_close",
			"conversation_thulium_chat_conversation", "conversation_thulium_chat_conversation_message",
		}},
		{"data sources", slices.Sorted(maps.Keys(p.DataSources)), []string{
			"conversation_chatbot_thread", "conversation_jelou_conversation", "conversation_thulium_chat_conversation", "conversation_thulium_chat_conversations",
		}},
		{"ephemeral resources", slices.Sorted(maps.Keys(p.EphemeralResources)), []string{"conversation_chatbot_thread"}},
		{"list resources", slices.Sorted(maps.Keys(p.ListResources)), []string{"conversation_thulium_chat_conversation"}},
		{"actions", slices.Sorted(maps.Keys(p.Actions)), []string{
			"conversation_jelou_conversation_close", "conversation_thulium_chat_conversation_message", "conversation_thulium_chat_conversation_stop",
		}},
		{"functions", slices.Sorted(maps.Keys(p.Functions)), []string{"jelou_signature"}},
		{"identities", slices.Sorted(maps.Keys(p.Identities)), []string{
			"conversation_chatbot_thread", "conversation_jelou_conversation", "conversation_thulium_chat_conversation",
		}},
	} {
		if !slices.Equal(tc.got, tc.want) {
			t.Errorf("%s: got %q, want %q", tc.kind, tc.got, tc.want)
		}
	}
}

func TestEverythingHasADescription(t *testing.T) {
	t.Parallel()
	p := ours(t)
	lack := undescribed("provider", p.Provider.Block)
	for _, schemas := range []map[string]schemaJSON{p.Resources, p.DataSources, p.EphemeralResources, p.ListResources, p.Actions} {
		for name, s := range schemas {
			lack = append(lack, undescribed(name, s.Block)...)
		}
	}
	for name, identity := range p.Identities {
		for attribute, a := range identity.Attributes {
			if a.Description == "" {
				lack = append(lack, name+" identity."+attribute)
			}
		}
	}
	for name, function := range p.Functions {
		if function.Description == "" || function.Summary == "" {
			lack = append(lack, name)
		}
		for _, parameter := range function.Parameters {
			if parameter.Description == "" {
				lack = append(lack, name+"."+parameter.Name)
			}
		}
	}
	slices.Sort(lack)
	if len(lack) > 0 {
		t.Errorf("without a description:\n%s", strings.Join(lack, "\n"))
	}
}

func undescribed(path string, b blockJSON) (lack []string) {
	if b.Description == "" {
		lack = append(lack, path)
	}
	for name, nested := range b.BlockTypes {
		lack = append(lack, undescribed(path+"."+name, nested.Block)...)
	}
	return append(lack, undescribedAttributes(path, b.Attributes)...)
}

func undescribedAttributes(path string, attributes map[string]attributeJSON) (lack []string) {
	for name, a := range attributes {
		if a.Description == "" {
			lack = append(lack, path+"."+name)
		}
		if a.NestedType != nil {
			lack = append(lack, undescribedAttributes(path+"."+name, a.NestedType.Attributes)...)
		}
	}
	return lack
}

func TestEveryTypeHasAnExample(t *testing.T) {
	t.Parallel()
	p := ours(t)
	const names, calls = "provider = conversation\n", "provider::conversation::"
	for _, tc := range []struct {
		file  string
		types []string
		says  string
	}{
		{"resources/%/resource.tf", slices.Collect(maps.Keys(p.Resources)), names},
		{"data-sources/%/data-source.tf", slices.Collect(maps.Keys(p.DataSources)), names},
		{"ephemeral-resources/%/ephemeral-resource.tf", slices.Collect(maps.Keys(p.EphemeralResources)), names},
		{"list-resources/%/list-resource.tfquery.hcl", slices.Collect(maps.Keys(p.ListResources)), names},
		{"actions/%/action.tf", slices.Collect(maps.Keys(p.Actions)), names},
		{"resources/%/import-by-identity.tf", slices.Collect(maps.Keys(p.Identities)), names},
		{"functions/%/function.tf", slices.Collect(maps.Keys(p.Functions)), calls},
	} {
		for _, name := range tc.types {
			path := filepath.Join("..", "..", "..", "examples", strings.Replace(tc.file, "%", strings.TrimPrefix(name, prefix), 1))
			text, err := os.ReadFile(path)
			if err != nil {
				t.Error(err)
			} else if !bytes.Contains(text, []byte(tc.says)) {
				t.Errorf("%s does not say %s", path, tc.says)
			}
		}
	}
}

// ours is this provider's own schema.
func ours(t *testing.T) providerJSON {
	t.Helper()
	server, err := providerserver.NewProtocol6WithError(provider.New(provider.Options{Version: "test"})())()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := providerSchemas(t.Context(), server)
	if err != nil {
		t.Fatal(err)
	}
	return schemas.Providers[providerName]
}
