package sandbox

import (
	"maps"
	"net/http"
	"slices"
	"time"
)

// Values of the knobs that are a choice.
const (
	RetryAfterSeconds  = "seconds"
	RetryAfterDate     = "date"
	RetryAfterAbsent   = "absent"
	RetryAfterZero     = "zero"
	RetryAfterFraction = "fraction"
	RetryAfterUnit     = "unit"
	RetryAfterTwice    = "twice"
	RetryAfterPast     = "past"
	RetryAfterShortDay = "short_day"
	RetryAfterISO      = "iso"
	RetryAfterWords    = "words"

	NewestFirst = "newest_first"
	OldestFirst = "oldest_first"

	CountMatches  = "matches"
	CountPage     = "page"
	CountAbsent   = "absent"
	CountText     = "text"
	CountFraction = "fraction"

	ClosedByBoth   = "both"
	ClosedByStatus = "status"
	ClosedByTime   = "time"

	RowIDSame   = "same"
	RowIDUpper  = "upper"
	RowIDAbsent = "absent"

	TwoRowsNone        = "none"
	TwoRowsOpenFirst   = "open_first"
	TwoRowsClosedFirst = "closed_first"

	OpenClosedAtFuture = "future"
	OpenClosedAtBefore = "before_start"

	// Where a Thulium call looks for its parameters.
	StopReadsAny   = "any"
	StopReadsQuery = "query"
	StopReadsForm  = "form"
	StopReadsJSON  = "json"

	GoneEnvelope = "envelope"
	GoneEmpty    = "empty"
	GoneJSON     = "json"
	GoneHTML     = "html"

	NoneOpenLast          = "last"
	NoneOpenNotFound      = "not_found"
	NoneOpenUnprocessable = "unprocessable"
	NoneOpenFailed        = "failed"

	StartIDConversationID = "conversationId"
	StartIDUnderscore     = "_id"
	StartIDPlain          = "id"
	StartIDNone           = "none"

	StartWhileOpenRefused  = "refused"
	StartWhileOpenConflict = "conflict"
	StartWhileOpenFailed   = "failed"
	StartWhileOpenSame     = "same"
	StartWhileOpenSecond   = "second"

	ReadUnknownEnvelope = "envelope"
	ReadUnknownFailed   = "failed"
	ReadUnknownBare     = "bare"
	ReadUnknownHTML     = "html"

	ReadUserSame      = "same"
	ReadUserReference = "reference"

	JelouBaseBoth     = "both"
	JelouBaseAPI      = "jelouapi"
	JelouBasePlatform = "platform"

	ValidationLists  = "lists"
	ValidationTexts  = "texts"
	ValidationNested = "nested"

	WebhookOnce         = "once"
	WebhookNever        = "never"
	WebhookTwice        = "twice"
	WebhookBadSignature = "bad_signature"

	AnsweringNow   = "now"
	AnsweringLater = "later"
	AnsweringNever = "never"

	AnswerFormObjects = "objects"
	AnswerFormTexts   = "texts"

	ThreadTakenRefused  = "refused"
	ThreadTakenConflict = "conflict"
	ThreadTakenSame     = "same"
	ThreadTakenFresh    = "fresh"
	ThreadTakenReplaced = "replaced"

	ThreadUnknownRefused = "refused"
	ThreadUnknownCreated = "created"
)

// Knobs choose between the answers that the documentation leaves open. The tag "means" names the real condition, "for"
// its service, and "choice" or "status" the values: GET /sandbox/knobs and the page show them, and check reads them.
type Knobs struct {
	// Latencies are real time, whatever the sandbox's clock.
	Latency    Duration `json:"latency" for:"all" means:"every call takes so long: the way to the service and back"`
	RetryAfter string   `json:"retry_after" for:"all" choice:"seconds date absent zero fraction unit twice past short_day iso words" means:"how a service's own 429 says when to come back: in seconds, as a date, not at all, or in an odd form (0, 1.5, 2s, \"2, 2\", a date that has passed, a date with a day of one digit, ISO 8601, words)"`

	ThuliumPerMinute   int      `json:"thulium_per_minute" for:"thulium" means:"the service has a rate limit; 0: none"`
	StartLatency       Duration `json:"start_latency" for:"thulium" means:"a start takes so much longer than other calls"`
	NoAccessStatus     int      `json:"no_access_status" for:"thulium" status:"400" means:"status when user or password is wrong"`
	DeniedStatus       int      `json:"denied_status" for:"thulium" status:"400" means:"status when the API user lacks the call"`
	InvalidStatus      int      `json:"invalid_status" for:"thulium" status:"400" means:"status when a parameter is missing or wrong"`
	Queues             []int64  `json:"queues" for:"thulium" means:"only these chat queues exist; empty: any number is one"`
	NumberIDs          bool     `json:"number_ids" for:"thulium" means:"conversation ids are numbers of 18 digits, and JSON numbers in answers"`
	StopUnknown        int      `json:"stop_unknown" for:"thulium" status:"200" means:"status of stop for an id that the service does not know"`
	StopStopped        int      `json:"stop_stopped" for:"thulium" status:"200" means:"status of stop for a chat that is closed already"`
	StopReads          string   `json:"stop_reads" for:"thulium" choice:"any query form json" means:"where stop looks for external_chatbot_id"`
	MessageUnknown     int      `json:"message_unknown" for:"thulium" status:"200" means:"status of message for an id that the service does not know"`
	MessageStopped     int      `json:"message_stopped" for:"thulium" status:"200" means:"status of message for a chat that is closed"`
	MessageReads       string   `json:"message_reads" for:"thulium" choice:"any query form json" means:"where message looks for text and external_chatbot_id"`
	GoneForm           string   `json:"gone_form" for:"thulium" choice:"envelope empty json html" means:"what stop and message say of a chat that is unknown or closed: the service's envelope, nothing, other JSON, a web page"`
	AgentAfter         Duration `json:"agent_after" for:"thulium" means:"an agent writes in a chat so long after its start, which is then IN_PROGRESS; 0: never"`
	AgentText          string   `json:"agent_text" for:"thulium" means:"what that agent writes"`
	InactivityAfter    Duration `json:"inactivity_after" for:"thulium" means:"the service closes a chat by itself so long after the client's last sign; 0: never"`
	ListRefused        int      `json:"list_refused" for:"thulium" status:"0 400" means:"the system has no listing and answers this status; 0: it has one"`
	UnknownFilters     []string `json:"unknown_filters" for:"thulium" means:"parameters of the listing that this system does not know: it answers 500 to them"`
	ListOrder          string   `json:"list_order" for:"thulium" choice:"newest_first oldest_first" means:"order of the listing"`
	PageLimit          int      `json:"page_limit" for:"thulium" means:"a page of the listing has at most so many rows, whatever was asked for; 0: 100"`
	InsertBetweenPages int      `json:"insert_between_pages" for:"thulium" means:"strangers start so many chats after each page of the listing"`
	HideOpen           bool     `json:"hide_open" for:"thulium" means:"only closed chats are listed"`
	ShowAfter          Duration `json:"show_after" for:"thulium" means:"an open chat is listed only so long after its start"`
	OriginalQueue      bool     `json:"original_queue" for:"thulium" means:"a transferred chat stays listed under the queue it was started in"`
	TwoRows            string   `json:"two_rows" for:"thulium" choice:"none open_first closed_first" means:"an open chat has a second row, that of a finished stay in its first queue, after or before its own"`
	OpenStatus         string   `json:"open_status" for:"thulium" means:"what the status of every open chat is called; empty: CREATED, and IN_PROGRESS once an agent has written"`
	OpenClosedAt       string   `json:"open_closed_at" for:"thulium" means:"closed_at of an open chat: future, before_start, or a text such as 1970-01-01 00:00:00.000; empty: null"`
	ClosedBy           string   `json:"closed_by" for:"thulium" choice:"both status time" means:"a closed row has the status CLOSED, a closed_at, or both"`
	CustomerFilledIn   bool     `json:"customer_filled_in" for:"thulium" means:"rows show the CRM's customer and not what was sent"`
	FirstNameOnly      bool     `json:"first_name_only" for:"thulium" means:"client_name of a row lacks the surname"`
	EmptyTexts         bool     `json:"empty_texts" for:"thulium" means:"text columns that nothing is known of are \"\" and not null"`
	RowID              string   `json:"row_id" for:"thulium" choice:"same upper absent" means:"conversation_id of a row: the same as start's, in upper case, null"`
	Count              string   `json:"count" for:"thulium" choice:"matches page absent text fraction" means:"count is of all matches, wrongly of the page, absent, of all matches as a text, as a number with a fraction (250.0)"`
	DateToStart        bool     `json:"date_to_start" for:"thulium" means:"date_to ends with the first moment of its day or minute, not the last"`
	LimitRefused       bool     `json:"limit_refused" for:"thulium" means:"a limit above 100 is an error and not cut to 100"`

	JelouPerMinute      int      `json:"jelou_per_minute" for:"jelou" means:"the service has a rate limit; 0: none"`
	JelouBase           string   `json:"jelou_base" for:"jelou" choice:"both jelouapi platform" means:"which of the two documented base paths exist"`
	CredentialFault     int      `json:"credential_fault" for:"jelou" status:"400" means:"status for a wrong credential: 401, or 500 as the documentation warns"`
	JelouUsers          []string `json:"jelou_users" for:"jelou" means:"only these users exist; empty: every user does"`
	EveryUserOpen       bool     `json:"every_user_open" for:"jelou" means:"a close for a user of a known bot who has nothing open finds an open conversation all the same"`
	NoneOpen            string   `json:"none_open" for:"jelou" choice:"last not_found unprocessable failed" means:"close with nothing open: 200 with the last id, 404, 422, 200 with status 0"`
	StartID             string   `json:"start_id" for:"jelou" choice:"conversationId _id id none" means:"the field of a start's data that carries the new id"`
	StartWhileOpen      string   `json:"start_while_open" for:"jelou" choice:"refused conflict failed same second" means:"start while the user has a conversation: 422, 409, 200 with status 0, 200 with the open one's id, a second one"`
	InitialMessageEvent bool     `json:"initial_message_event" for:"jelou" means:"a start's initialMessage has an event message of its own"`
	ReadUnknown         string   `json:"read_unknown" for:"jelou" choice:"envelope failed bare html" means:"reading an unknown conversation: 404 in the envelope, 200 with status 0, 404 with other JSON, 404 with a web page"`
	ReadUser            string   `json:"read_user" for:"jelou" choice:"same reference" means:"where a reading has the user id that was sent: User.id, or User.referenceId beside an id of the service's own"`
	EndsAfter           Duration `json:"ends_after" for:"jelou" means:"a conversation ends by itself so long after its start; 0: never"`
	MessageText         bool     `json:"message_text" for:"jelou" means:"message is a text as in the schema, not a list as in the examples"`
	DataAbsent          bool     `json:"data_absent" for:"jelou" means:"a successful start or close has no data"`
	StatusAbsent        bool     `json:"status_absent" for:"jelou" means:"a successful start or close has no status and no statusMessage"`
	ValidationError     string   `json:"validation_error" for:"jelou" choice:"lists texts nested" means:"shape of validationError: field: [text]; field: text; errors: [{field, message}]"`
	Webhook             string   `json:"webhook" for:"jelou" choice:"once never twice bad_signature" means:"how often an event is delivered, or with a bad signature"`

	ChatbotPerMinute  int               `json:"chatbot_per_minute" for:"chatbot" means:"the service has a rate limit, 100 on the standard plan; 0: none"`
	Chatbots          []string          `json:"chatbots" for:"chatbot" means:"only these chatbots exist; empty: every id is one that can be given a thread"`
	ForbiddenChatbots []string          `json:"forbidden_chatbots" for:"chatbot" means:"chatbots of another account: 403"`
	Answering         string            `json:"answering" for:"chatbot" choice:"now later never" means:"a question is answered in the call, only later in the thread (after answer_after), or never"`
	AnswerText        string            `json:"answer_text" for:"chatbot" means:"the answer to every question; {message} stands for the question"`
	Answers           map[string]string `json:"answers" for:"chatbot" means:"answers to single questions, compared without case; the others get answer_text"`
	AnswerDelay       Duration          `json:"answer_delay" for:"chatbot" means:"the model takes so long; the question is in the thread from the start"`
	AnswerSources     []string          `json:"answer_sources" for:"chatbot" means:"sources of each answer"`
	AnswerForm        string            `json:"answer_form" for:"chatbot" choice:"objects texts" means:"question and answer in the answer to a message: {text, timestamp} as in a thread, or texts"`
	AnswerAfter       Duration          `json:"answer_after" for:"chatbot" means:"the waiting thread gains its answer so long after it was first read"`
	NumericIDs        bool              `json:"numeric_ids" for:"chatbot" means:"ids made of digits are JSON numbers in answers"`
	ThreadTaken       string            `json:"thread_taken" for:"chatbot" choice:"refused conflict same fresh replaced" means:"create with a thread id that is taken: 400, 409, that thread, a thread with another id, an empty thread in its place"`
	ThreadUnknown     string            `json:"thread_unknown" for:"chatbot" choice:"refused created" means:"message to a thread that does not exist: 404, or the thread begins"`
	PatchNullKeeps    bool              `json:"patch_null_keeps" for:"chatbot" means:"a null in a PATCH leaves the field as it is, and does not clear it"`
	NullsAbsent       bool              `json:"nulls_absent" for:"chatbot" means:"a thread's null fields are left out"`
	SuccessFalse      bool              `json:"success_false" for:"chatbot" means:"an error arrives as success:false on HTTP 200"`
}

// DefaultKnobs are the documented answers, and the likelier one where nothing is documented.
func DefaultKnobs() Knobs {
	return Knobs{
		RetryAfter: RetryAfterSeconds,

		NoAccessStatus: http.StatusUnauthorized,
		DeniedStatus:   http.StatusForbidden,
		InvalidStatus:  http.StatusBadRequest,
		StopUnknown:    http.StatusNotFound,
		StopStopped:    http.StatusConflict,
		StopReads:      StopReadsAny,
		MessageUnknown: http.StatusNotFound,
		MessageStopped: http.StatusConflict,
		MessageReads:   StopReadsAny,
		GoneForm:       GoneEnvelope,
		AgentText:      "Hello, how can I help you?",
		ListOrder:      NewestFirst,
		TwoRows:        TwoRowsNone,
		ClosedBy:       ClosedByBoth,
		RowID:          RowIDSame,
		Count:          CountMatches,

		JelouBase:           JelouBaseBoth,
		CredentialFault:     http.StatusUnauthorized,
		EveryUserOpen:       true,
		NoneOpen:            NoneOpenNotFound,
		StartID:             StartIDConversationID,
		StartWhileOpen:      StartWhileOpenRefused,
		InitialMessageEvent: true,
		ReadUnknown:         ReadUnknownEnvelope,
		ReadUser:            ReadUserSame,
		ValidationError:     ValidationLists,
		Webhook:             WebhookOnce,

		Answering:     AnsweringNow,
		AnswerText:    "You asked: {message}",
		AnswerForm:    AnswerFormObjects,
		AnswerAfter:   Duration(3 * time.Second),
		ThreadTaken:   ThreadTakenRefused,
		ThreadUnknown: ThreadUnknownRefused,
	}
}

// clone keeps the lists of two copies apart.
func (k Knobs) clone() Knobs {
	for _, list := range []*[]string{&k.UnknownFilters, &k.JelouUsers, &k.Chatbots, &k.ForbiddenChatbots, &k.AnswerSources} {
		*list = slices.Clone(*list)
	}
	k.Queues = slices.Clone(k.Queues)
	k.Answers = maps.Clone(k.Answers)
	return k
}
