package provider

import (
	"encoding/base64"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// What the calls are made with. But for the queue and the chatbot, no message and no log line
// may show any of it, nor may they show a secret or what somebody said.
const (
	matrixName     = "Zdzisława"
	matrixSurname  = "Brzęczyszczykiewicz"
	matrixEmail    = "z.brzeczyszczykiewicz@example.com"
	matrixClientID = "crm/4711-x"
	matrixCustomer = 471100815
	matrixChatbot  = "external-chatbot-4711"
	matrixUser     = "+48600700800"
	matrixGoodbye  = "Dziękujemy za rozmowę"
	matrixWebhook  = "https://hooks.zapier.com/hooks/catch/15695697/3hqs23e" // of the sandbox's thread
	matrixQueue    = 7
)

var matrixBasic = base64.StdEncoding.EncodeToString([]byte(sandbox.ThuliumUsername + ":" + sandbox.ThuliumPassword))

// matrixSecrets are the values that must not show.
var matrixSecrets = []string{
	sandbox.ThuliumPassword, matrixBasic, sandbox.JelouAPIKey, sandbox.ChatbotToken, matrixName, matrixSurname, matrixEmail,
	matrixClientID, "471100815", matrixUser, matrixGoodbye, matrixWebhook, "Hello, what is this?",
}

// matrixResult is what a call has left behind.
type matrixResult struct {
	object   object   // of a resource
	values   values   // of a data source or an ephemeral resource
	progress []string // of an action
	diags    []*tfprotov6.Diagnostic
}

// matrixTells is how much the message says of the call's failure. The look-ups
// that belong to a start or stop leave the word to that.
type matrixTells int

const (
	tellsAll     matrixTells = iota
	tellsBriefly             // method, URL, and status or cause
	tellsNothing
)

// matrixCall is one way in which the provider calls a service.
type matrixCall struct {
	name          string
	service       string // "thulium", "jelou", "chatbot"
	sandboxCall   string // as the sandbox's log names it
	reads         bool   // it changes nothing
	repeatable    bool   // a second sending changes nothing more
	byStatusAlone bool   // a success status is a success, whatever the body
	shown         string // method and path, as messages show them; %s is the conversation
	summary       string // of the error
	warning       string // of the warning, where a failure is one
	tells         matrixTells

	// first is a call that has to come before, and firstFault what happens to it.
	first      string
	firstFault sandbox.Fault

	sent    []string // secrets and personal values that travel with it
	prepare func(c *matrixCell, w *wire)
	do      func(c *matrixCell, w *wire) matrixResult
}

// The blocks, and what travels with each call.
var (
	matrixStart = values{
		"chat_queue_id": matrixQueue, "client_name": matrixName, "client_surname": matrixSurname, "client_email": matrixEmail,
		"client_id": matrixClientID, "customer_id": matrixCustomer, "external_chatbot_id": matrixChatbot,
	}
	matrixClose = values{
		"bot_id": sandbox.JelouBotID, "user_id": matrixUser,
		"redirect_payload": values{"type": "text", "text": matrixGoodbye},
	}
	matrixArmed  = matrixWith(matrixClose, "when", "destroy")
	matrixThread = values{"chatbot_id": sandbox.ChatbotID, "thread_id": sandbox.ThreadID}

	sentByThulium = []string{sandbox.ThuliumPassword, matrixBasic}
	sentByStart   = append(sentByThulium[:2:2], matrixName, matrixSurname, matrixEmail, matrixClientID, "471100815")
	sentByStop    = append(sentByThulium[:2:2], matrixChatbot)
	sentByClose   = []string{sandbox.JelouAPIKey, matrixUser, matrixGoodbye}
	sentByChatbot = []string{sandbox.ChatbotToken, matrixWebhook}
)

const (
	matrixConversation = "thulium_chat_conversation"
	matrixJelouClose   = "jelou_conversation_close"

	shownStart  = "POST /thulium/api/chat_conversations/start?chat_queue_id=7&client_email=***&client_id=***&client_name=***&client_surname=***&customer_id=***"
	shownStop   = "POST /thulium/api/chat_conversations/%s/stop"
	shownList   = "GET /thulium/api/chats?"
	shownClose  = "POST /jelou/jelouapi/v1/external-support/project-1/conversations/close"
	shownThread = "GET /chatbot/api/v0/chatbots/" + sandbox.ChatbotID + "/threads/" + sandbox.ThreadID
)

// matrixCalls are all calls. Each is made by a provider of its own, as each
// command of Terraform starts one.
var matrixCalls = []matrixCall{
	{
		name: "start", service: "thulium", sandboxCall: "thulium.start", shown: shownStart, sent: sentByStart,
		summary: "Unable to start Thulium chat conversation",
		do:      func(c *matrixCell, w *wire) matrixResult { return c.apply(w, matrixConversation, matrixStart) },
	},
	{
		name: "stop", service: "thulium", sandboxCall: "thulium.stop", shown: shownStop, sent: sentByStop,
		repeatable: true, byStatusAlone: true,
		summary: "Unable to stop Thulium chat conversation",
		prepare: func(c *matrixCell, w *wire) { c.create(w, matrixConversation, matrixStart) },
		do:      func(c *matrixCell, w *wire) matrixResult { return c.apply(w, matrixConversation, nil) },
	},
	{
		name: "close_by_create", service: "jelou", sandboxCall: "jelou.close", shown: shownClose, sent: sentByClose,
		summary: "Unable to close Jelou conversation",
		do:      func(c *matrixCell, w *wire) matrixResult { return c.apply(w, matrixJelouClose, matrixClose) },
	},
	{
		name: "close_by_update", service: "jelou", sandboxCall: "jelou.close", shown: shownClose, sent: sentByClose,
		summary: "Unable to close Jelou conversation",
		prepare: func(c *matrixCell, w *wire) { // sent once already, then armed: the results of the first call are kept
			c.create(w, matrixJelouClose, matrixClose)
			c.create(w, matrixJelouClose, matrixArmed)
		},
		do: func(c *matrixCell, w *wire) matrixResult { return c.apply(w, matrixJelouClose, matrixClose) },
	},
	{
		name: "close_by_destroy", service: "jelou", sandboxCall: "jelou.close", shown: shownClose, sent: sentByClose,
		summary: "Unable to close Jelou conversation",
		prepare: func(c *matrixCell, w *wire) { c.create(w, matrixJelouClose, matrixArmed) },
		do:      func(c *matrixCell, w *wire) matrixResult { return c.apply(w, matrixJelouClose, nil) },
	},
	{
		name: "close_action", service: "jelou", sandboxCall: "jelou.close", shown: shownClose, sent: sentByClose,
		summary: "Unable to close Jelou conversation",
		do:      func(c *matrixCell, w *wire) matrixResult { return c.invoke(w, matrixJelouClose, matrixClose) },
	},
	{
		name: "stop_action", service: "thulium", sandboxCall: "thulium.stop", shown: shownStop, sent: sentByStop,
		repeatable: true, byStatusAlone: true,
		summary: "Unable to stop Thulium chat conversation",
		prepare: (*matrixCell).stranger,
		do: func(c *matrixCell, w *wire) matrixResult {
			return c.invoke(w, "thulium_chat_conversation_stop", values{"conversation_id": c.id, "external_chatbot_id": matrixChatbot})
		},
	},
	{
		name: "thread", service: "chatbot", sandboxCall: "chatbot.thread", shown: shownThread, sent: sentByChatbot,
		reads: true, repeatable: true,
		summary: "Unable to read chatbot thread",
		do: func(c *matrixCell, w *wire) matrixResult {
			read, diags := w.data(c.t.Context(), "chatbot_thread", matrixThread)
			return matrixResult{values: read, diags: diags}
		},
	},
	{
		name: "ephemeral_thread", service: "chatbot", sandboxCall: "chatbot.thread", shown: shownThread, sent: sentByChatbot,
		reads: true, repeatable: true,
		summary: "Unable to read chatbot thread",
		do: func(c *matrixCell, w *wire) matrixResult {
			opened, diags := w.open(c.t.Context(), "chatbot_thread", matrixThread)
			return matrixResult{values: opened, diags: diags}
		},
	},
	{
		name: "list_for_refresh", service: "thulium", sandboxCall: "thulium.list", shown: shownList, sent: sentByThulium,
		reads: true, repeatable: true,
		warning: "Unable to list Thulium chats",
		prepare: func(c *matrixCell, w *wire) { c.create(w, matrixConversation, matrixStart) },
		do: func(c *matrixCell, w *wire) matrixResult {
			after, diags := w.refresh(matrixConversation, c.prior)
			return matrixResult{object: after, diags: diags}
		},
	},
	{
		name: "list_for_import", service: "thulium", sandboxCall: "thulium.list", shown: shownList, sent: sentByThulium,
		reads: true, repeatable: true,
		summary: "Unable to import Thulium chat conversation",
		prepare: (*matrixCell).stranger,
		do:      func(c *matrixCell, w *wire) matrixResult { return c.imported(w, c.id) },
	},
	{
		name: "list_for_import_by_queue", service: "thulium", sandboxCall: "thulium.list", shown: shownList, sent: sentByThulium,
		reads: true, repeatable: true,
		summary: "Unable to import Thulium chat conversation", warning: "Conversation imported unverified",
		prepare: (*matrixCell).stranger,
		do:      func(c *matrixCell, w *wire) matrixResult { return c.imported(w, "7/"+c.id) },
	},
	{
		name: "list_for_data_source", service: "thulium", sandboxCall: "thulium.list", shown: shownList, sent: sentByThulium,
		reads: true, repeatable: true,
		summary: "Unable to list Thulium chats",
		prepare: (*matrixCell).stranger,
		do: func(c *matrixCell, w *wire) matrixResult {
			read, diags := w.data(c.t.Context(), "thulium_chat_conversations", values{"chat_queue_id": matrixQueue})
			return matrixResult{values: read, diags: diags}
		},
	},
	{
		name: "list_for_candidates", service: "thulium", sandboxCall: "thulium.list", shown: shownStart, sent: sentByThulium,
		reads: true, repeatable: true,
		summary: "Unable to start Thulium chat conversation", tells: tellsBriefly,
		first: "thulium.start", firstFault: sandbox.Fault{Kind: sandbox.FaultResetAfter},
		do: func(c *matrixCell, w *wire) matrixResult { return c.apply(w, matrixConversation, matrixStart) },
	},
	{
		name: "list_for_stop", service: "thulium", sandboxCall: "thulium.list", shown: shownStop, sent: sentByThulium,
		reads: true, repeatable: true,
		summary: "Unable to stop Thulium chat conversation", tells: tellsNothing,
		first: "thulium.stop",
		prepare: func(c *matrixCell, w *wire) {
			c.create(w, matrixConversation, matrixStart)
			c.stage.CloseConversation(c.id) // by an operator, so that the stop is refused
		},
		do: func(c *matrixCell, w *wire) matrixResult { return c.apply(w, matrixConversation, nil) },
	},
}

// create puts into the state what the call is to find there, with a provider
// and a network that work.
func (c *matrixCell) create(w *wire, name string, config values) {
	c.t.Helper()
	after, diags := w.apply(c.t.Context(), name, c.prior, config)
	w.must(nil, diags)
	c.prior = after
	c.id, _ = after.State["id"].(string)
}

// stranger files a chat that somebody else has opened.
func (c *matrixCell) stranger(*wire) {
	c.id = c.stage.AddConversation(sandbox.Conversation{QueueID: matrixQueue, ClientName: matrixName, ClientEmail: matrixEmail})
}

func (c *matrixCell) apply(w *wire, name string, config values) matrixResult {
	c.t.Helper()
	after, diags := w.apply(c.t.Context(), name, c.prior, config)
	return matrixResult{object: after, diags: diags}
}

func (c *matrixCell) invoke(w *wire, name string, config values) matrixResult {
	c.t.Helper()
	progress, diags := w.invoke(c.t.Context(), name, config)
	return matrixResult{progress: progress, diags: diags}
}

func (c *matrixCell) imported(w *wire, id string) matrixResult {
	c.t.Helper()
	after, diags := w.importID(matrixConversation, id)
	return matrixResult{object: after, diags: diags}
}

// matrixWith returns block with one more value.
func matrixWith(block values, name string, value any) values {
	out := maps.Clone(block)
	out[name] = value
	return out
}

// matrixCallOf returns the sandbox's name for a URL that the provider has logged.
func matrixCallOf(url string) string {
	path, _, _ := strings.Cut(url, "?")
	for suffix, call := range map[string]string{
		"/chat_conversations/start": "thulium.start", "/stop": "thulium.stop", "/chats": "thulium.list",
		"/conversations/close": "jelou.close", "/threads/" + sandbox.ThreadID: "chatbot.thread",
	} {
		if strings.HasSuffix(path, suffix) {
			return call
		}
	}
	return url
}
