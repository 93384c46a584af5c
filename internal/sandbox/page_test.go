package sandbox_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

const browser = "Accept: text/html,application/xhtml+xml,*/*;q=0.8"

func TestFrontIsAPageOrAText(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	page := s.send("GET", "/", "", browser)
	expect(t, "page", page.header.Get("Content-Type"), "text/html; charset=utf-8")
	expect(t, "varies", page.header.Get("Vary"), "Accept")
	expect(t, "nothing from elsewhere", regexp.MustCompile(`(?:src|href)="(?:https?:)?//`).MatchString(page.body), false)
	policy := page.header.Get("Content-Security-Policy")
	nonce := regexp.MustCompile(`script-src 'nonce-([0-9a-f]{32})'`).FindStringSubmatch(policy)
	if nonce == nil || !strings.HasPrefix(policy, "default-src 'none'") {
		t.Fatalf("policy %q", policy)
	}
	expect(t, "one script, and it is the page's", strings.Count(page.body, "<script"), 1)
	if again := s.send("GET", "/", "", browser); again.header.Get("Content-Security-Policy") == policy {
		t.Error("the nonce is the same twice")
	}
	page.is(200, "has", `<script nonce="`+nonce[1]+`">`, "has", "'/sandbox/stream'", "has", "export THULIUM_BASE_URL=http://")
	s.send("GET", "/?all", "", browser).is(200, "has", "'/sandbox/stream?all'")
	expect(t, "text", s.send("GET", "/", "", "Accept: */*").header.Get("Content-Type"), "text/plain; charset=utf-8")
	s.send("GET", "/sandbox/", "", browser).is(200, "has", "Sandbox:") // the text is there for a browser too
	s.send("GET", "/?al", "", browser).is(400)
	s.send("GET", "/sandbox/stream?al", "", browser).is(400)
}

// sections are what fills the page: the first events of its stream.
func (s *stage) sections(query string) string {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.server.URL+"/sandbox/stream"+query, http.NoBody)
	if err != nil {
		s.t.Fatal(err)
	}
	response, err := s.server.Client().Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	stream := parts(response)
	var all strings.Builder
	for range 7 {
		all.WriteString((<-stream).html)
	}
	_ = response.Body.Close()
	for range stream { // its reader ends
	}
	return all.String()
}

func TestSectionsNameEachKnobAndFault(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	page := s.sections("")
	for _, kind := range sandbox.FaultKinds {
		expect(t, kind.Kind, strings.Contains(page, `data-kind="`+kind.Kind+`"`), true)
	}
	var knobs map[string]any
	if err := json.Unmarshal([]byte(s.control("GET", "knobs", "").body), &knobs); err != nil || len(knobs) == 0 {
		t.Fatal(err, knobs)
	}
	for name := range knobs {
		expect(t, name, strings.Contains(page, `data-knob="`+name+`"`), true)
	}
}

func TestPageShowsWhatHappened(t *testing.T) {
	t.Parallel()
	const evil = `<script>alert(1)</script>"'`
	s := newStage(t)
	s.Set(func(k *sandbox.Knobs) { k.OpenStatus = evil })
	s.AddConversation(sandbox.Conversation{ID: evil, QueueID: 3, ClientName: evil})
	s.WriteAsAgent(evil, evil+" said an agent")
	s.AddThread(evil, evil, json.RawMessage(`{"mode":`+quote(evil)+`,"messages":[{"question":{"text":`+quote(evil)+`}}]}`))
	s.AddThread("c", "odd", json.RawMessage(`{"cut":`))
	s.WriteAsJelouUser(s.OpenJelouConversation("project-1", evil, evil), evil)
	s.jelou("POST", "close", `{"botId":`+quote(evil)+`}`)
	s.AddFault(sandbox.Fault{Call: "thulium.start", Kind: sandbox.FaultStatus, Status: 503})
	s.start("chat_queue_id=3&client_name=%3Cscript%3E")
	page := s.sections("")
	expect(t, "scripts", strings.Count(page, "<script"), 0)
	for _, want := range []string{
		"&lt;script&gt;alert(1)&lt;/script&gt;&#34;&#39; said an agent", "chatbot &lt;script&gt;", "bot &lt;script&gt;",
		"jelou.close", `class="failed"`, "fault status", "client_name=&lt;script&gt;", "too long or too odd to show", "message</b>",
		"X-Jelou-Signature: sha256=", `id="fault-1-disarm"`,
	} {
		expect(t, want, strings.Contains(page, want), true)
	}
}

func quote(text string) string {
	data, _ := json.Marshal(text)
	return string(data)
}

func TestPageShowsTheNewest(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for range 1_000 {
		s.WriteAsAgent(s.AddConversation(sandbox.Conversation{QueueID: 3, ClientName: "Jan"}), "Hello")
	}
	readThread(s.Sandbox, 300)
	for query, want := range map[string]string{"": "25 25", "?all": "1000 300"} {
		page := s.sections(query)
		expect(t, query, line(strings.Count(page, `<li id="chat-`), strings.Count(page, `<li id="request-`)), want)
		expect(t, query+" of all", strings.Contains(page, "1000 open; "), true)
		expect(t, query+" is below 300 kB", len(page) < 300_000, query == "")
	}
}

// part is one server-sent event.
type part struct{ id, section, html string }

// parts reads a stream.
func parts(response *http.Response) <-chan part {
	read := make(chan part)
	go func() {
		defer close(read)
		var p part
		for lines := bufio.NewScanner(response.Body); lines.Scan(); {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch name {
			case "id":
				p.id = value
			case "event":
				p.section = value
			case "data":
				p.html += value + "\n"
			case "":
				if p.section != "" {
					read <- p
				}
				p = part{}
			}
		}
	}()
	return read
}

func TestStreamSendsWhatChanges(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, transport := inMemory(t)
		id := s.AddConversation(sandbox.Conversation{QueueID: 3})
		open := func(at string) (<-chan part, func()) {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, origin+"/sandbox/stream", nil)
			if err != nil {
				t.Fatal(err)
			}
			if at != "" {
				r.Header.Set("Last-Event-ID", at)
			}
			response, err := transport.RoundTrip(r) //nolint:bodyclose // the returned function closes it
			if err != nil {
				t.Fatal(err)
			}
			expect(t, "type", response.Header.Get("Content-Type"), "text/event-stream")
			return parts(response), func() { _ = response.Body.Close() }
		}
		all, closeAll := open("")
		last := ""
		for range 7 {
			last = (<-all).id
		}
		began := time.Now()
		s.WriteAsAgent(id, "first")
		s.WriteAsAgent(id, "second <b>")
		p := <-all
		expect(t, "section", p.section, "thulium")
		expect(t, "both at once", strings.Contains(p.html, "first") && strings.Contains(p.html, "second &lt;b&gt;"), true)
		expect(t, "soon", time.Since(began) <= 200*time.Millisecond, true)
		s.AddFault(sandbox.Fault{Call: "thulium.list", Kind: sandbox.FaultHTML})
		expect(t, "section", (<-all).section, "faults")
		closeAll()

		later, closeLater := open(last) // a page that comes back misses nothing, and gets nothing twice
		expect(t, "missed", (<-later).section, "faults")
		expect(t, "missed", (<-later).section, "thulium")
		time.Sleep(time.Hour)
		select {
		case p := <-later:
			t.Errorf("nothing has changed: %v", p)
		default:
		}
		closeLater()
		restarted, closeRestarted := open("1000000") // of a sandbox that has ended
		expect(t, "everything", (<-restarted).section, "requests")
		go func() {
			for range restarted { // what else comes is read, and not looked at
			}
		}()
		s.Close()
		closeRestarted()
	})
}
