package provider

import (
	"os"
	"runtime/debug"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
)

// Address is where the registry has this provider.
const Address = "registry.terraform.io/conversation-tools/conversation"

// gcPercent is how far the heap may grow, in percent of what is in use, before
// it is collected. The heap of a provider is small and nearly all of it garbage
// of calls that have ended.
const gcPercent = 400

// Serve serves the provider that newProvider makes until Terraform ends it.
// With attach, Terraform does not start this process, but is told by a developer
// where to find it.
func Serve(newProvider func() provider.Provider, attach bool) error {
	relaxCollector()
	var options []tf6server.ServeOpt
	if attach {
		options = append(options, tf6server.WithManagedDebug())
	} else {
		silenceUnreadLogs()
	}
	return tf6server.Serve(Address, NewServer(newProvider), options...)
}

// relaxCollector trades memory for time, unless the user has chosen.
func relaxCollector() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetGCPercent(gcPercent)
	}
}

// loggers are the variables that set the level of each root logger: the SDK's
// own, those of its parts, and the provider's.
var loggers = []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_PROVIDER_CONVERSATION"}

// silenceUnreadLogs switches all loggers off where nobody has asked for a log.
// They write each line at TRACE even then, and Terraform reads and drops it: a
// third of what the provider costs.
func silenceUnreadLogs() {
	if wantsLogs(os.Environ()) {
		return
	}
	for _, logger := range loggers {
		_ = os.Setenv(logger, "OFF") // fails for no such name
	}
}

// wantsLogs reports whether any variable of the environment asks for a log, of
// whatever part: TF_LOG, TF_LOG_CORE, TF_LOG_PROVIDER_CONVERSATION, ….
func wantsLogs(environment []string) bool {
	for _, variable := range environment {
		name, value, _ := strings.Cut(variable, "=")
		if strings.HasPrefix(name, "TF_LOG") && value != "" {
			return true
		}
	}
	return false
}
