package provider

import (
	"encoding/base64"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/chatbot"
	"github.com/conversation-tools/terraform-provider-conversation/internal/jelou"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/thulium"
)

// providerData is what every type is given: the clients of the services that
// are configured, and what stands in the way of the others.
type providerData struct {
	thulium service[*thulium.Client]
	jelou   service[*jelou.Client]
	chatbot service[*chatbot.Client]

	refresh       bool         // whether a refresh asks Thulium's listing
	refreshOff    bool         // the user has given that up; neither is true while it is not known
	refreshWarned atomic.Bool  // one warning is enough for a failing listing
	projectID     types.String // default of jelou's blocks; may be null or unknown
}

// service is one service as far as its configuration is known.
type service[C any] struct {
	name    string
	client  C
	problem error     // what is missing or wrong; nil when nothing is
	unknown path.Path // what is not known yet, when ready is false and problem nil
	ready   bool
}

// check returns an error when the service is not usable and will not become so.
// It is for the plan: what is not known yet may still be known at apply.
func (s service[C]) check() diag.Diagnostics {
	var diags diag.Diagnostics
	if s.problem != nil {
		diags.AddError("Unable to call "+s.name, "This block needs "+s.name+", but "+strings.TrimSuffix(s.problem.Error(), ".")+".")
	}
	return diags
}

// forCall returns the client, or an error when a call cannot be made now.
func (s service[C]) forCall() (C, diag.Diagnostics) {
	diags := s.check()
	if !diags.HasError() && !s.ready {
		diags.AddError("Unable to call "+s.name,
			fmt.Sprintf("The value of %s in the provider block is not known yet, but this block has to call %s now. "+
				"Apply what the value depends on first, for example with -target, or give the block a depends_on so that it is read at apply.",
				s.unknown, s.name))
	}
	return s.client, diags
}

func (p *conversationProvider) data(b blocks, terraformVersion string) (*providerData, diag.Diagnostics) {
	var diags diag.Diagnostics
	transport, err := rest.NewTransport(b.HTTP.CACertificate.ValueString(), b.policy().Timeout)
	if err != nil {
		diags.AddAttributeError(path.Root("http").AtName("ca_certificate"), "Invalid http.ca_certificate", err.Error())
		return nil, diags
	}
	if p.dial != nil {
		transport.DialContext = p.dial
	}
	// A service may be sent the credential of another by mistake, and repeat it.
	thuliumSource, jelouSource, chatbotSource := b.thuliumSource(p.getenv), b.jelouSource(p.getenv), b.chatbotSource(p.getenv)
	common := rest.Config{
		UserAgent: userAgent(p.version, terraformVersion),
		Policy:    b.policy(),
		Transport: transport,
		Interrupt: p.interrupt,
		LogBodies: p.getenv(envLogBodies) == "1",
		Secrets:   slices.Concat(p.proxyPasswords(), thuliumSource.secrets(), jelouSource.secrets(), chatbotSource.secrets()),
	}
	data := &providerData{
		refresh:    b.Thulium.Refresh.IsNull() || b.Thulium.Refresh.ValueBool(),
		refreshOff: b.Thulium.Refresh.Equal(types.BoolValue(false)),
		projectID:  b.Jelou.ProjectID,
	}
	if project := p.getenv(envJelouProjectID); data.projectID.IsNull() && project != "" {
		data.projectID = types.StringValue(project)
	}
	if b.unknown["jelou"].Equal(path.Root("jelou")) {
		data.projectID = types.StringUnknown()
	}

	data.thulium = connect(b, "Thulium", thuliumSource, &diags, func(s settings) *thulium.Client {
		config := common
		config.BaseURL, config.RequestsPerMinute = s.baseURL, b.Thulium.RequestsPerMinute.ValueInt64()
		return thulium.New(config, s.credentials["username"], s.credentials["password"])
	})
	data.jelou = connect(b, "Jelou", jelouSource, &diags, func(s settings) *jelou.Client {
		config := common
		config.BaseURL, config.RequestsPerMinute = s.baseURL, b.Jelou.RequestsPerMinute.ValueInt64()
		return jelou.New(config, jelou.Credentials{
			APIKey:       s.credentials["api_key"],
			ClientID:     s.credentials["client_id"],
			ClientSecret: s.credentials["client_secret"],
		})
	})
	data.chatbot = connect(b, "Chatbot", chatbotSource, &diags, func(s settings) *chatbot.Client {
		config := common
		config.BaseURL, config.RequestsPerMinute = s.baseURL, b.Chatbot.RequestsPerMinute.ValueInt64()
		return chatbot.New(config, s.credentials["token"])
	})
	return data, diags
}

// connect resolves one service and makes its client when all is known.
func connect[C any](b blocks, name string, from source, diags *diag.Diagnostics, client func(settings) C) service[C] {
	out := service[C]{name: name}
	if at, ok := b.unknown[from.service]; ok {
		out.unknown = at
		if at.Equal(path.Root(from.service)) {
			return out
		}
	}
	resolved, err := from.resolve()
	if err != nil {
		out.problem = err
		return out
	}
	if isPlain(resolved.baseURL) {
		diags.AddAttributeWarning(path.Root(from.service).AtName("base_url"), "Credentials over plain http",
			fmt.Sprintf("%s is called at %s, so its credentials cross the network unencrypted. Use an https address.", name, resolved.baseURL))
	}
	if at, ok := b.unknown["http"]; ok {
		out.unknown = at
		return out
	}
	if _, ok := b.unknown[from.service]; ok {
		return out
	}
	out.client, out.ready = client(resolved), true
	return out
}

// policy returns how calls are tried; what is not set, or not known yet, has its default.
func (b blocks) policy() rest.Policy {
	policy := rest.Policy{
		Timeout:    defaultHTTPTimeout,
		MaxRetries: defaultMaxRetries,
		WaitMin:    defaultRetryWaitMin,
		WaitMax:    defaultRetryWaitMax,
	}
	if !b.HTTP.MaxRetries.IsNull() {
		policy.MaxRetries = int(b.HTTP.MaxRetries.ValueInt64())
	}
	for _, set := range []struct {
		value timetypes.GoDuration
		into  *time.Duration
	}{
		{b.HTTP.Timeout, &policy.Timeout},
		{b.HTTP.RetryWaitMin, &policy.WaitMin},
		{b.HTTP.RetryWaitMax, &policy.WaitMax},
	} {
		if duration, diags := set.value.ValueGoDuration(); !diags.HasError() {
			*set.into = duration
		}
	}
	switch { // the default of the one gives way to the other
	case b.HTTP.RetryWaitMin.IsNull():
		policy.WaitMin = min(policy.WaitMin, policy.WaitMax)
	case b.HTTP.RetryWaitMax.IsNull():
		policy.WaitMax = max(policy.WaitMin, policy.WaitMax)
	}
	return policy
}

// proxyPasswords returns the passwords of proxies in the environment: the
// standard library quotes a proxy's address in an error.
func (p *conversationProvider) proxyPasswords() []string {
	var out []string
	for _, variable := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"} {
		address := p.getenv(variable)
		if !strings.Contains(address, "://") {
			address = "http://" + address // as the standard library takes it
		}
		u, err := url.Parse(address)
		if err != nil || u.User == nil {
			continue
		}
		if password, ok := u.User.Password(); ok {
			out = append(out, password, base64.StdEncoding.EncodeToString([]byte(u.User.Username()+":"+password)))
		}
	}
	return out
}

func userAgent(version, terraformVersion string) string {
	agent := "terraform-provider-conversation/" + version
	if terraformVersion != "" {
		agent += " terraform/" + terraformVersion
	}
	return agent
}

// isPlain reports whether credentials sent to the address cross a network
// unencrypted that is not the user's own.
func isPlain(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" {
		return false
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if ip, err := netip.ParseAddr(host); err == nil {
		return !ip.Unmap().IsLoopback() && !ip.Unmap().IsPrivate()
	}
	if !strings.Contains(host, ".") {
		return false
	}
	return !slices.ContainsFunc([]string{".test", ".internal", ".local", ".localhost"}, func(suffix string) bool {
		return strings.HasSuffix(host, suffix)
	})
}
