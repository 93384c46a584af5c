package jelouconversation_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
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

// The function returns what X-Jelou-Signature carries: the HMAC of the body's bytes.
func TestSignatureFunction(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"event":"conversation.close","value":{"reason":"closed_by_operator"}}`, "", "Até logo, ação 日本 \u00e9\n"} {
		got, failed := signed(t, body, "webhook-secret")
		mac := hmac.New(sha256.New, []byte("webhook-secret"))
		mac.Write([]byte(body))
		if want := "sha256=" + hex.EncodeToString(mac.Sum(nil)); failed != nil || got != want {
			t.Errorf("the signature of %q is %s, %v, want %s", body, got, failed, want)
		}
	}
	if _, failed := signed(t, "body", ""); failed == nil || *failed.FunctionArgument != 1 || !strings.Contains(failed.Text, "secret is empty") {
		t.Errorf("an empty secret: %v", failed)
	}
}
