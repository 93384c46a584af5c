package jelouconversation_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// signed calls the function.
func signed(t *testing.T, body, secret string) (string, *tfprotov6.FunctionError) {
	t.Helper()
	var arguments []*tfprotov6.DynamicValue
	for _, text := range []string{body, secret} {
		encoded, err := tfprotov6.NewDynamicValue(tftypes.String, tftypes.NewValue(tftypes.String, text))
		if err != nil {
			t.Fatal(err)
		}
		arguments = append(arguments, &encoded)
	}
	w := providertest.New(t, sandbox.Options{}).Quick(t)
	called, err := w.Server.CallFunction(t.Context(), &tfprotov6.CallFunctionRequest{Name: "jelou_signature", Arguments: arguments})
	w.Fatal(err)
	if called.Error != nil {
		return "", called.Error
	}
	value, err := called.Result.Unmarshal(tftypes.String)
	w.Fatal(err)
	var text string
	w.Fatal(value.As(&text))
	return text, nil
}

// The function returns what X-Jelou-Signature carries.
func TestSignatureFunction(t *testing.T) {
	t.Parallel()
	got, failed := signed(t, "body", "secret")
	if want := "sha256=dc46983557fea127b43af721467eb9b3fde2338fe3e14f51952aa8478c13d355"; failed != nil || got != want {
		t.Errorf("the signature is %s, %v, want %s", got, failed, want)
	}
	if _, failed := signed(t, "body", ""); failed == nil || *failed.FunctionArgument != 1 || !strings.Contains(failed.Text, "secret is empty") {
		t.Errorf("an empty secret: %v", failed)
	}
}
