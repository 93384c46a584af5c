package terraform

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestConfigText(t *testing.T) {
	t.Parallel()
	want := `disable_checkpoint = true

provider_installation {
  filesystem_mirror {
    path = "/tmp/a \"b\"/mirror"
  }
}
`
	if got := configText(`/tmp/a "b"/mirror`); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// The real thing: a CLI finds the provider in the mirror, whatever is wrong with the user's own configuration, and
// has nowhere else to look.
func TestInitFromTheMirror(t *testing.T) {
	t.Setenv("TF_CLI_CONFIG_FILE", filepath.Join(t.TempDir(), "missing.tfrc"))
	t.Setenv("TF_CLI_ARGS", "-no-such-argument")
	c, err := Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	mirror, err := BuildProvider(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := BuildProvider(t.Context(), dir); err != nil || again != mirror {
		t.Errorf("built twice: %v, %v", again, err)
	}
	w := &Workspace{CLI: c, Mirror: mirror, Dir: t.TempDir()}
	write(t, filepath.Join(w.Dir, "main.tf"), `terraform {
  required_providers {
    conversation = { source = "`+providerSource+`" }
  }
}
`, 0o644)
	r, err := w.Must(t.Context(), "init")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(r.Stdout, "v"+ProviderVersion) {
		t.Errorf("init did not install version %s:\n%s", ProviderVersion, r.Stdout)
	}
	r, err = w.Must(t.Context(), "providers", "schema", "-json")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(r.Stdout, `"thulium_chat_conversation"`) {
		t.Errorf("the provider does not serve: %s%s", r.Stdout, r.Stderr)
	}

	write(t, filepath.Join(w.Dir, "main.tf"), `terraform {
  required_providers {
    other = { source = "conversation-tools/other" }
  }
}
`, 0o644)
	if r, err = w.Run(t.Context(), "init"); err != nil || r.Code == 0 {
		t.Errorf("a provider that no mirror has was installed: %v, %s", err, r.Stdout)
	}
	if r.Err() == nil || !strings.Contains(r.Err().Error(), "conversation-tools/other") {
		t.Errorf("error %v, want one with the output", r.Err())
	}
}
