package terraform

import (
	"slices"
	"strings"
)

// AcceptanceEnvironment is the environment for a run of the acceptance tests with c: terraform-plugin-testing uses it,
// finds the provider under the address that a user's configuration has in this product, and nothing outside. Settings
// of the tests themselves (TF_ACC_LOG, …) are kept.
func AcceptanceEnvironment(c *CLI, parent []string, config string) []string {
	set := map[string]string{}
	for _, variable := range parent {
		if name, value, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "TF_ACC_") {
			set[name] = value
		}
	}
	set["TF_ACC"] = "1"
	set[PathVariable] = c.Path
	set["TF_ACC_PROVIDER_HOST"] = Hosts[slices.Index([]string{Terraform, OpenTofu}, c.Product)]
	set["TF_ACC_PROVIDER_NAMESPACE"], _, _ = strings.Cut(providerSource, "/")
	set["TF_CLI_CONFIG_FILE"] = config
	return Environment(parent, set)
}
