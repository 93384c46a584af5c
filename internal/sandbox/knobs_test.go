package sandbox_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

func TestKnobsExplainThemselves(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Set(func(k *sandbox.Knobs) { k.Queues = []int64{3} })
	var knobs map[string]struct {
		Value, Default        json.RawMessage
		Service, Means, Takes string
	}
	if err := json.Unmarshal([]byte(s.send("GET", "/sandbox/knobs", "").body), &knobs); err != nil {
		t.Fatal(err)
	}
	for name, k := range knobs {
		if k.Means == "" || k.Takes == "" || k.Value == nil || k.Default == nil {
			t.Errorf("%s does not explain itself: %+v", name, k)
		}
		if !slices.Contains([]string{"all", "thulium", "jelou", "chatbot"}, k.Service) {
			t.Errorf("%s is of service %q", name, k.Service)
		}
		// What it says it takes, it takes: each value of a choice, and its default.
		values := []string{string(k.Default)}
		if list, ok := strings.CutPrefix(k.Takes, "one of "); ok {
			for value := range strings.SplitSeq(list, ", ") {
				values = append(values, `"`+value+`"`)
			}
		}
		for _, value := range values {
			if r := s.send("PATCH", "/sandbox/knobs", `{"`+name+`":`+value+`}`); r.status != 200 {
				t.Errorf("%s does not take %s: %s", name, value, r.body)
			}
		}
	}
	expect(t, "a value", strings.Join(strings.Fields(string(knobs["queues"].Value)), ""), "[3]")
	expect(t, "a status", knobs["list_refused"].Takes, "0, or a status from 400 to 599")
	for body, message := range map[string]string{
		`{"latency":"-1s"}`:         "knob latency: -1s is below 0",
		`{"page_limit":-1}`:         "knob page_limit: -1 is below 0",
		`{"list_refused":200}`:      "knob list_refused: 200 is neither 0 nor within 400 and 599",
		`{"open_status":"CLOSED"}`:  "cannot be the status of an open chat",
		`{"start_while_open":"no"}`: `"no" is none of refused, conflict, failed, same, second`,
	} {
		text, _ := s.send("PATCH", "/sandbox/knobs", body).at(t, "error").(string)
		expect(t, body, strings.Contains(text, message), true)
	}
}

func TestUnknownQueryParameters(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for path, message := range map[string]string{
		"requests?format=xml":        `query parameter format: "xml" is none of json, table`,
		"requests?call=thulium.stat": `query parameter call: "thulium.stat" is none of *, thulium.*`,
		"requests?cal=thulium.start": `unknown query parameter "cal"`,
		"conversations?open=yes":     `query parameter open: "yes" is none of true, false`,
		"conversations?queue=3":      `unknown query parameter "queue"`,
		"events?last=3":              `unknown query parameter "last"`,
		"health?x":                   `unknown query parameter "x"`,
		"knobs?format=table":         `unknown query parameter "format"`,
	} {
		r := s.send("GET", "/sandbox/"+path, "")
		text, _ := r.at(t, "error").(string)
		expect(t, path, r.status, 400)
		expect(t, path+" says "+message, strings.Contains(text, message), true)
	}
	expect(t, "empty body", s.send("POST", "/sandbox/faults", "").at(t, "error"), any("the JSON value is missing"))
	expect(t, "kinds", s.send("GET", "/sandbox/faults/kinds", "").at(t, 0, "kind"), any("status"))
	expect(t, "json", s.send("GET", "/sandbox/requests?format=json&call=jelou.*", "").body, "[]\n")
}
