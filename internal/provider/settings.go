package provider

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/conversation-tools/terraform-provider-conversation/internal/jelou"
)

// providerModel is the provider block. Its objects may be unknown as a whole,
// which a struct could not hold.
type providerModel struct {
	Thulium types.Object `tfsdk:"thulium"`
	Jelou   types.Object `tfsdk:"jelou"`
	Chatbot types.Object `tfsdk:"chatbot"`
	HTTP    types.Object `tfsdk:"http"`
}

// blocks is the provider block taken apart. A block that was left out is empty.
type blocks struct {
	Thulium thuliumBlock
	Jelou   jelouBlock
	Chatbot chatbotBlock
	HTTP    httpBlock
	unknown map[string]path.Path // for each object, what in it is not known yet
}

type thuliumBlock struct {
	BaseURL           types.String `tfsdk:"base_url"`
	Username          types.String `tfsdk:"username"`
	Password          types.String `tfsdk:"password"`
	Refresh           types.Bool   `tfsdk:"refresh"`
	RequestsPerMinute types.Int64  `tfsdk:"requests_per_minute"`
}

type jelouBlock struct {
	BaseURL           types.String `tfsdk:"base_url"`
	ProjectID         types.String `tfsdk:"project_id"`
	APIKey            types.String `tfsdk:"api_key"`
	ClientID          types.String `tfsdk:"client_id"`
	ClientSecret      types.String `tfsdk:"client_secret"`
	RequestsPerMinute types.Int64  `tfsdk:"requests_per_minute"`
}

type chatbotBlock struct {
	BaseURL           types.String `tfsdk:"base_url"`
	Token             types.String `tfsdk:"token"`
	RequestsPerMinute types.Int64  `tfsdk:"requests_per_minute"`
}

type httpBlock struct {
	Timeout       timetypes.GoDuration `tfsdk:"timeout"`
	MaxRetries    types.Int64          `tfsdk:"max_retries"`
	RetryWaitMin  timetypes.GoDuration `tfsdk:"retry_wait_min"`
	RetryWaitMax  timetypes.GoDuration `tfsdk:"retry_wait_max"`
	CACertificate types.String         `tfsdk:"ca_certificate"`
}

func (m providerModel) blocks(ctx context.Context) (blocks, diag.Diagnostics) {
	var diags diag.Diagnostics
	out := blocks{unknown: map[string]path.Path{}}
	for name, object := range map[string]struct {
		value types.Object
		into  any
	}{
		"thulium": {m.Thulium, &out.Thulium},
		"jelou":   {m.Jelou, &out.Jelou},
		"chatbot": {m.Chatbot, &out.Chatbot},
		"http":    {m.HTTP, &out.HTTP},
	} {
		if object.value.IsUnknown() {
			out.unknown[name] = path.Root(name)
			continue
		}
		if object.value.IsNull() {
			continue
		}
		diags.Append(object.value.As(ctx, object.into, basetypes.ObjectAsOptions{})...)
		for _, attribute := range slices.Sorted(maps.Keys(object.value.Attributes())) {
			if object.value.Attributes()[attribute].IsUnknown() {
				out.unknown[name] = path.Root(name).AtName(attribute)
			}
		}
	}
	return out, diags
}

// contradictions returns what is wrong within the block itself. What is not known
// yet may turn out to be null, so it contradicts nothing.
func (b blocks) contradictions() diag.Diagnostics {
	var diags diag.Diagnostics
	at := path.Root("jelou")
	if isKnown(b.Jelou.APIKey) && (isKnown(b.Jelou.ClientID) || isKnown(b.Jelou.ClientSecret)) {
		diags.AddAttributeError(at.AtName("api_key"), "Two credentials for Jelou",
			"Jelou is called with jelou.api_key or with jelou.client_id and jelou.client_secret, never with both. Remove one of them.")
	}
	policy, unknown := b.policy(), b.HTTP.RetryWaitMin.IsUnknown() || b.HTTP.RetryWaitMax.IsUnknown()
	if !unknown && policy.WaitMax > 0 && policy.WaitMin > policy.WaitMax {
		diags.AddAttributeError(path.Root("http").AtName("retry_wait_min"), "Invalid http.retry_wait_min",
			fmt.Sprintf("http.retry_wait_min (%s) is longer than http.retry_wait_max (%s).", policy.WaitMin, policy.WaitMax))
	}
	return diags
}

// settings is where a service is and what opens it: one address and one set of
// credentials, which come from one place.
type settings struct {
	baseURL     string
	credentials map[string]string // by attribute; what is not known yet is empty
}

// attribute is one attribute of a service's block with the variable that serves
// it when the block leaves it out.
type attribute struct {
	name     string
	value    types.String
	variable string
}

// source resolves the settings of one service.
type source struct {
	service     string // the name of its block
	baseURL     attribute
	defaultURL  string
	credentials []attribute
	getenv      func(string) string
}

// resolve returns the settings, or what is wrong with them in one sentence or two.
func (s source) resolve() (settings, error) {
	out := settings{credentials: map[string]string{}}
	environmentURL := s.getenv(s.baseURL.variable)
	needed := environmentURL != "" && (!isSet(s.baseURL.value) || !s.inBlock())
	if wrong := baseURL.wrong(environmentURL); needed && wrong != "" {
		return out, fmt.Errorf("the environment variable %s is not usable: %s", s.baseURL.variable, wrong)
	}
	switch {
	case isSet(s.baseURL.value):
		out.baseURL = s.baseURL.value.ValueString()
	case environmentURL != "":
		out.baseURL = environmentURL
	case s.defaultURL != "":
		out.baseURL = s.defaultURL
	default:
		return out, s.missing(append([]attribute{s.baseURL}, s.unset()...)...)
	}
	if s.inBlock() {
		return out, s.fromBlock(out.credentials)
	}
	if blockURL := s.baseURL.value.ValueString(); blockURL != "" && environmentURL != "" && !sameOrigin(blockURL, environmentURL) {
		return out, fmt.Errorf("%s.base_url is %s, but %s is %s: credentials from the environment belong to another address. "+
			"Set the credentials (%s) in the provider block as well, or remove one of the two addresses",
			s.service, blockURL, s.baseURL.variable, environmentURL, s.names())
	}
	return out, s.fromEnvironment(out.credentials)
}

// secrets returns the credentials that grant access, from wherever they come and
// whether or not the service can be called with them.
func (s source) secrets() []string {
	var out []string
	for _, credential := range s.credentials {
		if credential.name == "username" || credential.name == "client_id" {
			continue
		}
		for _, value := range []string{credential.value.ValueString(), s.getenv(credential.variable)} {
			if value != "" && !slices.Contains(out, value) {
				out = append(out, value)
			}
		}
	}
	return out
}

// inBlock reports whether the block sets any of the credentials.
func (s source) inBlock() bool {
	for _, credential := range s.credentials {
		if isSet(credential.value) {
			return true
		}
	}
	return false
}

func (s source) fromBlock(credentials map[string]string) error {
	for _, credential := range s.credentials {
		credentials[credential.name] = credential.value.ValueString()
	}
	if !slices.ContainsFunc(s.credentials, func(credential attribute) bool { return isKnown(credential.value) }) {
		return nil // they may turn out to be null, and then the environment serves
	}
	for _, credential := range s.credentials {
		if credential.value.IsNull() && s.needs(credential.name, s.setInBlock) {
			return fmt.Errorf("%s.%s is not set. The block sets other credentials, so none is taken from the environment (%s): "+
				"set it in the provider block as well, or move all of them to the environment", s.service, credential.name, credential.variable)
		}
	}
	return nil
}

func (s source) fromEnvironment(credentials map[string]string) error {
	for _, credential := range s.credentials {
		value := s.getenv(credential.variable)
		if wrong := headerText.wrong(value); value != "" && wrong != "" {
			return fmt.Errorf("the environment variable %s is not usable: %s", credential.variable, wrong)
		}
		credentials[credential.name] = value
	}
	has := func(name string) bool { return credentials[name] != "" }
	if has("api_key") && (has("client_id") || has("client_secret")) {
		return fmt.Errorf("the environment sets %s and also %s or %s: unset one of the two credentials",
			envJelouAPIKey, envJelouClientID, envJelouClientSecret)
	}
	if unset := s.unset(); len(unset) > 0 {
		return s.missing(unset...)
	}
	for _, credential := range s.credentials {
		if !has(credential.name) && s.needs(credential.name, has) {
			return fmt.Errorf("%s.%s is not set. The environment sets other credentials, so all are taken from there: "+
				"set the environment variable %s as well, or all of them in the provider block", s.service, credential.name, credential.variable)
		}
	}
	return nil
}

func (s source) setInBlock(name string) bool {
	for _, credential := range s.credentials {
		if credential.name == name {
			return isSet(credential.value)
		}
	}
	return false
}

// needs reports whether a credential is required, given which others are set:
// an API key replaces a client's id and secret.
func (s source) needs(name string, has func(string) bool) bool {
	switch name {
	case "api_key":
		return !has("client_id") && !has("client_secret")
	case "client_id", "client_secret":
		return !has("api_key")
	default:
		return true
	}
}

// unset returns the credentials to name where neither the block nor the
// environment sets any. An API key stands for its alternative, too.
func (s source) unset() []attribute {
	if s.inBlock() || slices.ContainsFunc(s.credentials, func(a attribute) bool { return s.getenv(a.variable) != "" }) {
		return nil
	}
	if s.credentials[0].name == "api_key" {
		return s.credentials[:1]
	}
	return s.credentials
}

func (s source) missing(attributes ...attribute) error {
	var names, variables []string
	alternative := ""
	for _, a := range attributes {
		names, variables = append(names, s.service+"."+a.name), append(variables, a.variable)
		if a.name == "api_key" {
			alternative = ", or jelou.client_id and jelou.client_secret (" + envJelouClientID + ", " + envJelouClientSecret + ")"
		}
	}
	verb, them, variable := "is", "it", "variable"
	if len(attributes) > 1 {
		verb, them, variable = "are", "them", "variables"
	}
	return fmt.Errorf("%s %s not set. Set %s in the provider block, or the environment %s %s%s",
		enumerated(names), verb, them, variable, enumerated(variables), alternative)
}

// enumerated returns "a", "a and b" or "a, b and c".
func enumerated(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// names returns the credentials as "thulium.username (THULIUM_USERNAME), …".
func (s source) names() string {
	var out []string
	for _, credential := range s.credentials {
		out = append(out, fmt.Sprintf("%s.%s, %s", s.service, credential.name, credential.variable))
	}
	return strings.Join(out, "; ")
}

func (b blocks) thuliumSource(getenv func(string) string) source {
	return source{
		service: "thulium",
		baseURL: attribute{"base_url", b.Thulium.BaseURL, envThuliumBaseURL},
		credentials: []attribute{
			{"username", b.Thulium.Username, envThuliumUsername},
			{"password", b.Thulium.Password, envThuliumPassword},
		},
		getenv: getenv,
	}
}

func (b blocks) jelouSource(getenv func(string) string) source {
	return source{
		service:    "jelou",
		baseURL:    attribute{"base_url", b.Jelou.BaseURL, envJelouBaseURL},
		defaultURL: jelou.DefaultBaseURL,
		credentials: []attribute{
			{"api_key", b.Jelou.APIKey, envJelouAPIKey},
			{"client_id", b.Jelou.ClientID, envJelouClientID},
			{"client_secret", b.Jelou.ClientSecret, envJelouClientSecret},
		},
		getenv: getenv,
	}
}

func (b blocks) chatbotSource(getenv func(string) string) source {
	return source{
		service:     "chatbot",
		baseURL:     attribute{"base_url", b.Chatbot.BaseURL, envChatbotBaseURL},
		credentials: []attribute{{"token", b.Chatbot.Token, envChatbotToken}},
		getenv:      getenv,
	}
}

func sameOrigin(a, b string) bool {
	left, err := url.Parse(a)
	if err != nil {
		return false
	}
	right, err := url.Parse(b)
	return err == nil && left.Scheme == right.Scheme &&
		strings.EqualFold(left.Hostname(), right.Hostname()) && port(left) == port(right)
}

func port(u *url.URL) string {
	if u.Port() == "" && u.Scheme == "https" {
		return "443"
	}
	if u.Port() == "" {
		return "80"
	}
	return u.Port()
}

// isSet reports whether the configuration gives a value, known or not yet.
func isSet(value types.String) bool { return !value.IsNull() }

// isKnown reports whether the configuration gives a value that is known.
func isKnown(value types.String) bool { return isSet(value) && !value.IsUnknown() }
