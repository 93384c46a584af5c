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
	expect(t, "its nonce", strings.Contains(page.body, `<script nonce="`+nonce[1]+`">`), true)
	if again := s.send("GET", "/", "", browser); again.header.Get("Content-Security-Policy") == policy {
		t.Error("the nonce is the same twice")
	}
	expect(t, "text", s.send("GET", "/", "", "Accept: */*").header.Get("Content-Type"), "text/plain; charset=utf-8")
	expect(t, "text is there for a browser too", strings.HasPrefix(s.send("GET", "/sandbox/", "", browser).body, "Sandbox:"), true)
	expect(t, "a knob", strings.Contains(page.body, `data-knob="start_while_open"`), true)
	expect(t, "misspelt", s.send("GET", "/?al", "", browser).status, 400)
	for _, kind := range sandbox.FaultKinds {
		expect(t, kind.Kind, strings.Contains(page.body, `data-kind="`+kind.Kind+`"`), true)
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
	s.send("POST", closePath, `{"botId":`+quote(evil)+`}`, jelouAuth)
	s.AddFault(sandbox.Fault{Call: "thulium.start", Kind: sandbox.FaultStatus, Status: 503})
	s.start("chat_queue_id=3&client_name=%3Cscript%3E")
	page := s.send("GET", "/", "", browser).body
	expect(t, "scripts", strings.Count(page, "<script"), 1)
	for _, want := range []string{
		"&lt;script&gt;alert(1)&lt;/script&gt;&#34;&#39; said an agent", "chatbot &lt;script&gt;", "bot &lt;script&gt;",
		"jelou.close", `class="failed"`, "fault status", "client_name=&lt;script&gt;", "too long or too odd to show", "message</b>",
		"X-Jelou-Signature: sha256=", `id="fault-1-disarm"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

func quote(text string) string {
	data, _ := json.Marshal(text)
	return string(data)
}

func TestPageShowsTheNewest(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for range 300 {
		s.AddConversation(sandbox.Conversation{QueueID: 3})
		s.send("GET", chatsPath, "")
	}
	for path, want := range map[string][2]int{"/": {25, 25}, "/?all": {300, 300}} {
		page := s.send("GET", path, "", browser).body
		expect(t, path+" chats", strings.Count(page, `<li id="chat-`), want[0])
		expect(t, path+" requests", strings.Count(page, `<li id="request-`), want[1])
		expect(t, path+" of all", strings.Contains(page, "300 open; "), true)
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
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, origin+"/sandbox/stream?at="+at, nil)
			if err != nil {
				t.Fatal(err)
			}
			response, err := transport.RoundTrip(r) //nolint:bodyclose // the returned function closes it
			if err != nil {
				t.Fatal(err)
			}
			expect(t, "type", response.Header.Get("Content-Type"), "text/event-stream")
			return parts(response), func() { _ = response.Body.Close() }
		}
		all, closeAll := open("-1")
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

func TestPageStaysSmall(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for range 1_000 {
		id := s.AddConversation(sandbox.Conversation{QueueID: 3, ClientName: "Jan"})
		s.WriteAsAgent(id, "Hello")
	}
	ask(s.Sandbox, 10_000)
	page := s.send("GET", "/", "", browser)
	expect(t, "below 300 kB", len(page.body) < 300_000, true)
	t.Logf("%d bytes", len(page.body))
}
