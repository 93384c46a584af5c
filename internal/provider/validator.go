package provider

import (
	"context"
	"net/url"
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

// textRule is a rule for strings. It never repeats the value that it refuses,
// which may be personal or a secret.
type textRule struct {
	must  string                    // what the value must be, behind "must be"
	wrong func(value string) string // what is wrong with it; "" when nothing is
}

func (r textRule) Description(context.Context) string { return "must be " + r.must }

func (r textRule) MarkdownDescription(ctx context.Context) string { return r.Description(ctx) }

func (r textRule) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if !req.ConfigValue.IsNull() && !req.ConfigValue.IsUnknown() {
		resp.Diagnostics.Append(r.demand(req.Path, req.ConfigValue)...)
	}
}

// demand returns what is wrong with a value that has to be there. An action asks
// for it again: Terraform does not, once what was unknown at plan is known.
func (r textRule) demand(at path.Path, value types.String) diag.Diagnostics {
	var diags diag.Diagnostics
	if wrong := r.wrong(value.ValueString()); wrong != "" {
		diags.AddAttributeError(at, "Invalid "+at.String(), wrong)
	}
	return diags
}

const emptyText = "The value is an empty string. Give the attribute a value, or leave it out where it is optional: " +
	"a secret or variable that is missing in a pipeline often arrives as an empty string."

// notEmpty refuses "".
var notEmpty = textRule{must: "not empty", wrong: func(value string) string {
	if value == "" {
		return emptyText
	}
	return ""
}}

// headerText is a credential: not empty, and fit for a header.
var headerText = textRule{must: "not empty and without control characters", wrong: func(value string) string {
	if value == "" {
		return emptyText
	}
	if strings.ContainsFunc(value, unicode.IsControl) {
		return "The value contains a line break or another control character. " +
			"A value that is read from a file often ends in a line break: use trimspace()."
	}
	return ""
}}

// pathID is an id that becomes an element of a path.
var pathID = textRule{must: `not empty, "." or ".."`, wrong: func(value string) string {
	if value == "" {
		return emptyText
	}
	if err := rest.CheckID(value); err != nil {
		return "The id " + err.Error() + "."
	}
	return ""
}}

// email is an address with one @ and no white space, nothing stricter.
var email = textRule{must: "an e-mail address", wrong: func(value string) string {
	if value == "" {
		return emptyText
	}
	name, host, _ := strings.Cut(value, "@")
	if name == "" || host == "" || strings.Contains(host, "@") || strings.ContainsFunc(value, unicode.IsSpace) {
		return "The value must be an e-mail address: one @ with text on both sides and no white space."
	}
	return ""
}}

// baseURL is the address of a service.
var baseURL = textRule{must: "an absolute http or https URL without user, query or fragment", wrong: func(value string) string {
	if value == "" {
		return emptyText
	}
	u, err := url.Parse(value)
	switch {
	case err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || !isPort(u.Port()):
		return "The value must be an absolute http or https URL, such as https://acme.thulium.com/api."
	case strings.ContainsFunc(value, unicode.IsSpace):
		return "The URL must not contain white space."
	case u.User != nil:
		return "The URL must not carry a user or a password: credentials have attributes of their own."
	case u.RawQuery != "" || strings.ContainsAny(value, "?#"):
		return "The URL must not carry a query or a fragment."
	}
	return ""
}}

// isPort reports whether a URL's port is a number that a port can have, or none.
func isPort(port string) bool {
	_, err := strconv.ParseUint(port, 10, 16)
	return port == "" || err == nil
}

// certificates is a PEM bundle.
var certificates = textRule{must: "a PEM bundle of certificates", wrong: func(value string) string {
	if value == "" {
		return emptyText
	}
	if _, err := rest.NewTransport(value, 0); err != nil {
		return `The value must be a PEM bundle of certificates: ` + err.Error() + `. Give the content of the file, such as file("ca.pem").`
	}
	return ""
}}

// positiveDuration is a duration above zero. What is no duration at all is
// refused by the attribute's type.
var positiveDuration = textRule{must: "a duration above zero", wrong: func(value string) string {
	if duration, err := time.ParseDuration(value); err == nil && duration <= 0 {
		return "The duration must be above zero."
	}
	return ""
}}

// dayOrMinute is a bound on the start of a chat.
var dayOrMinute = textRule{must: "a date with or without a time", wrong: func(value string) string {
	for _, layout := range []string{time.DateOnly, "2006-01-02 15:04"} {
		if at, err := time.Parse(layout, value); err == nil && at.Format(layout) == value {
			return ""
		}
	}
	return "The value must be a date with or without a time, 2026-11-22 or 2026-11-22 12:34, in the zone of the Thulium system."
}}

// personalNumber is a number of at least 1 that an error does not repeat, as
// int64validator.AtLeast would.
type personalNumber struct{}

func (personalNumber) Description(context.Context) string { return "must be at least 1" }

func (v personalNumber) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (personalNumber) ValidateInt64(_ context.Context, req validator.Int64Request, resp *validator.Int64Response) {
	if !req.ConfigValue.IsNull() && !req.ConfigValue.IsUnknown() && req.ConfigValue.ValueInt64() < 1 {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid "+req.Path.String(), "The value must be a number of at least 1.")
	}
}

// positiveTimeouts refuses time-outs that would end every operation before it begins.
type positiveTimeouts struct{}

func (positiveTimeouts) Description(context.Context) string {
	return "each must be a duration above zero"
}

func (v positiveTimeouts) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (positiveTimeouts) ValidateObject(_ context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	for name, value := range req.ConfigValue.Attributes() {
		text, ok := value.(types.String)
		if !ok || text.IsNull() || text.IsUnknown() {
			continue
		}
		if wrong := positiveDuration.wrong(text.ValueString()); wrong != "" {
			at := req.Path.AtName(name)
			resp.Diagnostics.AddAttributeError(at, "Invalid "+at.String(), wrong)
		}
	}
}
