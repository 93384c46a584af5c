package thuliumchat

import (
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
	"github.com/conversation-tools/terraform-provider-conversation/internal/thulium"
)

// filterModel is which chats are listed, in the data source and in the list resource.
type filterModel struct {
	ChatQueueID types.Number `tfsdk:"chat_queue_id"`
	Status      types.String `tfsdk:"status"`
	StartedFrom types.String `tfsdk:"started_from"`
	StartedTo   types.String `tfsdk:"started_to"`
	ClientEmail types.String `tfsdk:"client_email"`
	OpenOnly    types.Bool   `tfsdk:"open_only"`
	OlderThan   types.String `tfsdk:"older_than"`
}

// Descriptions of the arguments, but for open_only, whose defaults differ.
const (
	queueDescription = "Only chats of this queue, at least 1."
	statusesFilter   = "Only chats with this status. Thulium documents `CREATED` (begun by the client), `IN_PROGRESS` (an agent has written) and " +
		"`CLOSED` (over)."
	boundDescription = " A date or a time in the zone of the Thulium system, `2026-11-22` or `2026-11-22 12:34`. With `thulium.time_zone` also a time " +
		"with seconds and fractions, as in `created_at`, or one in the form RFC 3339."
	fromDescription  = "Only chats that started at this time or later." + boundDescription
	toDescription    = "Only chats that started at this time or before. A date alone includes its whole day." + boundDescription
	emailDescription = "Only chats that are shown with this e-mail address, in whatever case. Not a pattern."
	olderDescription = "Only chats that started at least this long ago: a duration such as `\"24h\"`. Needs `thulium.time_zone` in the provider block, because " +
		"Thulium writes times without a zone. A chat whose start cannot be read is not older."
)

// bound is a rule for a bound on the start of a chat.
var bound = attribute.Rule{Must: "a date or a time", Wrong: func(value string) string {
	if _, err := thulium.ParseBound(value); err != nil {
		return "The value " + err.Error() + "."
	}
	return ""
}}

// emailFilter is a rule for an e-mail address that is looked for. A pattern would match
// nothing, because addresses are compared as a whole.
var emailFilter = attribute.Rule{Must: "an e-mail address without a wildcard", Wrong: func(value string) string {
	if strings.ContainsAny(value, "*%?") {
		return "The value must be one whole e-mail address: with a wildcard, no chat would match."
	}
	return attribute.Email.Wrong(value)
}}

// contradictions returns which arguments together match no chat. openOnly says whether
// closed chats are left out. What is not known yet contradicts nothing.
func (m filterModel) contradictions(openOnly bool) diag.Diagnostics {
	var diags diag.Diagnostics
	if openOnly && m.Status.ValueString() == thulium.StatusClosed {
		diags.AddAttributeError(path.Root("open_only"), "No chat can match",
			`status = "CLOSED" asks for chats that are closed, and open_only leaves them out. Remove status, or set open_only = false.`)
	}
	from, to := parsedBound(m.StartedFrom), parsedBound(m.StartedTo)
	if from.After(to, nil) {
		diags.Append(turnedRound())
	}
	return diags
}

func turnedRound() diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("started_from"), "No chat can match", "started_from is after started_to. Exchange them, or remove one.")
}

// parsedBound returns a validated bound; none for one that is null, not known or wrong.
func parsedBound(text types.String) thulium.Bound {
	parsed, err := thulium.ParseBound(text.ValueString())
	if err != nil {
		return thulium.Bound{}
	}
	return parsed
}

// request returns what is asked for, or what the configured zone has against it.
func (m filterModel) request(s *service.Thulium, openOnly bool) (thulium.ListRequest, diag.Diagnostics) {
	var diags diag.Diagnostics
	request := thulium.ListRequest{
		QueueID:     attribute.Int64(m.ChatQueueID),
		Status:      m.Status.ValueString(),
		From:        parsedBound(m.StartedFrom),
		To:          parsedBound(m.StartedTo),
		ClientEmail: m.ClientEmail.ValueString(),
		OpenOnly:    openOnly,
	}
	if !m.OlderThan.IsNull() {
		request.OlderThan, _ = time.ParseDuration(m.OlderThan.ValueString()) // validated
		needZone(s, path.Root("older_than"), "older_than", &diags)
	}
	for name, bound := range map[string]thulium.Bound{"started_from": request.From, "started_to": request.To} {
		if bound.NeedsZone() {
			needZone(s, path.Root(name), name+" with seconds or a zone", &diags)
		}
	}
	if !diags.HasError() && request.From.After(request.To, s.Zone) {
		diags.Append(turnedRound())
	}
	return request, diags
}
