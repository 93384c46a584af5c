package sandbox

import (
	"fmt"
	"io"
	"net/http"
	"strings"
)

// writeHelp is the page for somebody who has no browser.
func writeHelp(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, help)
}

const helpText = `Sandbox: three customer-service APIs in memory

  ` + ThuliumPath + `          Thulium    Basic ` + ThuliumUsername + ` : ` + ThuliumPassword + `
    POST chat_conversations/start?chat_queue_id=3   POST chat_conversations/{id}/message   POST chat_conversations/{id}/stop
    GET chats
  ` + JelouPath + `    Jelou      x-api-key ` + JelouAPIKey + `, or Basic ` + JelouClientID + ` : ` + JelouClientSecret + `
    POST external-support/` + JelouProjectID + `/conversations/start, …/close   GET external-support/` + JelouProjectID + `/conversations/{id}
    bots ` + JelouBotID + ` and ` + JelouOtherBotID + `; also at ` + JelouPlatformPath + `
  ` + ChatbotPath + `          Chatbot    Bearer ` + ChatbotToken + `
    POST chatbots/` + ChatbotID + `/threads, …/message   GET, PATCH chatbots/` + ChatbotID + `/threads/{id}
    ` + ThreadID + `   the documentation's example
    ` + WaitingThreadID + `   gains its answer a few seconds after it is first read
    ` + EmptyThreadID + `   no messages

Control (no credential, Content-Type: application/json, as curl --json sends it), below ` + ControlPath + `

  GET    health
  GET    requests             the log; ?call=thulium.start or thulium.*; ?format=table for people
  DELETE requests             empty it
  GET    events               the events of Jelou's webhook, sent or not
  DELETE events               forget them
  GET    faults               with how often each has hit; faults/kinds: what there is
  POST   faults               {"call":"thulium.start","kind":"reset_after","times":1}
  DELETE faults, faults/{id}
  GET    knobs                how the services answer where their documentation is silent: meaning, values
  PATCH  knobs                {"answer_text":"At nine.","latency":"200ms"}
  DELETE knobs                back to the defaults
  GET    conversations        Thulium chats; ?open=true
  POST   conversations        {"queue_id":3,"client_email":"a@example.org"}: a chat that somebody else started
  POST   conversations/{id}/messages   {"text":"Hello"}: an agent writes; "from":"client"
  POST   conversations/{id}/close, conversations/{id}/move {"queue_id":4}
  GET    jelou                conversations and closes
  POST   jelou                {"bot":"` + JelouBotID + `","user":"user-1"}: a user begins a conversation
  POST   jelou/{id}/messages  {"text":"Hello"}: the user writes; jelou/{id}/close
  GET    threads
  PUT    threads/{chatbot}/{thread}    the JSON of data.thread
  GET    state                all of it
  PUT    state                all of it

Kinds of fault. Each takes "acts" (true, false), "delay", "header", "retry_after", "skip", "times" and "every".
`

// help is helpText with the kinds of fault.
var help = func() string {
	var b strings.Builder
	b.WriteString(helpText)
	for _, k := range FaultKinds {
		fmt.Fprintf(&b, "  %-18s  %s\n", k.Kind, k.Means)
		if k.Takes != "" {
			fmt.Fprintf(&b, "  %-18s  takes %s\n", "", k.Takes)
		}
	}
	return b.String()
}()
