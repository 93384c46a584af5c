package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// controlBodyLimit leaves room for a thread of the size that a client must still read.
const controlBodyLimit = 512 << 20

// controlCall is one operation of the control interface: what it answers to a request with this body.
type controlCall func(r *http.Request, body []byte) (status int, v any)

// controlHandler is the interface below ControlPath, and the page at the root that explains it.
func (s *Sandbox) controlHandler() http.Handler {
	mux := http.NewServeMux()
	for pattern, do := range map[string]controlCall{
		"GET /health":                     s.getHealth,
		"DELETE /requests":                s.deleteRequests,
		"GET /faults":                     s.getFaults,
		"POST /faults":                    s.postFault,
		"DELETE /faults":                  s.deleteFaults,
		"DELETE /faults/{id}":             s.deleteFault,
		"GET /knobs":                      s.getKnobs,
		"PATCH /knobs":                    s.patchKnobs,
		"DELETE /knobs":                   s.deleteKnobs,
		"GET /conversations":              s.getConversations,
		"POST /conversations":             s.postConversation,
		"POST /conversations/{id}/close":  s.postConversationClose,
		"POST /conversations/{id}/move":   s.postConversationMove,
		"GET /jelou":                      s.getJelou,
		"POST /jelou":                     s.postJelou,
		"GET /threads":                    s.getThreads,
		"PUT /threads/{chatbot}/{thread}": s.putThread,
		"GET /state":                      s.getState,
		"PUT /state":                      s.putState,
	} {
		method, path, _ := strings.Cut(pattern, " ")
		mux.HandleFunc(method+" "+ControlPath+path, do.serve)
	}
	mux.HandleFunc("GET "+ControlPath+"/requests", s.getRequests)
	mux.HandleFunc("GET /{$}", writeHelp)
	mux.HandleFunc("GET "+ControlPath+"/{$}", writeHelp)
	return mux
}

func (do controlCall) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, controlBodyLimit))
	status, v := http.StatusBadRequest, controlError("unreadable body: %v", err)
	if err == nil {
		status, v = do(r, body)
	}
	writeJSON(w, status, v)
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	body, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		status, body = http.StatusInternalServerError, []byte(`{"error":"no JSON form"}`)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n'))
}

// controlError is the body of every refusal of the control interface.
func controlError(format string, args ...any) any {
	return map[string]string{"error": fmt.Sprintf(format, args...)}
}

func badRequest(err error) (int, any) {
	return http.StatusBadRequest, controlError("%v", err)
}

// decodeStrict reads one JSON value and refuses a field that into does not have: a misspelt one would do nothing.
func decodeStrict(data []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one JSON value")
	}
	return nil
}

func (s *Sandbox) getHealth(*http.Request, []byte) (int, any) {
	return http.StatusOK, map[string]string{"status": "ok"}
}

// getRequests is the log, of one call with ?call=, as a table for people with ?format=table.
func (s *Sandbox) getRequests(w http.ResponseWriter, r *http.Request) {
	requests := s.Requests()
	if call := r.URL.Query().Get("call"); call != "" {
		requests = slices.DeleteFunc(requests, func(q Request) bool { return !matchesCall(call, q.Call) })
	}
	if r.URL.Query().Get("format") != "table" {
		writeJSON(w, http.StatusOK, requests)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_ = writeTable(w, requests) // fails only when the reader has left
}

func (s *Sandbox) deleteRequests(*http.Request, []byte) (int, any) {
	s.ClearRequests()
	return http.StatusOK, []Request{}
}

func (s *Sandbox) getFaults(*http.Request, []byte) (int, any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return http.StatusOK, copies(s.faults)
}

func (s *Sandbox) postFault(_ *http.Request, body []byte) (int, any) {
	f, err := s.ParseFault(body)
	if err != nil {
		return badRequest(err)
	}
	return http.StatusCreated, map[string]int{"id": s.AddFault(f)}
}

func (s *Sandbox) deleteFaults(*http.Request, []byte) (int, any) {
	s.ClearFaults()
	return http.StatusOK, []Fault{}
}

func (s *Sandbox) deleteFault(r *http.Request, _ []byte) (int, any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := len(s.faults)
	s.faults = slices.DeleteFunc(s.faults, func(f *armedFault) bool { return strconv.Itoa(f.ID) == r.PathValue("id") })
	if len(s.faults) == before {
		return http.StatusNotFound, controlError("no fault %q", r.PathValue("id"))
	}
	return http.StatusOK, copies(s.faults)
}

func (s *Sandbox) getKnobs(*http.Request, []byte) (int, any) {
	return http.StatusOK, s.Knobs()
}

// patchKnobs changes the knobs that the body names and leaves the others.
func (s *Sandbox) patchKnobs(_ *http.Request, body []byte) (int, any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	knobs := s.knobs.clone()
	if err := decodeStrict(body, &knobs); err != nil {
		return badRequest(err)
	}
	if err := knobs.check(); err != nil {
		return badRequest(err)
	}
	s.knobs = knobs
	return http.StatusOK, knobs
}

func (s *Sandbox) deleteKnobs(*http.Request, []byte) (int, any) {
	s.Set(func(k *Knobs) { *k = DefaultKnobs() })
	return http.StatusOK, DefaultKnobs()
}

// getConversations are the Thulium chats, with ?open=true those not closed.
func (s *Sandbox) getConversations(r *http.Request, _ []byte) (int, any) {
	if r.URL.Query().Get("open") == "true" {
		return http.StatusOK, s.Open()
	}
	return http.StatusOK, s.Conversations()
}

// postConversation files a chat that somebody else started.
func (s *Sandbox) postConversation(_ *http.Request, body []byte) (int, any) {
	c := Conversation{QueueID: 1}
	if err := decodeStrict(body, &c); err != nil {
		return badRequest(err)
	}
	id, err := s.addConversation(c)
	if err != nil {
		return http.StatusConflict, controlError("%v", err)
	}
	return http.StatusCreated, map[string]string{"id": id}
}

func (s *Sandbox) postConversationClose(r *http.Request, _ []byte) (int, any) {
	if id := r.PathValue("id"); !s.CloseConversation(id) {
		return http.StatusNotFound, controlError("no open conversation %q", id)
	}
	return http.StatusOK, struct{}{}
}

func (s *Sandbox) postConversationMove(r *http.Request, body []byte) (int, any) {
	var to struct {
		QueueID int64 `json:"queue_id"`
	}
	if err := decodeStrict(body, &to); err != nil {
		return badRequest(err)
	}
	if id := r.PathValue("id"); !s.MoveConversation(id, to.QueueID) {
		return http.StatusNotFound, controlError("no conversation %q", id)
	}
	return http.StatusOK, struct{}{}
}

func (s *Sandbox) getJelou(*http.Request, []byte) (int, any) {
	return http.StatusOK, map[string]any{"conversations": s.JelouConversations(), "closes": s.JelouClosed()}
}

// postJelou lets a user begin a conversation with a bot.
func (s *Sandbox) postJelou(_ *http.Request, body []byte) (int, any) {
	with := struct {
		Project string `json:"project"`
		Bot     string `json:"bot"`
		User    string `json:"user"`
	}{Project: JelouProjectID, Bot: JelouBotID}
	if err := decodeStrict(body, &with); err != nil {
		return badRequest(err)
	}
	if with.User == "" {
		return http.StatusBadRequest, controlError("user is missing")
	}
	return http.StatusCreated, map[string]string{"id": s.OpenJelouConversation(with.Project, with.Bot, with.User)}
}

func (s *Sandbox) getThreads(*http.Request, []byte) (int, any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return http.StatusOK, s.savedThreads()
}

// putThread files the body, which is the JSON of data.thread, whatever its shape.
func (s *Sandbox) putThread(r *http.Request, body []byte) (int, any) {
	s.AddThread(r.PathValue("chatbot"), r.PathValue("thread"), body)
	return http.StatusOK, struct{}{}
}

func (s *Sandbox) getState(*http.Request, []byte) (int, any) {
	state, err := s.SaveState()
	if err != nil {
		return http.StatusInternalServerError, controlError("%v", err)
	}
	return http.StatusOK, json.RawMessage(state)
}

func (s *Sandbox) putState(_ *http.Request, body []byte) (int, any) {
	if err := s.LoadState(body); err != nil {
		return badRequest(err)
	}
	return http.StatusOK, struct{}{}
}

// writeHelp is the page for somebody who opens the address in a browser.
func writeHelp(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, help)
}

const help = `Sandbox: three customer-service APIs in memory

  ` + ThuliumPath + `          Thulium    Basic ` + ThuliumUsername + ` : ` + ThuliumPassword + `
    POST chat_conversations/start?chat_queue_id=3   POST chat_conversations/{id}/stop   GET chats
  ` + JelouPath + `    Jelou      x-api-key ` + JelouAPIKey + `, or Basic ` + JelouClientID + ` : ` + JelouClientSecret + `
    POST external-support/` + JelouProjectID + `/conversations/close   GET external-support/` + JelouProjectID + `/conversations/{id}
    bots ` + JelouBotID + ` and ` + JelouOtherBotID + `; also at ` + JelouPlatformPath + `
  ` + ChatbotPath + `          Chatbot    Bearer ` + ChatbotToken + `
    GET chatbots/` + ChatbotID + `/threads/{id}
    ` + ThreadID + `   the documentation's example
    ` + WaitingThreadID + `   gains its answer a few seconds after it is first read
    ` + EmptyThreadID + `   no messages

Control (JSON, no credential), below ` + ControlPath + `

  GET    health
  GET    requests             the log; ?call=thulium.start or thulium.*; ?format=table for people
  DELETE requests             empty it
  GET    faults               with how often each has hit
  POST   faults               {"call":"thulium.start","kind":"reset_after","times":1}
  DELETE faults, faults/{id}
  GET    knobs                how the services answer where their documentation is silent
  PATCH  knobs                {"open_status":"ACTIVE","latency":"200ms"}
  DELETE knobs                back to the defaults
  GET    conversations        Thulium chats; ?open=true
  POST   conversations        {"queue_id":3,"client_email":"a@example.org"}: a chat that somebody else started
  POST   conversations/{id}/close, conversations/{id}/move {"queue_id":4}
  GET    jelou                conversations and closes
  POST   jelou                {"bot":"` + JelouBotID + `","user":"user-1"}: a user begins a conversation
  GET    threads
  PUT    threads/{chatbot}/{thread}    the JSON of data.thread
  GET    state                all of it
  PUT    state                all of it

Kinds of fault
  status        another answer in the service's place: "status", "body", "retry_after"; does not act
  reset_before  TCP reset, the call did not take effect
  reset_after   TCP reset, the call took effect
  silence       no answer at all, the call took effect
  half          the answer ends in its middle
  empty         200 without a body
  html          200 with a page
  wrong_types   200 with wrong JSON types in the right envelope
  too_large     200 with valid JSON beyond any limit: "size"
  redirect      307 to "location"; does not act
  slow          the right answer after "delay"
Each takes "acts" (true, false), "delay", "header", "skip", "times" and "every".
`
