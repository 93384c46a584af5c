package provider

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// The default of one wait gives way to the other, which alone was set.
func TestSettingsWaitsAgree(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		shortest, longest         string // "" for none
		wantShortest, wantLongest time.Duration
	}{
		{"", "", defaultPolicy.WaitMin, defaultPolicy.WaitMax},
		{"", "1ms", time.Millisecond, time.Millisecond},
		{"", "1m", defaultPolicy.WaitMin, time.Minute},
		{"1m", "", time.Minute, time.Minute},
		{"1s", "", time.Second, defaultPolicy.WaitMax},
		{"1s", "1m", time.Second, time.Minute},
	} {
		set := func(text string) attr.Value {
			if text == "" {
				return types.StringNull()
			}
			return types.StringValue(text)
		}
		policy := policyOf(block{"http", types.ObjectValueMust(
			map[string]attr.Type{"retry_wait_min": types.StringType, "retry_wait_max": types.StringType},
			map[string]attr.Value{"retry_wait_min": set(tc.shortest), "retry_wait_max": set(tc.longest)},
		)})
		if policy.WaitMin != tc.wantShortest || policy.WaitMax != tc.wantLongest {
			t.Errorf("%q and %q: got %s and %s", tc.shortest, tc.longest, policy.WaitMin, policy.WaitMax)
		}
	}
}
