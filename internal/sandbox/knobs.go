package sandbox

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Values of the knobs that are a choice.
const (
	RetryAfterSeconds = "seconds"
	RetryAfterDate    = "date"
	RetryAfterAbsent  = "absent"

	NewestFirst = "newest_first"
	OldestFirst = "oldest_first"

	CountMatches = "matches"
	CountPage    = "page"
	CountAbsent  = "absent"

	ClosedByBoth   = "both"
	ClosedByStatus = "status"
	ClosedByTime   = "time"

	RowIDSame   = "same"
	RowIDUpper  = "upper"
	RowIDAbsent = "absent"

	StopReadsAny   = "any"
	StopReadsQuery = "query"
	StopReadsForm  = "form"
	StopReadsJSON  = "json"

	NoneOpenLast          = "last"
	NoneOpenNotFound      = "not_found"
	NoneOpenUnprocessable = "unprocessable"
	NoneOpenFailed        = "failed"

	ValidationLists  = "lists"
	ValidationTexts  = "texts"
	ValidationNested = "nested"

	WebhookOnce         = "once"
	WebhookNever        = "never"
	WebhookTwice        = "twice"
	WebhookBadSignature = "bad_signature"
)

// Knobs choose between the answers that the documentation leaves open. Each comment names the real condition.
type Knobs struct {
	// All three services. Latencies are real time, whatever the sandbox's clock.
	Latency    Duration `json:"latency"`     // every call takes so long: the way to the service and back
	RetryAfter string   `json:"retry_after"` // a service's own 429 says when to come back: seconds, date, absent

	// Thulium.
	ThuliumPerMinute   int      `json:"thulium_per_minute"`   // the service has a rate limit; 0: none
	StartLatency       Duration `json:"start_latency"`        // a start takes so much longer than other calls
	NoAccessStatus     int      `json:"no_access_status"`     // user or password is wrong
	DeniedStatus       int      `json:"denied_status"`        // the API user lacks the call
	InvalidStatus      int      `json:"invalid_status"`       // a parameter is missing or wrong
	Queues             []int64  `json:"queues"`               // only these chat queues exist; empty: any number is one
	StopUnknown        int      `json:"stop_unknown"`         // status of stop for an id the service does not know
	StopStopped        int      `json:"stop_stopped"`         // status of stop for a conversation that is closed already
	StopReads          string   `json:"stop_reads"`           // where stop looks for external_chatbot_id: any, query, form, json
	InactivityAfter    Duration `json:"inactivity_after"`     // the service closes a chat by itself so long after its start; 0: never
	ListRefused        int      `json:"list_refused"`         // the system has no listing and answers this status; 0: it has one
	ListOrder          string   `json:"list_order"`           // newest_first, oldest_first
	InsertBetweenPages int      `json:"insert_between_pages"` // strangers start so many chats after each page of the listing
	HideOpen           bool     `json:"hide_open"`            // only closed chats are listed
	ShowAfter          Duration `json:"show_after"`           // an open chat is listed only so long after its start
	OriginalQueue      bool     `json:"original_queue"`       // a transferred chat stays listed under the queue it was started in
	OpenStatus         string   `json:"open_status"`          // what the status of an open chat is called
	ClosedBy           string   `json:"closed_by"`            // a closed row has the status CLOSED, a closed_at, or both
	CustomerFilledIn   bool     `json:"customer_filled_in"`   // rows show the CRM's customer and not what was sent
	FirstNameOnly      bool     `json:"first_name_only"`      // client_name of a row lacks the surname
	EmptyTexts         bool     `json:"empty_texts"`          // text columns that nothing is known of are "" and not null
	RowID              string   `json:"row_id"`               // conversation_id of a row: same as start's, upper (case), absent (null)
	Count              string   `json:"count"`                // count is of all matches, wrongly of the page, or absent
	DateToStart        bool     `json:"date_to_start"`        // date_to ends with the first moment of its day or minute, not the last
	LimitRefused       bool     `json:"limit_refused"`        // a limit above 100 is an error and not cut to 100

	// Jelou.
	JelouPerMinute  int    `json:"jelou_per_minute"` // the service has a rate limit; 0: none
	CredentialFault int    `json:"credential_fault"` // status for a wrong credential: 401, or 500 as the documentation warns
	EveryUserOpen   bool   `json:"every_user_open"`  // every user of a known bot has an open conversation
	NoneOpen        string `json:"none_open"`        // close with nothing open: last (200 with the last id), not_found, unprocessable, failed (200 with status 0)
	MessageText     bool   `json:"message_text"`     // message is a text as in the schema, not a list as in the examples
	DataAbsent      bool   `json:"data_absent"`      // a successful close has no data
	StatusAbsent    bool   `json:"status_absent"`    // a successful close has no status and no statusMessage
	ValidationError string `json:"validation_error"` // its shape: lists (field: [text]), texts (field: text), nested (errors: [{field, message}])
	Webhook         string `json:"webhook"`          // an event is delivered once, never, twice, or with a bad_signature

	// Chatbot.
	ChatbotPerMinute  int      `json:"chatbot_per_minute"` // the service has a rate limit, 100 on the standard plan; 0: none
	AnswerAfter       Duration `json:"answer_after"`       // the waiting thread gains its answer so long after it was first read
	NullsAbsent       bool     `json:"nulls_absent"`       // a thread's null fields are left out
	SuccessFalse      bool     `json:"success_false"`      // an error arrives as success:false on HTTP 200
	ForbiddenChatbots []string `json:"forbidden_chatbots"` // chatbots of another account: 403
}

// DefaultKnobs are the documented answers, and the likelier one where nothing is documented.
func DefaultKnobs() Knobs {
	return Knobs{
		RetryAfter:      RetryAfterSeconds,
		NoAccessStatus:  http.StatusUnauthorized,
		DeniedStatus:    http.StatusForbidden,
		InvalidStatus:   http.StatusBadRequest,
		StopUnknown:     http.StatusNotFound,
		StopStopped:     http.StatusConflict,
		StopReads:       StopReadsAny,
		ListOrder:       NewestFirst,
		OpenStatus:      "OPEN",
		ClosedBy:        ClosedByBoth,
		RowID:           RowIDSame,
		Count:           CountMatches,
		CredentialFault: http.StatusUnauthorized,
		EveryUserOpen:   true,
		NoneOpen:        NoneOpenNotFound,
		ValidationError: ValidationLists,
		Webhook:         WebhookOnce,
		AnswerAfter:     Duration(3 * time.Second),
	}
}

// clone keeps the lists of two copies apart.
func (k Knobs) clone() Knobs {
	k.Queues = slices.Clone(k.Queues)
	k.ForbiddenChatbots = slices.Clone(k.ForbiddenChatbots)
	return k
}

// check returns an error that names the first knob with a value it does not have.
func (k Knobs) check() error {
	for _, choice := range []struct {
		knob, value string
		values      []string
	}{
		{"retry_after", k.RetryAfter, []string{RetryAfterSeconds, RetryAfterDate, RetryAfterAbsent}},
		{"stop_reads", k.StopReads, []string{StopReadsAny, StopReadsQuery, StopReadsForm, StopReadsJSON}},
		{"list_order", k.ListOrder, []string{NewestFirst, OldestFirst}},
		{"closed_by", k.ClosedBy, []string{ClosedByBoth, ClosedByStatus, ClosedByTime}},
		{"row_id", k.RowID, []string{RowIDSame, RowIDUpper, RowIDAbsent}},
		{"count", k.Count, []string{CountMatches, CountPage, CountAbsent}},
		{"none_open", k.NoneOpen, []string{NoneOpenLast, NoneOpenNotFound, NoneOpenUnprocessable, NoneOpenFailed}},
		{"validation_error", k.ValidationError, []string{ValidationLists, ValidationTexts, ValidationNested}},
		{"webhook", k.Webhook, []string{WebhookOnce, WebhookNever, WebhookTwice, WebhookBadSignature}},
	} {
		if !slices.Contains(choice.values, choice.value) {
			return fmt.Errorf("knob %s: %q is none of %s", choice.knob, choice.value, strings.Join(choice.values, ", "))
		}
	}
	for _, status := range []struct {
		knob  string
		value int
		least int
	}{
		{"no_access_status", k.NoAccessStatus, 400},
		{"denied_status", k.DeniedStatus, 400},
		{"invalid_status", k.InvalidStatus, 400},
		{"stop_unknown", k.StopUnknown, 200},
		{"stop_stopped", k.StopStopped, 200},
		{"credential_fault", k.CredentialFault, 400},
	} {
		if status.value < status.least || status.value > 599 {
			return fmt.Errorf("knob %s: %d is not within %d and 599", status.knob, status.value, status.least)
		}
	}
	if k.ListRefused != 0 && (k.ListRefused < 400 || k.ListRefused > 599) {
		return fmt.Errorf("knob list_refused: %d is neither 0 nor within 400 and 599", k.ListRefused)
	}
	if k.OpenStatus == "" || k.OpenStatus == statusClosed {
		return fmt.Errorf("knob open_status: %q cannot be the status of an open chat", k.OpenStatus)
	}
	return nil
}
