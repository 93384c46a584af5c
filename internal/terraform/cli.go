// Package terraform finds a real Terraform or OpenTofu and drives it against the provider of this checkout. Tests, the demo
// and measurements use it. It needs no registry and no network, and what the user has set up for their own Terraform
// (configuration file, variables, credentials) does not reach it.
package terraform

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"

	"github.com/hashicorp/go-version"
)

// PathVariable names the environment variable that picks the CLI, as terraform-plugin-testing reads it.
const PathVariable = "TF_ACC_TERRAFORM_PATH"

// The two products, as their version command writes them.
const (
	Terraform = "Terraform"
	OpenTofu  = "OpenTofu"
)

// CLI is an executable of Terraform or OpenTofu.
type CLI struct {
	Path    string
	Product string // Terraform or OpenTofu
	Version string // such as "1.11.4" or "1.16.0-beta1"
}

// Find returns the CLI to use: what TF_ACC_TERRAFORM_PATH names, else terraform or tofu on the PATH, else the OpenTofu
// pinned under .ci/tools, which the first call on a machine builds.
func Find(ctx context.Context) (*CLI, error) {
	if path := os.Getenv(PathVariable); path != "" {
		c, err := open(ctx, path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", PathVariable, err)
		}
		return c, nil
	}
	for _, name := range []string{"terraform", "tofu"} {
		path, err := exec.LookPath(name)
		if errors.Is(err, exec.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		return open(ctx, path)
	}
	path, err := pinnedOpenTofu(ctx)
	if err != nil {
		return nil, err
	}
	return open(ctx, path)
}

// open asks the executable at path who it is.
func open(ctx context.Context, path string) (*CLI, error) {
	// The text, not -json: that form calls either product's version "terraform_version".
	cmd := exec.CommandContext(ctx, path, "version")
	cmd.Env = Environment(os.Environ(), nil)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s version: %w\n%s", path, err, stderr.Bytes())
	}
	c, err := parseVersion(string(out))
	if err != nil {
		return nil, fmt.Errorf("%s version: %w", path, err)
	}
	c.Path = path
	return c, nil
}

var versionLine = regexp.MustCompile(`(?m)^(Terraform|OpenTofu) v(\d+\.\d+\.\d+\S*)\s*$`)

// parseVersion reads what the version command prints.
func parseVersion(out string) (*CLI, error) {
	found := versionLine.FindStringSubmatch(out)
	if found == nil {
		return nil, fmt.Errorf("neither a Terraform nor an OpenTofu version in %q", out)
	}
	if _, err := version.NewVersion(found[2]); err != nil {
		return nil, err
	}
	return &CLI{Product: found[1], Version: found[2]}, nil
}

// String is the product and its version, for people.
func (c *CLI) String() string {
	return c.Product + " " + c.Version
}
