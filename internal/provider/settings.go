package provider

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// providerModel is the provider block. Its objects may be unknown as a whole, which a
// struct could not hold.
type providerModel struct {
	Thulium types.Object `tfsdk:"thulium"`
	Jelou   types.Object `tfsdk:"jelou"`
	Chatbot types.Object `tfsdk:"chatbot"`
	HTTP    types.Object `tfsdk:"http"`
}

// readProviderModel reads the provider block, which may be missing as a whole.
func readProviderModel(ctx context.Context, config tfsdk.Config) (providerModel, diag.Diagnostics) {
	var model providerModel
	if config.Raw.IsNull() {
		return model, nil
	}
	diags := config.Get(ctx, &model)
	return model, diags
}

// block is one object of the provider block. An object that was left out is empty.
type block struct {
	name   string
	object types.Object
}

// text returns an attribute; null where it or the whole block was left out.
func (b block) text(name string) types.String {
	text, _ := b.value(name).(types.String)
	return text
}

func (b block) number(name string) types.Number {
	number, _ := b.value(name).(types.Number)
	return number
}

func (b block) flag(name string) types.Bool {
	flag, _ := b.value(name).(types.Bool)
	return flag
}

// value returns an attribute; unknown where the whole block is.
func (b block) value(name string) attr.Value { return b.object.Attributes()[name] }

// unknown returns what is not known yet: the block, one of its attributes, or nothing.
func (b block) unknown() (path.Path, bool) {
	at := path.Root(b.name)
	if b.object.IsUnknown() {
		return at, true
	}
	attributes := b.object.Attributes()
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if attributes[name].IsUnknown() {
			return at.AtName(name), true
		}
	}
	return at, false
}

// contradictions returns what is wrong within the provider block itself. What is not known
// yet may turn out to be null, so it contradicts nothing.
func (m providerModel) contradictions() diag.Diagnostics {
	var diags diag.Diagnostics
	jelou, http := block{"jelou", m.Jelou}, block{"http", m.HTTP}
	var ways []string
	for _, way := range service.JelouAccount.Ways {
		if names, _ := service.JelouAccount.Names(way); slices.ContainsFunc(way, func(c service.Credential) bool { return isKnown(jelou.text(c.Name)) }) {
			ways = append(ways, service.Enumerated(names))
		}
	}
	if len(ways) > 1 {
		diags.AddAttributeError(path.Root("jelou").AtName("api_key"), "Two credentials for Jelou",
			fmt.Sprintf("Jelou is called with %s or with %s, never with both. Remove one of them.", ways[0], ways[1]))
	}
	policy, unknown := policyOf(http), http.text("retry_wait_min").IsUnknown() || http.text("retry_wait_max").IsUnknown()
	if !unknown && policy.WaitMax > 0 && policy.WaitMin > policy.WaitMax {
		diags.AddAttributeError(path.Root("http").AtName("retry_wait_min"), "Invalid http.retry_wait_min",
			fmt.Sprintf("http.retry_wait_min (%s) is longer than http.retry_wait_max (%s).", policy.WaitMin, policy.WaitMax))
	}
	return diags
}

// policyOf returns how calls are tried. What is not set, or not known yet, has its default.
func policyOf(http block) rest.Policy {
	policy := defaultPolicy
	if retries := http.number("max_retries"); isKnown(retries) {
		policy.MaxRetries = int(attribute.Int64(retries))
	}
	for name, into := range map[string]*time.Duration{
		"timeout": &policy.Timeout, "retry_wait_min": &policy.WaitMin, "retry_wait_max": &policy.WaitMax,
	} {
		if duration, err := time.ParseDuration(http.text(name).ValueString()); err == nil {
			*into = duration
		}
	}
	switch { // the default of the one gives way to the other
	case http.text("retry_wait_min").IsNull():
		policy.WaitMin = min(policy.WaitMin, policy.WaitMax)
	case http.text("retry_wait_max").IsNull():
		policy.WaitMax = max(policy.WaitMin, policy.WaitMax)
	}
	return policy
}

// perMinute returns requests_per_minute; 0 where there is no limit.
func perMinute(b block) int64 { return attribute.Int64(b.number("requests_per_minute")) }

// isSet reports whether the configuration gives a value, known or not yet.
func isSet(value attr.Value) bool { return !value.IsNull() }

// isKnown reports whether the configuration gives a value that is known.
func isKnown(value attr.Value) bool { return isSet(value) && !value.IsUnknown() }
