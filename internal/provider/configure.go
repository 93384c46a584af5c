package provider

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/conversation-tools/terraform-provider-conversation/internal/chatbot"
	"github.com/conversation-tools/terraform-provider-conversation/internal/jelou"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/thulium"
)

// services returns the three services as the provider block and the environment describe
// them. It makes no call.
func (p *conversationProvider) services(ctx context.Context, model providerModel, terraformVersion string) (*service.Services, diag.Diagnostics) {
	var diags diag.Diagnostics
	if p.checkProxies(&diags); diags.HasError() {
		return nil, diags
	}
	http := block{"http", model.HTTP}
	transport, err := rest.NewTransport(http.text("ca_certificate").ValueString(), policyOf(http).Timeout)
	once, onceErr := rest.NewOnceTransport(http.text("ca_certificate").ValueString(), policyOf(http).Timeout)
	if err = errors.Join(err, onceErr); err != nil {
		diags.AddAttributeError(path.Root("http").AtName("ca_certificate"), "Invalid http.ca_certificate", err.Error())
		return nil, diags
	}
	if p.Dial != nil {
		transport.DialContext, once.DialContext = p.Dial, p.Dial
	}
	thuliumSource := source{service.ThuliumAccount, block{"thulium", model.Thulium}, p.Getenv}
	jelouSource := source{service.JelouAccount, block{"jelou", model.Jelou}, p.Getenv}
	chatbotSource := source{service.ChatbotAccount, block{"chatbot", model.Chatbot}, p.Getenv}
	c := connector{http: http, inForce: map[string]any{}, diags: &diags, common: rest.Config{
		UserAgent: userAgent(p.Version, terraformVersion),
		Policy:    policyOf(http),
		Transport: transport,
		Once:      once,
		Interrupt: p.Interrupt,
		LogBodies: p.Getenv(envLogBodies) == "1",
		// A service may be sent the credential of another by mistake, and repeat it.
		Secrets: slices.Concat(p.proxySecrets(), thuliumSource.secrets(), jelouSource.secrets(), chatbotSource.secrets()),
	}}

	out := new(service.Services)
	out.Thulium.Refresh = thuliumSource.block.flag("refresh")
	if out.Thulium.Refresh.IsNull() {
		out.Thulium.Refresh = types.BoolValue(true)
	}
	zone := thuliumSource.block.text("time_zone")
	out.Thulium.ZoneSet = isSet(zone) || thuliumSource.block.object.IsUnknown()
	if isKnown(zone) {
		out.Thulium.Zone, _ = time.LoadLocation(zone.ValueString()) // validated
	}
	out.Jelou.ProjectID, out.Jelou.ProjectFrom = jelouSource.block.text("project_id"), "jelou.project_id of the provider block"
	if project := p.Getenv(service.ProjectVariable); out.Jelou.ProjectID.IsNull() && project != "" {
		out.Jelou.ProjectID, out.Jelou.ProjectFrom = types.StringValue(project), "the environment variable "+service.ProjectVariable
	}
	if jelouSource.block.object.IsUnknown() {
		out.Jelou.ProjectID = types.StringUnknown()
	}
	connect(c, &out.Thulium.Service, thuliumSource, func(config rest.Config, s settings) *thulium.Client {
		return thulium.New(config, s.credentials["username"], s.credentials["password"], out.Thulium.Zone)
	})
	connect(c, &out.Jelou.Service, jelouSource, func(config rest.Config, s settings) *jelou.Client {
		return jelou.New(config, jelou.Credentials{
			APIKey: s.credentials["api_key"], ClientID: s.credentials["client_id"], ClientSecret: s.credentials["client_secret"],
		})
	})
	connect(c, &out.Chatbot, chatbotSource, func(config rest.Config, s settings) *chatbot.Client {
		return chatbot.New(config, s.credentials["token"])
	})
	maps.Copy(c.inForce, map[string]any{
		"http.timeout": c.common.Policy.Timeout.String(), "http.max_retries": c.common.Policy.MaxRetries,
		"http.retry_wait_min": c.common.Policy.WaitMin.String(), "http.retry_wait_max": c.common.Policy.WaitMax.String(),
		"http.ca_certificate": isSet(http.text("ca_certificate")),
		"thulium.refresh":     out.Thulium.Refresh.String(), "thulium.time_zone": zone.ValueString(), "jelou.project_id": out.Jelou.ProjectID.ValueString(),
	})
	tflog.Debug(ctx, "Configured how calls are made", c.inForce)
	return out, diags
}

// connector makes clients that have the same transport and policy.
type connector struct {
	http    block
	common  rest.Config
	inForce map[string]any // settings, for the log
	diags   *diag.Diagnostics
}

// connect resolves one service and makes its client when all is known.
func connect[C any](c connector, to *service.Service[C], from source, client func(rest.Config, settings) C) {
	to.Account = from.Account
	at, unknown := from.block.unknown()
	if unknown {
		to.Await(at)
	}
	if from.block.object.IsUnknown() {
		return
	}
	resolved, err := from.resolve()
	if err != nil {
		to.Refuse(err)
		return
	}
	if isPlain(resolved.baseURL) {
		c.diags.AddAttributeWarning(path.Root(from.Block).AtName("base_url"), "Credentials over plain http",
			fmt.Sprintf("%s is called at %s, so its credentials cross the network unencrypted. Use an https address.", from.Service, resolved.baseURL))
	}
	if at, unknownHTTP := c.http.unknown(); unknownHTTP {
		to.Await(at)
		return
	}
	if unknown {
		return
	}
	config := c.common
	config.BaseURL, config.RequestsPerMinute = resolved.baseURL, perMinute(from.block)
	to.Connect(client(config, resolved), resolved.fromEnvironment)
	c.inForce[from.Block+".base_url"], c.inForce[from.Block+".requests_per_minute"] = resolved.baseURL, config.RequestsPerMinute
}

// proxyVariables name the proxies of https and http. The standard library takes the first
// that is set of each.
var proxyVariables = [][]string{{"HTTPS_PROXY", "https_proxy"}, {"HTTP_PROXY", "http_proxy"}}

// checkProxies refuses the address of a proxy that cannot be read, because the standard
// library would call the services without that proxy.
func (p *conversationProvider) checkProxies(diags *diag.Diagnostics) {
	for _, variables := range proxyVariables {
		first := slices.IndexFunc(variables, func(variable string) bool { return p.Getenv(variable) != "" })
		if first < 0 {
			continue
		}
		if _, err := proxyURL(p.Getenv(variables[first])); err != nil { // the error has the value
			diags.AddError("Invalid "+variables[first], "The value of the environment variable "+variables[first]+" is not a URL, so calls would go past the proxy. "+
				"Set it to a URL such as http://user:password@host:port, without white space. "+
				"A % in the user or the password is written %25, and other special characters likewise.")
		}
	}
}

// proxyURL reads the address of a proxy as the standard library does, also one without a scheme.
func proxyURL(address string) (*url.URL, error) {
	if u, err := url.Parse(address); err == nil && u.Scheme != "" && u.Host != "" {
		return u, nil
	}
	return url.Parse("http://" + address)
}

// minTokenLength is the length, in bytes, from which a proxy's user may be a token. A
// shorter name is none, and it would be masked within ordinary words.
const minTokenLength = 8

// proxySecrets returns the passwords of proxies in the environment, and the users that may
// be tokens, because the standard library quotes a proxy's address in an error.
func (p *conversationProvider) proxySecrets() []string {
	var out []string
	for _, variable := range slices.Concat(proxyVariables...) {
		u, err := proxyURL(p.Getenv(variable))
		if err != nil || u.User == nil {
			continue
		}
		user := u.User.Username()
		if len(user) >= minTokenLength {
			out = append(out, user)
		}
		if password, ok := u.User.Password(); ok {
			out = append(out, password, base64.StdEncoding.EncodeToString([]byte(user+":"+password)))
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

// isPlain reports whether credentials sent to the address cross a network unencrypted
// that is not the user's own.
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
