package terraform

import (
	"slices"
	"testing"
)

func TestEnvironment(t *testing.T) {
	t.Parallel()
	parent := []string{
		"PATH=/bin", "HOME=/home/me", "HTTPS_PROXY=http://proxy:3128", "NO_PROXY=example.com", "AWS_PROFILE=x", "XTF_LOG=kept",
		"TF_LOG=TRACE", "TF_LOG_PATH=/tmp/log", "TF_CLI_ARGS=-no-color", "TF_CLI_ARGS_plan=-refresh=false", "TF_DATA_DIR=/tmp/d",
		"TF_WORKSPACE=prod", "TF_VAR_queue=7", "TF_CLI_CONFIG_FILE=/nowhere", "TF_PLUGIN_CACHE_DIR=/cache", "TF_REATTACH_PROVIDERS={}",
		"TF_ACC=1", "TF_INPUT=1", "TERRAFORM_CONFIG=/x", "TOFU_LOG=1", "CHECKPOINT_DISABLE=", "THULIUM_PASSWORD=real", "JELOU_API_KEY=real",
		"CHATBOT_TOKEN=real", "CONVERSATION_LOG_BODIES=1", "odd",
	}
	got := Environment(parent, map[string]string{"TF_CLI_CONFIG_FILE": "/mine", "CHATBOT_TOKEN": "sandbox", "HOME": "/tmp/home"})
	want := []string{
		"PATH=/bin", "HTTPS_PROXY=http://proxy:3128", "NO_PROXY=example.com", "AWS_PROFILE=x", "XTF_LOG=kept", "odd",
		"CHATBOT_TOKEN=sandbox", "CHECKPOINT_DISABLE=1", "HOME=/tmp/home", "TF_CLI_CONFIG_FILE=/mine", "TF_INPUT=0", "TF_IN_AUTOMATION=1",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
	if parent[0] != "PATH=/bin" || parent[len(parent)-1] != "odd" {
		t.Errorf("the parent's list was changed: %q", parent)
	}
}
