package provider

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
)

// settings is where a service is and what opens it: one address and one set of
// credentials, which come from one place.
type settings struct {
	baseURL         string
	credentials     map[string]string // by attribute; what is not known yet is empty
	fromEnvironment bool              // the credentials come from there
}

// source resolves the settings of one service from its block and the environment.
type source struct {
	service.Account

	block  block
	getenv func(string) string
}

// resolve returns the settings, or what is wrong with them in one sentence or two.
func (s source) resolve() (settings, error) {
	out := settings{credentials: map[string]string{}}
	blockURL, environmentURL := s.block.text("base_url"), s.getenv(s.URLVariable)
	needed := environmentURL != "" && (!isSet(blockURL) || !s.inBlock())
	if wrong := attribute.BaseURL.Wrong(environmentURL); needed && wrong != "" {
		return out, fmt.Errorf("the environment variable %s is not usable: %s", s.URLVariable, wrong)
	}
	switch {
	case isSet(blockURL):
		out.baseURL = blockURL.ValueString()
	case environmentURL != "":
		out.baseURL = environmentURL
	case s.DefaultURL != "":
		out.baseURL = s.DefaultURL
	default:
		return out, s.missing(true)
	}
	if s.inBlock() {
		return out, s.fromBlock(out.credentials)
	}
	if here := blockURL.ValueString(); here != "" && environmentURL != "" && !sameOrigin(here, environmentURL) {
		names, variables := s.Names(s.Credentials())
		return out, fmt.Errorf("%s.base_url is %s, and %s is %s: credentials from the environment belong to another address. "+
			"Set the credentials (%s) in the provider block as well, or remove one of the two addresses",
			s.Block, here, s.URLVariable, environmentURL, paired(names, variables))
	}
	out.fromEnvironment = true
	return out, s.fromEnvironment(out.credentials)
}

// secrets returns the credentials that grant access, from wherever they come and whether
// or not the service can be called with them.
func (s source) secrets() []string {
	var out []string
	for _, credential := range s.Credentials() {
		for _, value := range []string{s.block.text(credential.Name).ValueString(), s.getenv(credential.Variable)} {
			if credential.Secret && value != "" && !slices.Contains(out, value) {
				out = append(out, value)
			}
		}
	}
	return out
}

// inBlock reports whether the block sets any of the credentials, known or not yet.
func (s source) inBlock() bool {
	return slices.ContainsFunc(s.Credentials(), func(c service.Credential) bool { return isSet(s.block.text(c.Name)) })
}

func (s source) fromBlock(credentials map[string]string) error {
	known := false
	for _, c := range s.Credentials() {
		credentials[c.Name] = s.block.text(c.Name).ValueString()
		known = known || isKnown(s.block.text(c.Name))
	}
	if !known {
		return nil // they may turn out to be null, and then the environment serves
	}
	lacking, ok := s.lacking(func(c service.Credential) bool { return isSet(s.block.text(c.Name)) })
	if ok {
		return fmt.Errorf("%s.%s is not set. The block sets other credentials, so none is taken from the environment (%s): "+
			"set it in the provider block as well, or move all of them to the environment", s.Block, lacking.Name, lacking.Variable)
	}
	return nil
}

func (s source) fromEnvironment(credentials map[string]string) error {
	has := func(c service.Credential) bool { return s.getenv(c.Variable) != "" }
	for _, c := range s.Credentials() {
		value := s.getenv(c.Variable)
		if wrong := c.Rule.Wrong(value); value != "" && wrong != "" {
			return fmt.Errorf("the environment variable %s is not usable: %s", c.Variable, wrong)
		}
		credentials[c.Name] = value
	}
	var ways []string
	for _, way := range s.Ways {
		if _, variables := s.Names(way); slices.ContainsFunc(way, has) {
			ways = append(ways, strings.Join(variables, " or "))
		}
	}
	switch len(ways) {
	case 0:
		return s.missing(false)
	case 1:
	default:
		return fmt.Errorf("the environment sets %s and also %s: unset one of the two credentials", ways[0], ways[1])
	}
	if lacking, ok := s.lacking(has); ok {
		return fmt.Errorf("%s.%s is not set. The environment sets other credentials, so all are taken from there: "+
			"set the environment variable %s as well, or all of them in the provider block", s.Block, lacking.Name, lacking.Variable)
	}
	return nil
}

// lacking returns the first credential that is missing in a way to authenticate of which
// others are there. It reports false where one of the ways is complete.
func (s source) lacking(has func(service.Credential) bool) (service.Credential, bool) {
	var out service.Credential
	for _, way := range s.Ways {
		missing := slices.IndexFunc(way, func(c service.Credential) bool { return !has(c) })
		if missing < 0 {
			return service.Credential{}, false
		}
		if slices.ContainsFunc(way, has) {
			out = way[missing]
		}
	}
	return out, out.Name != ""
}

// missing says what to set where a service has no credentials at all, and no address
// either when withURL is true.
func (s source) missing(withURL bool) error {
	var names, variables []string
	if withURL {
		names, variables = []string{s.Block + ".base_url"}, []string{s.URLVariable}
	}
	alternative := ""
	if !s.inBlock() && !slices.ContainsFunc(s.Credentials(), func(c service.Credential) bool { return s.getenv(c.Variable) != "" }) {
		more, moreVariables := s.Names(s.Ways[0])
		names, variables = append(names, more...), append(variables, moreVariables...)
		for _, way := range s.Ways[1:] {
			others, theirs := s.Names(way)
			alternative += ", or " + service.Enumerated(others) + " (" + strings.Join(theirs, ", ") + ")"
		}
	}
	verb, them, variable := "is", "it", "variable"
	if len(names) > 1 {
		verb, them, variable = "are", "them", "variables"
	}
	return fmt.Errorf("%s %s not set. Set %s in the provider block, or the environment %s %s%s",
		service.Enumerated(names), verb, them, variable, service.Enumerated(variables), alternative)
}

// paired returns "thulium.username, THULIUM_USERNAME; …".
func paired(names, variables []string) string {
	var out []string
	for i := range names {
		out = append(out, names[i]+", "+variables[i])
	}
	return strings.Join(out, "; ")
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
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	default:
		return "80"
	}
}
