package faultmatrix_test

import (
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// request is one call of a service's API.
type request struct {
	method  string
	path    string   // its last element that is no id
	once    bool     // a second one would act a second time
	accepts []string // faults that are a success, because nothing is read from the answer
}

func (r request) acts() bool { return r.method != http.MethodGet }

// requests are all calls of the services that the provider makes, by the sandbox's names.
var requests = map[string]request{
	"thulium.start":      {method: http.MethodPost, path: "start", once: true},
	"thulium.message":    {method: http.MethodPost, path: "message", once: true, accepts: anyBody},
	"thulium.stop":       {method: http.MethodPost, path: "stop", accepts: anyBody},
	"thulium.list":       {method: http.MethodGet, path: "chats"},
	"jelou.start":        {method: http.MethodPost, path: "start", once: true},
	"jelou.close":        {method: http.MethodPost, path: "close", once: true},
	"jelou.conversation": {method: http.MethodGet, path: "conversations"},
	"chatbot.create":     {method: http.MethodPost, path: "threads", once: true},
	"chatbot.update":     {method: http.MethodPatch, path: "threads", accepts: anyBody[:2]},
	"chatbot.thread":     {method: http.MethodGet, path: "threads"},
	"chatbot.message":    {method: http.MethodPost, path: "message", once: true},
}

var anyBody = []string{"200_empty", "200_wrong_types", "200_too_large", "half_an_answer"}

// What the calls are made with. None of the personal values may show anywhere.
const (
	givenName, surname = "Zdzisława", "Brzęczyszczykiewicz"
	email              = "z.brzeczyszczykiewicz@example.com"
	clientID           = "crm/4711-x"
	customer           = 471100815
	externalChatbot    = "external-chatbot-4711"
	user               = "+48600700800"
	goodbye            = "Dziękujemy za rozmowę"
	question           = "Czy Pszczółkowska mieszka w Szczebrzeszynie?"
	webhook            = "https://hooks.zapier.com/hooks/catch/15695697/3hqs23e" // of the sandbox's thread
	queue              = 7
	chat, jelouClose   = "thulium_chat_conversation", "jelou_conversation_close"
	thread, newMessage = "chatbot_thread", "chatbot_message"
	chatMessage        = "thulium_chat_conversation_message"
	conversation       = "jelou_conversation"
	theID              = "THE ID" // stands for the id of the conversation that is there before the call
)

// credentials travel with each call of their service.
var credentials = map[string][]string{
	"thulium": {sandbox.ThuliumPassword, base64.StdEncoding.EncodeToString([]byte(sandbox.ThuliumUsername + ":" + sandbox.ThuliumPassword))},
	"jelou":   {sandbox.JelouAPIKey},
	"chatbot": {sandbox.ChatbotToken, webhook},
}

// secrets may show in no diagnostic, progress or log line.
var secrets = append([]string{givenName, surname, email, clientID, fmt.Sprint(customer), user, goodbye, question, "Hello, what is this?"},
	append(append(credentials["thulium"], credentials["jelou"]...), credentials["chatbot"]...)...)

// The blocks, and the personal values in them.
var (
	chatBlock = values{
		"chat_queue_id": queue, "client_name": givenName, "client_surname": surname, "client_email": email,
		"client_id": clientID, "customer_id": customer, "external_chatbot_id": externalChatbot,
	}
	stopBlock   = values{"conversation_id": theID, "external_chatbot_id": externalChatbot}
	closeBlock  = values{"bot_id": sandbox.JelouBotID, "user_id": user, "redirect_payload": values{"type": "text", "text": goodbye}}
	userBlock   = values{"bot_id": sandbox.JelouBotID, "user_id": user, "initial_message": question, "metadata": values{"name": surname}}
	armedBlock  = with(closeBlock, "when", "destroy")
	threadBlock = values{"chatbot_id": sandbox.ChatbotID, "thread_id": sandbox.ThreadID}
	adoptBlock  = with(chatBlock, "on_lost_start", "adopt")
	queueBlock  = values{"chat_queue_id": queue}
	idBlock     = values{"id": theID}
	sayBlock    = values{"conversation_id": theID, "text": question}
	askBlock    = values{"chatbot_id": sandbox.ChatbotID, "thread_id": sandbox.EmptyThreadID, "text": question}
	newThread   = values{"chatbot_id": sandbox.ChatbotID, "chat_user": values{"email": email}}
	fullThread  = values{
		"chatbot_id": sandbox.ChatbotID, "webhook_url": webhook, "chat_user": values{"email": email, "name": surname, "phone_number": user},
	}
	emptyThread = values{"chatbot_id": sandbox.ChatbotID, "thread_id": sandbox.EmptyThreadID}

	inWarsaw = values{"thulium": values{"time_zone": "Europe/Warsaw"}}
	ofClient = []string{givenName, surname, email, clientID, fmt.Sprint(customer)}
	ofUser   = []string{user, goodbye}
	ofText   = []string{question}
	ofStart  = []string{user, question, surname}
	ofThread = []string{email, surname, user}
)

// call is one way in which the provider makes a request, with the protocol of Terraform.
type call struct {
	name     string
	target   string          // the request that meets the fault
	personal []string        // values that the request carries
	given    func(c *cell)   // what is there before, made by a provider and a network that work
	settings values          // of the provider block, beside http
	first    []sandbox.Fault // what requests before the target meet, so that it is made
	before   int             // connections that are made before that of the target
	skip     int             // requests like the target that come before it
	do       func(c *cell)
}

// calls are all calls. Each is made by a provider of its own, as each command of
// Terraform starts one.
var calls = []call{
	{name: "start", target: "thulium.start", personal: ofClient, do: apply(chat, chatBlock)},
	{name: "start_or_adopt", target: "thulium.start", personal: ofClient, settings: inWarsaw, do: apply(chat, adoptBlock)},
	{name: "stop", target: "thulium.stop", given: apply(chat, chatBlock), do: apply(chat, nil)},
	{name: "stop_action", target: "thulium.stop", given: stranger, do: invoke("thulium_chat_conversation_stop", stopBlock)},
	{name: "say", target: "thulium.message", personal: ofText, given: stranger, do: apply(chatMessage, sayBlock)},
	{name: "say_action", target: "thulium.message", personal: ofText, given: stranger, do: invoke(chatMessage, sayBlock)},

	{name: "list_for_refresh", target: "thulium.list", given: apply(chat, chatBlock), do: refresh(chat)},
	{name: "list_for_import", target: "thulium.list", given: stranger, do: importID(chat, theID)},
	{name: "list_for_import_by_queue", target: "thulium.list", given: stranger, do: importID(chat, fmt.Sprint(queue)+"/"+theID)},
	{name: "list_for_data_source", target: "thulium.list", given: stranger, do: read("thulium_chat_conversations", queueBlock)},
	{name: "list_for_query", target: "thulium.list", given: stranger, do: query(chat, queueBlock)},
	{name: "list_for_one_chat", target: "thulium.list", given: stranger, do: read(chat, idBlock)},
	// The answer to the start is lost, and the chats are asked for what it has started.
	{name: "list_for_candidates", target: "thulium.list", before: 1, first: []sandbox.Fault{loses("thulium.start")}, do: apply(chat, chatBlock)},
	// The stop is refused, because somebody has closed the chat, and the chats are asked whether that is so.
	{name: "list_for_stop", target: "thulium.list", before: 1, given: closedChat, first: []sandbox.Fault{refuses("thulium.stop")}, do: apply(chat, nil)},

	{name: "start_jelou", target: "jelou.start", personal: ofStart, do: apply(conversation, userBlock)},
	{name: "read_after_start", target: "jelou.conversation", before: 1, do: apply(conversation, userBlock)},
	{name: "read_for_refresh", target: "jelou.conversation", given: apply(conversation, userBlock), do: refresh(conversation)},
	{name: "read_for_import", target: "jelou.conversation", given: opened, do: importID(conversation, theID)},
	{name: "read_for_data_source", target: "jelou.conversation", given: opened, do: read(conversation, idBlock)},
	{name: "read_before_close", target: "jelou.conversation", given: apply(conversation, userBlock), do: apply(conversation, nil)},
	{name: "close_after_read", target: "jelou.close", personal: ofUser[:1], before: 1, given: apply(conversation, userBlock), do: apply(conversation, nil)},
	// The answer to the close is lost, and the conversation is read again.
	{
		name: "read_after_close", target: "jelou.conversation", before: 2, skip: 1, given: apply(conversation, userBlock), do: apply(conversation, nil),
		first: []sandbox.Fault{answers("jelou.conversation"), loses("jelou.close")},
	},
	{name: "close_by_create", target: "jelou.close", personal: ofUser, do: apply(jelouClose, closeBlock)},
	// The call was sent once, and then armed: the results of the first are kept.
	{name: "close_by_update", target: "jelou.close", personal: ofUser, given: all(apply(jelouClose, closeBlock), apply(jelouClose, armedBlock)), do: apply(jelouClose, closeBlock)},
	{name: "close_by_destroy", target: "jelou.close", personal: ofUser, given: apply(jelouClose, armedBlock), do: apply(jelouClose, nil)},
	{name: "close_action", target: "jelou.close", personal: ofUser, do: invoke(jelouClose, closeBlock)},

	{name: "thread", target: "chatbot.thread", do: read(thread, threadBlock)},
	{name: "ephemeral_thread", target: "chatbot.thread", do: open(thread, threadBlock)},
	{name: "create_thread", target: "chatbot.create", personal: ofThread[:1], do: apply(thread, newThread)},
	{name: "update_new_thread", target: "chatbot.update", personal: ofThread, before: 1, do: apply(thread, fullThread)},
	{name: "update_thread", target: "chatbot.update", personal: ofThread, given: apply(thread, newThread), do: apply(thread, fullThread)},
	{name: "thread_for_refresh", target: "chatbot.thread", given: apply(thread, newThread), do: refresh(thread)},
	{name: "thread_for_import", target: "chatbot.thread", do: importID(thread, sandbox.ChatbotID+"/"+sandbox.ThreadID)},
	// A thread whose id is configured is read before it is created.
	{name: "thread_before_create", target: "chatbot.thread", do: apply(thread, emptyThread)},
	// The answer to the create is lost, and the thread is read.
	{name: "thread_for_lost_create", target: "chatbot.thread", before: 1, first: []sandbox.Fault{loses("chatbot.create")}, do: apply(thread, newThread)},
	{name: "ask", target: "chatbot.message", personal: ofText, do: apply(newMessage, askBlock)},
	// The answer of the chatbot is lost, and the thread is read for it.
	{name: "thread_for_lost_answer", target: "chatbot.thread", before: 1, first: []sandbox.Fault{loses("chatbot.message")}, do: apply(newMessage, askBlock)},
}

func (c *call) service() string { return strings.Split(c.target, ".")[0] }

// requestTo returns the name of the request to a URL that the provider has logged.
func requestTo(method, url string) string {
	path, _, _ := strings.Cut(url, "?")
	for _, element := range slices.Backward(strings.Split(path, "/")) {
		for name, r := range requests {
			if r.method == method && r.path == element && strings.Contains(path, "/"+strings.Split(name, ".")[0]+"/") {
				return name
			}
		}
	}
	return method + " " + path
}

// apply creates or changes an object, or destroys it where block is nil.
func apply(name string, block values) func(*cell) {
	return func(c *cell) { c.after, c.diags = c.wire.Apply(c.wire.T.Context(), name, c.prior, c.fill(block)) }
}

func refresh(name string) func(*cell) {
	return func(c *cell) { c.after, c.diags = c.wire.Refresh(name, c.prior) }
}

func importID(name, id string) func(*cell) {
	return func(c *cell) { c.after, c.diags = c.wire.ImportID(name, strings.ReplaceAll(id, theID, c.id)) }
}

func read(name string, block values) func(*cell) {
	return func(c *cell) { c.answer, c.diags = c.wire.Data(c.wire.T.Context(), name, c.fill(block)) }
}

func open(name string, block values) func(*cell) {
	return func(c *cell) { c.answer, c.diags = c.wire.Open(c.wire.T.Context(), name, c.fill(block)) }
}

func query(name string, block values) func(*cell) {
	return func(c *cell) {
		found, diags := c.wire.Query(name, c.fill(block), true, 0)
		c.answer = values{}
		for i, one := range found {
			c.answer[fmt.Sprint(i)] = one
		}
		c.diags = diags
	}
}

func invoke(name string, block values) func(*cell) {
	return func(c *cell) { c.progress, c.diags = c.wire.Invoke(c.wire.T.Context(), name, c.fill(block)) }
}

// all takes several steps, each from where the one before has ended.
func all(steps ...func(*cell)) func(*cell) {
	return func(c *cell) {
		for _, step := range steps {
			step(c)
			c.settle()
		}
	}
}

// stranger files a chat that somebody else has opened.
func stranger(c *cell) {
	c.id = c.stage.AddConversation(sandbox.Conversation{QueueID: queue, ClientName: givenName, ClientEmail: email})
}

// opened is a conversation that a user of Jelou has begun.
func opened(c *cell) {
	c.id = c.stage.OpenJelouConversation(sandbox.JelouProjectID, sandbox.JelouBotID, user)
}

// closedChat is a chat of the state that an operator has closed.
func closedChat(c *cell) {
	all(apply(chat, chatBlock))(c)
	c.stage.CloseConversation(c.id)
}

// The faults before that of a cell end the connection, so that the next request needs another one.
var ends = map[string]string{"Connection": "close"}

// loses takes the effect of a request and loses its answer.
func loses(request string) sandbox.Fault {
	return sandbox.Fault{Call: request, Kind: sandbox.FaultEmpty, Header: ends}
}

func refuses(request string) sandbox.Fault {
	return sandbox.Fault{Call: request, Kind: sandbox.FaultStatus, Status: http.StatusConflict, Header: ends}
}

func answers(request string) sandbox.Fault {
	return sandbox.Fault{Call: request, Kind: sandbox.FaultSlow, Times: 1, Header: ends}
}

// fill puts the id of the conversation that is there where the block names it.
func (c *cell) fill(block values) values {
	c.config = maps.Clone(block)
	for name, value := range block {
		if value == theID {
			c.config[name] = c.id
		}
	}
	return c.config
}

// with returns the block with one more value.
func with(block values, name string, value any) values {
	out := maps.Clone(block)
	out[name] = value
	return out
}
