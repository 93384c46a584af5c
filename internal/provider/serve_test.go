package provider

import (
	"testing"
)

func TestWantsLogs(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		environment []string
		want        bool
	}{
		"nothing":                  {nil, false},
		"other variables":          {[]string{"PATH=/bin", "TF_INPUT=0", "TF_CLI_ARGS=-no-color", "XTF_LOG=TRACE", "odd"}, false},
		"empty":                    {[]string{"TF_LOG=", "TF_LOG_PROVIDER="}, false},
		"everything":               {[]string{"TF_LOG=TRACE"}, true},
		"any level":                {[]string{"TF_LOG=json"}, true},
		"Terraform alone":          {[]string{"TF_LOG_CORE=DEBUG"}, true},
		"providers":                {[]string{"TF_LOG_PROVIDER=DEBUG"}, true},
		"this provider":            {[]string{"TF_LOG_PROVIDER_CONVERSATION=DEBUG"}, true},
		"one service of it":        {[]string{"TF_LOG_PROVIDER_CONVERSATION_THULIUM=DEBUG"}, true},
		"the SDK":                  {[]string{"TF_LOG_SDK=TRACE"}, true},
		"the protocol":             {[]string{"TF_LOG_SDK_PROTO=TRACE"}, true},
		"the protocol's data":      {[]string{"TF_LOG_SDK_PROTO_DATA_DIR=/tmp"}, true},
		"a file":                   {[]string{"TF_LOG_PATH=/tmp/log"}, true},
		"one of several variables": {[]string{"TF_LOG=", "TF_LOG_SDK_FRAMEWORK=WARN"}, true},
	} {
		if got := wantsLogs(test.environment); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
