package terraform

import (
	"fmt"
	"testing"
)

func TestHas(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		product, version, terraform, opentofu string
		want                                  bool
	}{
		{Terraform, "1.11.4", "1.11", "", true},
		{Terraform, "1.11.4", "1.11.4", "", true},
		{Terraform, "1.11.4", "1.11.5", "", false},
		{Terraform, "1.9.0", "1.10", "1.8", false},
		{Terraform, "2.0.0", "1.14", "", true},
		{Terraform, "1.16.0-beta1", "1.16", "", true},
		{Terraform, "1.14.0", "", "1.8", false},
		{OpenTofu, "1.12.6", "1.14", "1.12", true},
		{OpenTofu, "1.12.6", "1.8", "", false},
		{OpenTofu, "1.10.0", "1.8", "1.11", false},
	} {
		c := &CLI{Product: tc.product, Version: tc.version}
		if got := c.Has(Feature{Terraform: tc.terraform, OpenTofu: tc.opentofu}); got != tc.want {
			t.Errorf("%s has what Terraform %q and OpenTofu %q have: %t, want %t", c, tc.terraform, tc.opentofu, got, tc.want)
		}
	}
}

// skipped is a test that notes why it was skipped.
type skipped struct{ why string }

func (*skipped) Helper() {}

func (s *skipped) Skipf(format string, args ...any) { s.why = fmt.Sprintf(format, args...) }

func TestRequireSaysWhichVersionsHaveTheFeature(t *testing.T) {
	t.Parallel()
	c := &CLI{Product: OpenTofu, Version: "1.10.0"}
	for feature, want := range map[Feature]string{
		Ephemeral: "OpenTofu 1.10.0 has no ephemeral resources (Terraform 1.10, OpenTofu 1.11)",
		Actions:   "OpenTofu 1.10.0 has no actions (Terraform 1.14)",
		Tests:     "",
	} {
		var got skipped
		if c.Require(&got, feature); got.why != want {
			t.Errorf("skipped because %q, want %q", got.why, want)
		}
	}
}
