package provider

import (
	"reflect"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
)

// The standard library takes a proxy without its scheme, too.
func TestProxySecrets(t *testing.T) {
	t.Parallel()
	for address, want := range map[string][]string{
		"http://me:s3cret@proxy:3128":     {"s3cret", "bWU6czNjcmV0"},
		"me:s3cret@proxy:3128":            {"s3cret", "bWU6czNjcmV0"},
		"http://t0ken-of-proxy@proxy:312": {"t0ken-of-proxy"},
		"http://me@proxy:3128":            nil,
		"proxy:3128":                      nil,
		"":                                nil,
		"://":                             nil,
	} {
		p := &conversationProvider{Options{Getenv: func(variable string) string { return map[string]string{"https_proxy": address}[variable] }}}
		if got := p.proxySecrets(); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %q, want %q", address, got, want)
		}
	}
}

// Jelou's address has a default, and the others have none.
func TestDefaultAddress(t *testing.T) {
	t.Parallel()
	none := func(string) string { return "" }
	for _, account := range []service.Account{service.ThuliumAccount, service.JelouAccount, service.ChatbotAccount} {
		want := map[string]string{"jelou": "https://gateway.jelou.ai/jelouapi/v1"}[account.Block]
		if resolved, err := (source{Account: account, getenv: none}).resolve(); resolved.baseURL != want || err == nil {
			t.Errorf("%s: %q %v, want %q and credentials missing", account.Block, resolved.baseURL, err, want)
		}
	}
}

// The default of one wait gives way to the other, which alone was set.
func TestWaitsAgree(t *testing.T) {
	t.Parallel()
	for waits, want := range map[[2]string][2]time.Duration{ // shortest and longest; "" for none
		{"", ""}:     {defaultPolicy.WaitMin, defaultPolicy.WaitMax},
		{"", "1ms"}:  {time.Millisecond, time.Millisecond},
		{"", "1m"}:   {defaultPolicy.WaitMin, time.Minute},
		{"1m", ""}:   {time.Minute, time.Minute},
		{"1s", ""}:   {time.Second, defaultPolicy.WaitMax},
		{"1s", "1m"}: {time.Second, time.Minute},
	} {
		set := map[string]attr.Value{"retry_wait_min": types.StringNull(), "retry_wait_max": types.StringNull()}
		for i, name := range []string{"retry_wait_min", "retry_wait_max"} {
			if waits[i] != "" {
				set[name] = types.StringValue(waits[i])
			}
		}
		kinds := map[string]attr.Type{"retry_wait_min": types.StringType, "retry_wait_max": types.StringType}
		policy := policyOf(block{"http", types.ObjectValueMust(kinds, set)})
		if got := [2]time.Duration{policy.WaitMin, policy.WaitMax}; got != want {
			t.Errorf("%q: got %v, want %v", waits, got, want)
		}
	}
}
