package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Limits of a control call's body. The larger one leaves room for a thread of the size that a client must still read.
const (
	controlBodyLimit = 1 << 20
	stateBodyLimit   = 512 << 20
)

// controlCall is one operation of the control interface.
type controlCall struct {
	// do returns the answer to a request with this body.
	do func(r *http.Request, body []byte) (status int, v any)
	// query has the parameters that the call knows, with their values; no values means any.
	query map[string][]string
	// limit is the longest body, 0 means controlBodyLimit.
	limit int64
}

// controlHandler is the interface below ControlPath, and the page at the root that shows it.
func (s *Sandbox) controlHandler() http.Handler {
	mux := http.NewServeMux()
	for pattern, c := range map[string]controlCall{
		"GET /health":                       {do: s.getHealth},
		"DELETE /requests":                  {do: s.deleteRequests},
		"GET /events":                       {do: s.getEvents},
		"DELETE /events":                    {do: s.deleteEvents},
		"GET /faults":                       {do: s.getFaults},
		"GET /faults/kinds":                 {do: s.getFaultKinds},
		"POST /faults":                      {do: s.postFault},
		"DELETE /faults":                    {do: s.deleteFaults},
		"DELETE /faults/{id}":               {do: s.deleteFault},
		"GET /knobs":                        {do: s.getKnobs},
		"PATCH /knobs":                      {do: s.patchKnobs},
		"DELETE /knobs":                     {do: s.deleteKnobs},
		"GET /conversations":                {do: s.getConversations, query: map[string][]string{"open": {"true", "false"}}},
		"POST /conversations":               {do: s.postConversation},
		"POST /conversations/{id}/close":    {do: s.postConversationClose},
		"POST /conversations/{id}/move":     {do: s.postConversationMove},
		"POST /conversations/{id}/messages": {do: s.postConversationMessage},
		"GET /jelou":                        {do: s.getJelou},
		"POST /jelou":                       {do: s.postJelou},
		"POST /jelou/{id}/close":            {do: s.postJelouClose},
		"POST /jelou/{id}/messages":         {do: s.postJelouMessage},
		"GET /threads":                      {do: s.getThreads},
		"PUT /threads/{chatbot}/{thread}":   {do: s.putThread, limit: stateBodyLimit},
		"GET /state":                        {do: s.getState},
		"PUT /state":                        {do: s.putState, limit: stateBodyLimit},
	} {
		method, path, _ := strings.Cut(pattern, " ")
		mux.HandleFunc(method+" "+ControlPath+path, c.serve)
	}
	mux.HandleFunc("GET "+ControlPath+"/requests", s.getRequests)
	mux.HandleFunc("GET "+ControlPath+"/stream", s.stream)
	mux.HandleFunc("GET /{$}", s.front)
	mux.HandleFunc("GET "+ControlPath+"/{$}", writeHelp)
	return mux
}

func (c controlCall) serve(w http.ResponseWriter, r *http.Request) {
	if err := checkQuery(r.URL.Query(), c.query); err != nil {
		writeJSON(w, http.StatusBadRequest, controlError("%v", err))
		return
	}
	limit := c.limit
	if limit == 0 {
		limit = controlBodyLimit
	}
	body, err := readBody(w, r, limit)
	if err != nil {
		writeJSON(w, bodyStatus(err), controlError("the body could not be read: %v", err))
		return
	}
	status, v := c.do(r, body)
	writeJSON(w, status, v)
}

// checkQuery refuses a parameter that the call does not know, and a value that the parameter does not have: a misspelt
// one would do nothing.
func checkQuery(query url.Values, known map[string][]string) error {
	for name, values := range query {
		allowed, ok := known[name]
		if !ok {
			return fmt.Errorf("unknown query parameter %q", name)
		}
		for _, value := range values {
			if len(allowed) > 0 && !slices.Contains(allowed, value) {
				return fmt.Errorf("query parameter %s: %q is none of %s", name, value, strings.Join(allowed, ", "))
			}
		}
	}
	return nil
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
		if errors.Is(err, io.EOF) {
			return errors.New("the JSON value is missing")
		}
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one JSON value")
	}
	return nil
}
