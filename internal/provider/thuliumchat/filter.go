package thuliumchat

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
	"github.com/conversation-tools/terraform-provider-conversation/internal/thulium"
)

// filterModel is which chats are listed, in the data source and in the list resource.
type filterModel struct {
	ChatQueueID types.Number   `tfsdk:"chat_queue_id"`
	Status      types.String   `tfsdk:"status"`
	StartedFrom types.String   `tfsdk:"started_from"`
	StartedTo   types.String   `tfsdk:"started_to"`
	ClientEmail types.String   `tfsdk:"client_email"`
	OpenOnly    types.Bool     `tfsdk:"open_only"`
	OlderThan   types.String   `tfsdk:"older_than"`
	Timeouts    timeouts.Value `tfsdk:"timeouts"`
}

// atLeastOne is the rule for numbers of queues and customers.
var atLeastOne = []validator.Number{attribute.WholeNumber{Min: 1}}

const (
	queueFilter = "Only chats of this queue, at least 1."
	boundForms  = " A date or a time in the zone of the Thulium system, `2026-11-22` or `2026-11-22 12:34`. With `thulium.time_zone` also a time " +
		"with seconds and fractions, as in `created_at`, or one in the form RFC 3339."
)

// textFilters are the filters that are texts.
var textFilters = []struct {
	name, description string
	rule              attribute.Rule
}{
	{"status", "Only chats with this status. Thulium documents `CREATED` (begun by the client), `IN_PROGRESS` (an agent has written) and " +
		"`CLOSED` (over).", attribute.Text},
	{"started_from", "Only chats that started at this time or later." + boundForms, bound},
	{"started_to", "Only chats that started at this time or before. A date alone includes its whole day." + boundForms, bound},
	{"client_email", "Only chats that are shown with this e-mail address, in whatever case. Not a pattern.", wholeEmail},
	{"older_than", "Only chats that started at least this long ago: a duration such as `\"24h\"`. Needs `thulium.time_zone` in the provider block, because " +
		"Thulium writes times without a zone. A chat whose start cannot be read is not older.", attribute.Duration},
}

// bound is a rule for a bound on the start of a chat.
var bound = attribute.Rule{Must: "a date or a time", Wrong: func(value string) string {
	if _, err := thulium.ParseBound(value); err != nil {
		return "The value " + err.Error() + "."
	}
	return ""
}}

// wholeEmail is a rule for an e-mail address that is looked for. A pattern would match
// nothing, because addresses are compared as a whole.
var wholeEmail = attribute.Rule{Must: "an e-mail address without a wildcard", Wrong: func(value string) string {
	if strings.ContainsAny(value, "*%?") {
		return "The value must be one whole e-mail address: with a wildcard, no chat would match."
	}
	return attribute.Email.Wrong(value)
}}

// request returns what is asked for. openOnly is the default of open_only; one that is
// not known yet leaves no chat out.
func (m filterModel) request(openOnly bool) thulium.ListRequest {
	// Validated texts cannot fail here; one that is null or not known yet gives none.
	from, _ := thulium.ParseBound(m.StartedFrom.ValueString())
	to, _ := thulium.ParseBound(m.StartedTo.ValueString())
	age, _ := time.ParseDuration(m.OlderThan.ValueString())
	return thulium.ListRequest{
		QueueID: attribute.Int64(m.ChatQueueID), Status: m.Status.ValueString(), From: from, To: to, ClientEmail: m.ClientEmail.ValueString(),
		OpenOnly: m.OpenOnly.IsNull() && openOnly || m.OpenOnly.ValueBool(), OlderThan: age,
	}
}

// validate adds errors for arguments that together match no chat.
func (m filterModel) validate(openOnly bool, diags *diag.Diagnostics) {
	request := m.request(openOnly)
	if request.OpenOnly && request.Status == thulium.StatusClosed {
		diags.AddAttributeError(path.Root("open_only"), "No chat can match",
			`status = "CLOSED" asks for chats that are closed, and open_only leaves them out. Remove status, or set open_only = false.`)
	}
	checkOrder(request, nil, diags)
}

// checkOrder adds an error for bounds that no start lies between. zone may be nil.
func checkOrder(request thulium.ListRequest, zone *time.Location, diags *diag.Diagnostics) {
	if request.From.After(request.To, zone) {
		diags.AddAttributeError(path.Root("started_from"), "No chat can match", "started_from is after started_to. Exchange them, or remove one.")
	}
}

// list returns all chats that match.
func (m filterModel) list(ctx context.Context, s *service.Thulium, client *thulium.Client, openOnly bool, diags *diag.Diagnostics) []thulium.Chat {
	request := m.request(openOnly)
	var wrong diag.Diagnostics
	needZone(s, !m.OlderThan.IsNull(), "older_than", "older_than", &wrong)
	needZone(s, request.From.NeedsZone(), "started_from", "started_from with seconds or a zone", &wrong)
	needZone(s, request.To.NeedsZone(), "started_to", "started_to with seconds or a zone", &wrong)
	if !wrong.HasError() {
		checkOrder(request, s.Zone, &wrong)
	}
	diags.Append(wrong...)
	if diags.HasError() {
		return nil
	}
	ctx, cancel := service.Operation(ctx, "read", m.Timeouts.Read, diags)
	defer cancel()
	chats, err := client.ListChats(ctx, request)
	if err != nil {
		effect := "An incomplete list is not returned."
		if errors.Is(err, thulium.ErrTooLong) {
			effect += " Narrow it with chat_queue_id, started_from or started_to."
		}
		diags.Append(s.UnableTo(ctx, "list Thulium chats", err, effect))
	}
	return chats
}
