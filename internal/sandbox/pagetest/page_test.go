//go:build page

// Package pagetest drives the sandbox's page in a real browser. It needs chromium:
//
//	go test -tags page ./internal/sandbox/pagetest
//
// With CONVERSATION_SANDBOX_PNG=1 it also takes the picture that README shows, .github/sandbox-page.png.
package pagetest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image/png"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

const (
	pictureVariable = "CONVERSATION_SANDBOX_PNG"
	pictureFile     = "../../../.github/sandbox-page.png"
	pictureLimit    = 200_000 // bytes

	// patience is for a browser on a busy machine. Nothing waits for it that works.
	patience = time.Minute
)

// browser is the one that all tests share, each with a tab of its own.
var browser context.Context

func TestMain(m *testing.M) {
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.NoSandbox, chromedp.WindowSize(1200, 760))
	allocator, end := chromedp.NewExecAllocator(context.Background(), options...)
	var closeBrowser context.CancelFunc
	browser, closeBrowser = chromedp.NewContext(allocator) //nolint:fatcontext // once, before the tests
	code := 1
	if err := chromedp.Do(browser); err != nil {
		fmt.Fprintln(os.Stderr, "the browser does not start; Debian's is in the package chromium:", err)
	} else {
		code = m.Run()
	}
	closeBrowser()
	end()
	os.Exit(code)
}

// page is the sandbox's page in a browser.
type page struct {
	*sandbox.Sandbox
	t      *testing.T
	server *httptest.Server
	tab    context.Context
}

func open(t *testing.T, prepare func(*sandbox.Sandbox)) *page {
	t.Helper()
	p := &page{Sandbox: sandbox.New(sandbox.Options{Hosts: []string{}}), t: t}
	if prepare != nil {
		prepare(p.Sandbox)
	}
	p.server = httptest.NewServer(p.Sandbox)
	t.Cleanup(p.server.Close)
	t.Cleanup(p.Close) // first: it ends the page's stream

	tab, closeTab := chromedp.NewContext(browser)
	t.Cleanup(closeTab)
	tab, late := context.WithTimeout(tab, 4*patience)
	t.Cleanup(late)
	p.tab = tab
	p.do(chromedp.Navigate(p.server.URL))
	p.shows("#live", "live")
	return p
}

func (p *page) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.tab, actions...); err != nil {
		p.t.Fatal(err)
	}
}

// evaluate is the value of a script.
func evaluate[T any](p *page, script string) T {
	p.t.Helper()
	value, err := chromedp.Run(p.tab, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatal(err)
	}
	return value
}

// script runs a script for what it does.
func (p *page) script(text string) {
	p.t.Helper()
	evaluate[bool](p, text+"; true")
}

func (p *page) click(selector string) {
	p.t.Helper()
	p.do(chromedp.ScrollIntoView(chromedp.CSS(selector)), chromedp.Click(chromedp.CSS(selector)))
}

// choose picks a value of a select, as a person does.
func (p *page) choose(selector, value string) {
	p.t.Helper()
	p.do(chromedp.SetValue(chromedp.CSS(selector), value))
	p.script(fmt.Sprintf(`document.querySelector(%q).dispatchEvent(new Event('change', {bubbles: true}))`, selector))
}

// press types keys in an element.
func (p *page) press(selector, keys string) {
	p.t.Helper()
	p.do(chromedp.Focus(chromedp.CSS(selector)), chromedp.KeyEvent(keys))
}

// shows waits until an element has a text.
func (p *page) shows(selector, text string) {
	p.t.Helper()
	script := fmt.Sprintf(`[...document.querySelectorAll(%q)].some(e => e.textContent.includes(%q))`, selector, text)
	for deadline := time.Now().Add(patience); !evaluate[bool](p, script); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			p.t.Fatalf("no %q in %s:\n%s", text, selector, evaluate[string](p, `document.body.innerText`))
		}
	}
}

// hides waits until no element is there.
func (p *page) hides(selector string) {
	p.t.Helper()
	for deadline := time.Now().Add(patience); evaluate[bool](p, fmt.Sprintf(`!!document.querySelector(%q)`, selector)); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			p.t.Fatalf("%s is still there", selector)
		}
	}
}

// call sends a request of a service, as the provider does, and returns its status.
func (p *page) call(method, path, body, user, password string) int {
	p.t.Helper()
	request, err := http.NewRequestWithContext(p.t.Context(), method, p.server.URL+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	switch {
	case user != "":
		request.SetBasicAuth(user, password)
	case strings.HasPrefix(path, sandbox.JelouPath):
		request.Header.Set("X-Api-Key", sandbox.JelouAPIKey)
	default:
		request.Header.Set("Authorization", "Bearer "+sandbox.ChatbotToken)
	}
	response, err := p.server.Client().Do(request)
	if err != nil {
		p.t.Fatal(err)
	}
	_ = response.Body.Close()
	return response.StatusCode
}

func (p *page) thulium(path, body string) int {
	p.t.Helper()
	return p.call("POST", sandbox.ThuliumPath+"/chat_conversations/"+path, body, sandbox.ThuliumUsername, sandbox.ThuliumPassword)
}

func TestStory(t *testing.T) {
	t.Parallel()
	p := open(t, nil)

	// A chat appears without a reload, with what is said in it.
	if status := p.thulium("start?chat_queue_id=3&client_name=Jan&client_surname=Kowalski", ""); status != http.StatusOK {
		t.Fatalf("start: %d", status)
	}
	chat := p.Sandbox.Open()[0].ID
	p.shows("#requests li summary", "thulium.start")
	p.shows("#requests li summary", "queue 3")
	p.shows("#thulium li .state", "CREATED")
	p.thulium(chat+"/message", `{"text":"Hello, world!"}`)
	p.shows("#thulium .said", "Hello, world!")
	p.click("#thulium summary")
	p.press("#thulium input[name=text]", "How can I help?"+kb.Enter)
	p.shows("#thulium .said", "How can I help?")
	p.shows("#thulium li .state", "IN_PROGRESS")
	if !evaluate[bool](p, `document.querySelector('#thulium details').open`) {
		t.Error("the transcript was closed by an update")
	}

	// A fault is armed by a click, hits, and is used up.
	p.choose("#fault-call", "thulium.stop")
	p.click("#arm-reset_after")
	p.shows("#faults .list li", "reset_after")
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.server.URL+sandbox.ThuliumPath+"/chat_conversations/"+chat+"/stop", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth(sandbox.ThuliumUsername, sandbox.ThuliumPassword)
	if response, err := p.server.Client().Do(request); err == nil {
		_ = response.Body.Close()
		t.Error("the fault did not hit")
	}
	p.shows("#requests .failed", "no answer fault reset_after")
	p.shows("#faults .list li", "hit 1")
	p.shows("#thulium li .state", "CLOSED")
	p.click(`[aria-label="Armed faults"] button`)
	p.hides(`#faults .list li`)

	// A chatbot is asked and a Jelou conversation started and closed; its events are shown.
	p.call("POST", sandbox.ChatbotPath+"/chatbots/"+sandbox.ChatbotID+"/message",
		`{"message":"When do you open?","threadId":"`+sandbox.EmptyThreadID+`"}`, "", "")
	p.shows("#chatbot .said", "You asked: When do you open?")
	jelou := sandbox.JelouPath + "/external-support/" + sandbox.JelouProjectID + "/conversations/"
	p.call("POST", jelou+"start", `{"botId":"bot-1","userId":"user-1","initialMessage":"Olá"}`, "", "")
	p.shows("#jelou .said", "Olá")
	p.shows("#events summary", "conversation.start")
	p.call("POST", jelou+"close", `{"botId":"bot-1","userId":"user-1"}`, "", "")
	p.shows("#jelou li .state", "closed")
	p.shows("#events summary", "conversation.close")

	p.picture()
}

// picture takes what README shows, if it is asked for.
func (p *page) picture() {
	p.t.Helper()
	p.script(`scrollTo(0, 0); document.activeElement.blur()`)
	data, err := chromedp.Run(p.tab, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := png.Decode(bytes.NewReader(data)); err != nil || len(data) > pictureLimit {
		p.t.Errorf("the picture has %d bytes: %v", len(data), err)
	}
	if os.Getenv(pictureVariable) == "" {
		return
	}
	if err := os.MkdirAll(filepath.Dir(pictureFile), 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(pictureFile, data, 0o644); err != nil {
		p.t.Fatal(err)
	}
}

func TestKnobsByClickAndKeyboard(t *testing.T) {
	t.Parallel()
	p := open(t, nil)
	p.press("#knobs-all summary", kb.Enter)
	p.choose("#knob-start_while_open", "second")
	p.shows("#knobs .changed", "start_while_open")
	if got := p.Knobs().StartWhileOpen; got != sandbox.StartWhileOpenSecond {
		t.Errorf("the knob is %q", got)
	}
	// By keyboard alone: a switch, a text, a list, and a value that is refused.
	p.press("#knob-hide_open", " ")
	p.shows("#knobs .changed", "hide_open")
	p.press("#knob-queues", "[3, 4]"+kb.Enter)
	p.shows("#knobs .changed", "queues")
	p.press("#knob-answer_text", kb.End+" Bye."+kb.Tab)
	p.shows("#knobs .changed", "answer_text")
	k := p.Knobs()
	if !k.HideOpen || len(k.Queues) != 2 || k.AnswerText != "You asked: {message} Bye." {
		t.Errorf("the knobs are %+v", k)
	}
	p.press("#knob-page_limit", kb.End+kb.Backspace+"-5"+kb.Enter)
	p.shows("#said", "knob page_limit: -5 is below 0")
	p.press("#knobs-reset", kb.Enter)
	p.hides("#knobs .changed")
	if p.Knobs().HideOpen {
		t.Error("the knobs were not reset")
	}
	p.press("#arm-silence", kb.Enter)
	p.shows("#faults .list li", "silence")
}

func TestInjectedScriptDoesNothing(t *testing.T) {
	t.Parallel()
	const evil = `<script>document.title='owned'</script><img src=x onerror="document.title='owned'">`
	text, _ := json.Marshal(evil)
	p := open(t, func(s *sandbox.Sandbox) {
		s.AddConversation(sandbox.Conversation{ID: evil, QueueID: 3, ClientName: evil})
		s.AddThread(evil, evil, json.RawMessage(`{"mode":`+string(text)+`,"messages":[{"answer":{"text":`+string(text)+`}}]}`))
	})
	p.thulium("start?chat_queue_id=3&client_name=%3Cscript%3Edocument.title%3D%27owned%27%3C%2Fscript%3E", string(text))
	p.shows("#thulium .facts", "<script>document.title='owned'</script>")
	p.WriteAsAgent(evil, evil)
	p.WriteAsJelouUser(p.OpenJelouConversation("project-1", evil, evil), evil)
	p.shows("#thulium .said", evil)
	p.shows("#jelou .said", evil)
	p.shows("#chatbot .said", evil)
	p.shows("#events pre", `owned`)
	if title := evaluate[string](p, `document.title`); title != "conversation-sandbox" {
		t.Errorf("the title is %q", title)
	}
	if n := evaluate[int](p, `document.querySelectorAll('img').length + document.querySelectorAll('script').length`); n != 1 {
		t.Errorf("%d elements were injected", n-1)
	}
}

func TestNarrowAndDark(t *testing.T) {
	t.Parallel()
	p := open(t, func(s *sandbox.Sandbox) {
		s.AddConversation(sandbox.Conversation{QueueID: 3, ClientEmail: strings.Repeat("long", 40) + "@example.org"})
	})
	p.thulium("start?chat_queue_id=3&client_name="+strings.Repeat("x", 300), "")
	p.shows("#requests summary", "thulium.start")
	p.do(chromedp.EmulateViewport(360, 740))
	p.script(`document.querySelectorAll('details').forEach(d => { d.open = true; })`)
	if width := evaluate[int](p, `document.documentElement.scrollWidth`); width > 360 {
		t.Errorf("at 360 pixels the page is %d wide", width)
	}
	const colours = `getComputedStyle(document.body).backgroundColor + getComputedStyle(document.body).color`
	scheme := func(value string) string {
		_, err := chromedp.Call(p.tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: value}},
		})
		if err != nil {
			t.Fatal(err)
		}
		return evaluate[string](p, colours)
	}
	if light, dark := scheme("light"), scheme("dark"); light == dark {
		t.Errorf("light and dark are both %s", light)
	}
	// Everything that can be clicked has a name and can be reached by Tab.
	if nameless := evaluate[int](p, `[...document.querySelectorAll('button, input, select, summary, a')].filter(e => e.tabIndex < 0 ||
		!(e.textContent.trim() || e.ariaLabel || e.labels?.length)).length`); nameless != 0 {
		t.Errorf("%d controls have no name or no place in the order of tabs", nameless)
	}
}

// usual is how much of its processor's time, in milliseconds, a browser takes for an empty page where it is alone.
const usual = 5

// TestFirstPaint bounds the browser's own work for the page and all that fills it, since the time on a clock is that of all
// who share the machine. It prints that time, too.
func TestFirstPaint(t *testing.T) { //nolint:paralleltest // it measures time
	p := open(t, func(s *sandbox.Sandbox) {
		for i := range 1_000 {
			id := s.AddConversation(sandbox.Conversation{QueueID: int64(i%7 + 1), ClientName: "Jan"})
			s.WriteAsAgent(id, "Hello")
		}
		for range 10_000 {
			r := httptest.NewRequest(http.MethodGet, sandbox.ThuliumPath+"/chats?limit=1", http.NoBody)
			r.Host = "localhost"
			s.ServeHTTP(httptest.NewRecorder(), r)
		}
	})
	if _, err := chromedp.Call(p.tab, performance.Enable, performance.EnableParams{TimeDomain: "threadTicks"}); err != nil {
		t.Fatal(err)
	}
	best := func(url, shown string) (work, paint, full float64) {
		work, paint, full = math.Inf(1), math.Inf(1), math.Inf(1)
		for range 10 {
			// As a person opens it: in a tab that shows nothing and is at rest.
			p.do(chromedp.Navigate("about:blank"), chromedp.Sleep(300*time.Millisecond))
			p.do(chromedp.Navigate(url))
			full = min(full, evaluate[float64](p, `new Promise(done => {
				const look = () => document.querySelectorAll('`+shown+`').length ? done(performance.now()) : requestAnimationFrame(look);
				look();
			})`))
			paint = min(paint, evaluate[float64](p, `new Promise(done => new PerformanceObserver(list => {
				const paint = list.getEntries().find(e => e.name === 'first-contentful-paint');
				if (paint) done(paint.startTime);
			}).observe({type: 'paint', buffered: true}))`))
			got, err := chromedp.Call(p.tab, performance.GetMetrics, cdp.Empty{})
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range got.Metrics {
				if m.Name == "TaskDuration" {
					work = min(work, m.Value*1_000)
				}
			}
		}
		return work, paint, full
	}
	work, paint, full := best(p.server.URL, "#knobs .list")
	rows := evaluate[int](p, `document.querySelectorAll('#requests li').length`)
	empty, emptyPaint, _ := best(p.server.URL+"/sandbox/health", "body")
	t.Logf("first paint after %.0f ms, everything is there after %.0f ms, an empty page's first paint after %.0f ms; work %.0f ms, "+
		"an empty page's %.0f ms", paint, full, emptyPaint, work, empty)
	if limit := 100 * max(1, empty/usual); work > limit {
		t.Errorf("the page takes %.0f ms, more than %.0f ms", work, limit)
	}
	if rows != 25 {
		t.Errorf("%d requests are shown", rows)
	}
}
