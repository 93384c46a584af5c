package terraform

import (
	"maps"
	"slices"
	"strings"
)

// ServicePrefixes begin the names of the provider's own environment variables. A run sees only those it is given: a
// developer's real accounts must never be reached by a test.
var ServicePrefixes = []string{"THULIUM_", "JELOU_", "CHATBOT_", "CONVERSATION_"}

// cliPrefixes begin the names of what steers Terraform and OpenTofu: logs, arguments, variables, directories, plug-ins.
var cliPrefixes = []string{"TF_", "TOFU_", "TERRAFORM_", "CHECKPOINT_"}

// Environment is the parent's environment without anything that steers Terraform, OpenTofu or this provider, and with
// extra. Proxies and the rest stay as they are.
func Environment(parent []string, extra map[string]string) []string {
	set := map[string]string{
		"CHECKPOINT_DISABLE": "1", // asks the vendor for news otherwise
		"TF_IN_AUTOMATION":   "1",
		"TF_INPUT":           "0",
	}
	maps.Copy(set, extra)
	env := slices.DeleteFunc(slices.Clone(parent), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		_, replaced := set[name]
		return replaced || hasPrefix(name, cliPrefixes) || hasPrefix(name, ServicePrefixes)
	})
	for _, name := range slices.Sorted(maps.Keys(set)) {
		env = append(env, name+"="+set[name])
	}
	return env
}

func hasPrefix(name string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}
