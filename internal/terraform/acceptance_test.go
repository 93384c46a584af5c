package terraform

import (
	"slices"
	"testing"
)

func TestAcceptanceEnvironment(t *testing.T) {
	t.Parallel()
	c := &CLI{Path: "/opt/tofu", Product: OpenTofu, Version: "1.12.6"}
	got := AcceptanceEnvironment(c, []string{"PATH=/bin", "TF_LOG=TRACE", "TF_ACC_LOG=DEBUG", "THULIUM_PASSWORD=real"}, "/tmp/cli.tfrc")
	want := []string{
		"PATH=/bin", "CHECKPOINT_DISABLE=1", "TF_ACC=1", "TF_ACC_LOG=DEBUG", "TF_ACC_PROVIDER_HOST=registry.opentofu.org",
		"TF_ACC_PROVIDER_NAMESPACE=conversation-tools", "TF_ACC_TERRAFORM_PATH=/opt/tofu", "TF_CLI_CONFIG_FILE=/tmp/cli.tfrc",
		"TF_INPUT=0", "TF_IN_AUTOMATION=1",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
}
