package jelou

import "testing"

// The wanted values are those of "openssl dgst -sha256 -hmac SECRET".
func TestSignature(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ body, secret, want string }{
		{`{"event":"conversation.close"}`, "secret", "sha256=3bfd052460b6179b5324872ae7eeafa1fef8026984edd5d0d1082399a9b0514c"},
		{"", "secret", "sha256=f9e66e179b6747ae54108f82f8ade8b3c25d76fd30afde6c395822c530196169"},
		{"Até logo\n", "çã", "sha256=47b338d3181c7cc85ada2aa7131a3e2685592fe9d2061f5ede81670cecf5f72b"},
		{"body", "", "sha256=7ec3619ea7f921721b6d8bec83ea2d0c6d557e0b164daf577e62c8cc88ed74ae"},
	} {
		if got := Signature([]byte(c.body), c.secret); got != c.want {
			t.Errorf("the signature of %q is %s, want %s", c.body, got, c.want)
		}
	}
}
