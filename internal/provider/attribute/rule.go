// Package attribute has the pieces of schemas that several types use: rules for texts
// and numbers, and timeouts.
package attribute

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// Rule is a rule for texts. It never repeats the value that it refuses, which may be
// personal or a secret.
type Rule struct {
	Must  string                    // what the value must be, behind "must be"
	Wrong func(value string) string // what is wrong with it; "" when nothing is
}

// Description says what the value must be.
func (r Rule) Description(context.Context) string { return "must be " + r.Must }

// MarkdownDescription says what the value must be.
func (r Rule) MarkdownDescription(ctx context.Context) string { return r.Description(ctx) }

// ValidateString refuses a value that breaks the rule.
func (r Rule) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if !req.ConfigValue.IsNull() && !req.ConfigValue.IsUnknown() {
		resp.Diagnostics.Append(r.Demand(req.Path, req.ConfigValue)...)
	}
}

// Demand returns what is wrong with a value that has to be there. An action asks for it
// at invoke, because Terraform validates no action again once what was unknown at plan
// is known.
func (r Rule) Demand(at path.Path, value types.String) diag.Diagnostics {
	var diags diag.Diagnostics
	wrong := r.Wrong(value.ValueString())
	if value.IsNull() {
		wrong = "The value is null, and the attribute is required."
	}
	if wrong != "" {
		diags.AddAttributeError(at, "Invalid "+at.String(), wrong)
	}
	return diags
}

// DemandOptional is Demand for a value that may be left out.
func (r Rule) DemandOptional(at path.Path, value types.String) diag.Diagnostics {
	if value.IsNull() {
		return nil
	}
	return r.Demand(at, value)
}

// OneOf is one of some values. The library's validator repeats the value that it refuses.
func OneOf(values ...string) Rule {
	last := len(values) - 1
	must := `"` + strings.Join(values[:last], `", "`) + `" or "` + values[last] + `"`
	return Rule{Must: must, Wrong: func(value string) string {
		if slices.Contains(values, value) {
			return ""
		}
		return "The value must be " + must + "."
	}}
}

// filled returns a rule for a value that is not empty and that wrong has nothing against.
func filled(must string, wrong func(value string) string) Rule {
	return Rule{Must: must, Wrong: func(value string) string {
		if value == "" {
			return "The value is an empty string. Give the attribute a value, or leave it out where it is optional: " +
				"a secret or variable that is missing in a pipeline often arrives as an empty string."
		}
		return wrong(value)
	}}
}

// NotEmpty refuses "".
var NotEmpty = filled("not empty", func(string) string { return "" })

// Text is what somebody says: not empty, and not white space alone.
var Text = filled("a text that is more than white space", func(value string) string {
	if strings.TrimSpace(value) == "" {
		return "The text is white space alone. Give a text, or leave the attribute out where it is optional."
	}
	return ""
})

// ID is an id of a service. It stands in a path or in a body.
var ID = filled(`an id: not empty, not "." or "..", without control characters and without white space at an end`, func(value string) string {
	err := rest.CheckID(value)
	switch {
	case err == nil:
		return ""
	case strings.TrimSpace(value) != value:
		return "The id " + err.Error() + ". " + trimAdvice
	}
	return "The id " + err.Error() + "."
})

const trimAdvice = "A value that is read from a file often ends in a line break: use trimspace(), or $(cat file) for an environment variable."

// Email is an address with one @ and no white space, nothing stricter.
var Email = filled("an e-mail address", func(value string) string {
	name, host, _ := strings.Cut(value, "@")
	if name == "" || host == "" || strings.Contains(host, "@") || strings.ContainsFunc(value, unicode.IsSpace) {
		return "The value must be an e-mail address: one @ with text on both sides and no white space."
	}
	return ""
})

// Password is a secret that a header carries in base64.
var Password = filled("not empty and without control characters", controlled)

func controlled(value string) string {
	if strings.ContainsFunc(value, unicode.IsControl) {
		return "The value contains a line break or another control character. " + trimAdvice
	}
	return ""
}

// BasicName is a user's name for HTTP Basic.
var BasicName = filled("not empty, without control characters and without a colon", func(value string) string {
	if strings.Contains(value, ":") {
		return "The value contains a colon, which HTTP Basic takes for the end of a name: the service would read another password. " +
			"Give the name or id alone. Its password or secret has an attribute of its own."
	}
	return controlled(value)
})

// Token is a secret that a header carries as it is.
var Token = filled("a token: no white space, no quotation marks, no invisible characters, no \"Bearer \" before it", func(value string) string {
	isQuote := func(r rune) bool { return unicode.In(r, unicode.Pi, unicode.Pf) || strings.ContainsRune("\"'`", r) }
	switch {
	case controlled(value) != "":
		return controlled(value)
	case len(value) > len("bearer ") && strings.EqualFold(value[:len("bearer ")], "bearer "):
		return "The value begins with \"Bearer \", which the provider writes itself. Give the token alone."
	case strings.ContainsFunc(value, unicode.IsSpace):
		return "The value contains white space, which no token has. " + trimAdvice
	case strings.ContainsFunc(value, isQuote):
		return "The value contains a quotation mark, which no token has: it was probably quoted once too often."
	case strings.ContainsFunc(value, func(r rune) bool { return unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar }):
		return "The value contains an invisible character, such as a byte order mark or a zero-width space. Type the token again, or copy it as plain text."
	}
	return ""
})

// BaseURL is the address of a service.
var BaseURL = filled("an absolute http or https URL without user, query or fragment", func(value string) string {
	u, err := url.Parse(value)
	switch {
	case strings.ContainsFunc(value, unicode.IsSpace): // of which url.Parse refuses some
		return "The URL must not contain white space. " + trimAdvice
	case err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || !isPort(u.Port()):
		return "The value must be an absolute http or https URL, such as https://acme.thulium.com/api."
	case u.User != nil:
		return "The URL must not carry a user or a password: credentials have attributes of their own."
	case u.RawQuery != "" || strings.ContainsAny(value, "?#"):
		return "The URL must not carry a query or a fragment."
	}
	return ""
})

// isPort reports whether a URL's port is a number that a port can have, or none.
func isPort(port string) bool {
	_, err := strconv.ParseUint(port, 10, 16)
	return port == "" || err == nil
}

// HTTPURL is an address that a service is told.
var HTTPURL = filled("an absolute http or https URL", func(value string) string {
	if u, err := url.Parse(value); err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || strings.ContainsFunc(value, unicode.IsSpace) {
		return "The value must be an absolute http or https URL, such as https://hooks.example.com/threads."
	}
	return ""
})

// Certificates is a PEM bundle in which each block is a certificate.
var Certificates = filled("a PEM bundle of certificates", func(value string) string {
	if _, err := rest.Certificates(value); err != nil {
		return "The value must be a PEM bundle of certificates, but " + err.Error() + `. Give the content of the file, such as file("ca.pem").`
	}
	return ""
})

// Duration is a duration above zero.
var Duration = filled(`a duration above zero, such as "10s"`, func(value string) string {
	duration, err := time.ParseDuration(value)
	switch {
	case err != nil:
		return `The value must be a duration: a number with a unit, such as "10s", "1m30s" or "500ms".`
	case duration <= 0:
		return `The duration must be above zero, such as "10s".`
	}
	return ""
})
