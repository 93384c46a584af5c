package rest

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"
)

// answered makes a POST that is answered with reply and returns how that ended.
func answered(t *testing.T, reply reply, call Call, changes ...func(*Config)) (*wire, error) {
	t.Helper()
	wire := newWire(reply)
	_, err := wire.client(changes...).Do(t.Context(), call)
	if wire.open != 0 {
		t.Errorf("%d bodies are still open", wire.open)
	}
	return wire, err
}

// padded returns {"ok":true} with so much white space in it that it has size bytes.
func padded(size int) string {
	return `{"ok":` + strings.Repeat(" ", size-len(`{"ok":true}`)) + "true}"
}

func TestAnswersAreLimitedInSize(t *testing.T) {
	t.Parallel()
	const limit = 100_000
	for name, c := range map[string]struct {
		reply reply
		limit int64
		says  string // empty: it is done
	}{
		"as large as the limit":                    {reply{body: padded(limit)}, limit, ""},
		"a byte larger than the limit":             {reply{body: padded(limit + 1)}, limit, "the answer is larger than 100000 bytes"},
		"white space up to the limit behind it":    {reply{body: `{"ok":true}` + strings.Repeat("\n", limit-11)}, limit, ""},
		"white space beyond the limit behind it":   {reply{body: `{"ok":true}` + strings.Repeat("\n", limit)}, limit, "larger than 100000 bytes"},
		"garbage within the limit behind it":       {reply{body: `{"ok":true}` + strings.Repeat(" ", limit-20) + "}"}, limit, "more follows"},
		"without end":                              {reply{body: `{"ok":`, endless: true}, limit, "not JSON"},
		"white space without end":                  {reply{body: strings.Repeat(" ", 10*limit)}, limit, "larger than 100000 bytes"},
		"the smallest limit is that of errors":     {reply{body: padded(errorLimit)}, 1, ""},
		"a byte larger than the limit for errors":  {reply{body: padded(errorLimit + 1)}, 1, "larger than 65536 bytes"},
		"many times larger than is kept for logs":  {reply{body: padded(3 * limit)}, 3 * limit, ""},
		"a string that never ends":                 {reply{body: `{"ok":"`, endless: true}, limit, "larger than 100000 bytes"},
		"half of it":                               {reply{body: padded(limit)[:limit/2]}, limit, "broke off after 50000 bytes"},
		"half of it before the connection is lost": {reply{body: padded(limit)[:limit/2], broken: io.ErrUnexpectedEOF}, limit, "broke off after 50000 bytes"},
		"half of it before a reset":                {reply{body: padded(limit)[:limit/2], broken: errReset}, limit, errReset.Error()},
		"the connection is lost behind it":         {reply{body: padded(limit), broken: io.ErrUnexpectedEOF}, limit, ""},
		"nothing":                                  {reply{}, limit, "the answer is empty"},
		"nothing but white space":                  {reply{body: " \r\n"}, limit, "the answer is empty"},
		"no JSON":                                  {reply{body: "OK"}, limit, "the answer is not JSON"},
		"another kind of value":                    {reply{body: `{"ok":"yes"}`}, limit, `the answer has a JSON string where "ok" should be a JSON boolean`},
		"a number of another kind":                 {reply{body: `{"ok":4711}`}, limit, `the answer has a JSON number where "ok" should be a JSON boolean`},
		"another kind altogether":                  {reply{body: `[]`}, limit, `the answer is a JSON array where a JSON object should be`},
	} {
		inBubble(t, name, func(t *testing.T) {
			c.reply.status = 200
			call := post()
			call.Limit = c.limit
			wire, err := answered(t, c.reply, call)
			if wire.read > int(max(c.limit, errorLimit))+1 {
				t.Errorf("%d bytes were read", wire.read)
			}
			if c.says == "" {
				if err != nil {
					t.Errorf("got %v", err)
				}
				return
			}
			e := wantError(t, err)
			if e.Outcome != Unknown || e.Cause == nil || !strings.Contains(e.Cause.Error(), c.says) {
				t.Errorf("got %s: %v, want %q", e.Outcome, e.Cause, c.says)
			}
			if len(e.Answer) > maxQuoted || strings.Contains(e.Cause.Error(), "4711") {
				t.Errorf("%d bytes are quoted: %v", len(e.Answer), e.Cause)
			}
		})
	}
}

func TestTheStatusAloneDecidesWithoutADecoder(t *testing.T) {
	t.Parallel()
	for name, reply := range map[string]reply{
		"an empty body":         {status: 200},
		"no content":            {status: 204},
		"a page":                {status: 200, body: "<html>"},
		"a body that breaks":    {status: 200, body: "{", broken: errReset},
		"a body without an end": {status: 200, endless: true},
	} {
		inBubble(t, name, func(t *testing.T) {
			wire, err := answered(t, reply, Call{Method: http.MethodPost, Limit: 1 << 20})
			if err != nil || wire.read > errorLimit {
				t.Errorf("got %v, %d bytes read", err, wire.read)
			}
		})
	}
}

func TestErrorBodies(t *testing.T) {
	t.Parallel()
	says := func(config *Config) {
		config.Fault = func(body []byte) Fault {
			words, found := strings.CutPrefix(string(body), "fault:")
			if !found {
				return Fault{}
			}
			return Fault{Messages: []string{words}, Codes: []string{words}, RequestID: words, Fields: []string{words}}
		}
	}
	call := post()
	call.Personal = []string{"Kowalski"}
	for name, c := range map[string]struct {
		reply  reply
		fault  string // each part of it
		answer string // its beginning
		html   bool
	}{
		"the service's words, masked":                          {reply: reply{body: "fault:no Kowalski, s3cret-token"}, fault: "no ***, ***"},
		"what is not the service's envelope is quoted, masked": {reply: reply{body: "no Kowalski, S3CRET-TOKEN"}, answer: "no ***, ***"},
		"a page is told from the API's answers": {
			reply: reply{header: http.Header{"Content-Type": {"Text/HTML"}}, body: " <html>"}, answer: "<html>", html: true,
		},
		"a page without a type": {reply: reply{body: "\uFEFF\r\n<!DOCTYPE html><p>"}, answer: "<!DOCTYPE", html: true},
		"a page of another type": {
			reply: reply{header: http.Header{"Content-Type": {"text/plain"}}, body: "<HTML>"}, answer: "<HTML>", html: true,
		},
		"the service's words, called a page": {
			reply: reply{header: http.Header{"Content-Type": {"text/html; charset=UTF-8"}}, body: "fault:no"}, fault: "no",
		},
		"the service's words behind a mark":  {reply: reply{body: "\uFEFFfault:no"}, fault: "no"},
		"a byte order mark is dropped":       {reply: reply{body: "\uFEFF no"}, answer: "no"},
		"an error without a word":            {},
		"a body that breaks off still tells": {reply: reply{body: "sor", broken: errReset}, answer: "sor"},
		"a body without an end":              {reply: reply{body: "sorry", endless: true}, answer: "sorryxxx"},
		"a body that is not text":            {reply: reply{body: "\xff\xfe no"}, answer: "\uFFFD no"},
	} {
		inBubble(t, name, func(t *testing.T) {
			c.reply.status = 400
			wire, err := answered(t, c.reply, call, says)
			e := wantError(t, err)
			if e.Outcome != Refused || e.Status != 400 || e.Cause != nil || e.HTML != c.html {
				t.Errorf("got %+v", e)
			}
			if !strings.HasPrefix(e.Answer, c.answer) || (c.answer == "") != (e.Answer == "") || len(e.Answer) > maxQuoted || !utf8.ValidString(e.Answer) {
				t.Errorf("quoted is %q, want %q", e.Answer, c.answer)
			}
			words := append(append(append([]string{e.Fault.RequestID}, e.Fault.Messages...), e.Fault.Codes...), e.Fault.Fields...)
			if strings.Trim(strings.Join(words, "|"), "|") != strings.TrimSuffix(strings.Repeat(c.fault+"|", 4), "|") && c.fault != "" || c.fault == "" && !e.Fault.IsZero() {
				t.Errorf("the fault is %q, want %q", words, c.fault)
			}
			if wire.read > errorLimit+1 {
				t.Errorf("%d bytes were read", wire.read)
			}
		})
	}
}

func TestAFailureWithASuccessStatusIsInTheServicesWords(t *testing.T) {
	t.Parallel()
	inBubble(t, "masked", func(t *testing.T) {
		call := post()
		call.Personal = []string{"Kowalski"}
		call.Decode = func(io.Reader) error { return &Spoken{Fault: Fault{Messages: []string{"no Kowalski"}}} }
		_, err := answered(t, reply{status: 200, body: "Kowalski"}, call)
		e := wantError(t, err)
		if e.Outcome != Unknown || e.Answer != "" || strings.Join(e.Fault.Messages, "") != "no ***" {
			t.Errorf("got %+v", e)
		}
	})
	inBubble(t, "or in its answer, where none can be read", func(t *testing.T) {
		call := post()
		call.Personal = []string{"Kowalski"}
		call.Decode = func(r io.Reader) error {
			_, _ = io.ReadAll(r)
			return &Spoken{}
		}
		_, err := answered(t, reply{status: 200, body: `{"status":0,"reason":"Kowalski is away"}`}, call)
		if e := wantError(t, err); e.Outcome != Unknown || e.Answer != `{"status":0,"reason":"*** is away"}` {
			t.Errorf("got %+v", e)
		}
	})
	inBubble(t, "and not without number", func(t *testing.T) {
		call := post()
		call.Decode = func(io.Reader) error { return &Spoken{Fault: Fault{Messages: make([]string, 1000)}} }
		_, err := answered(t, reply{status: 200}, call)
		if got := len(wantError(t, err).Fault.Messages); got != maxWords {
			t.Errorf("%d messages", got)
		}
	})
}

func TestQuotedAnswersAreMaskedBeforeTheyAreCut(t *testing.T) {
	t.Parallel()
	call := post()
	call.Personal = []string{"Kowalski"}
	for position := maxQuoted - 20; position < maxQuoted+5; position++ {
		for _, value := range []string{"s3cret-token", "Kowalski"} {
			for _, status := range []int{200, 500} {
				wire := newWire(reply{status: status, body: strings.Repeat("x", position) + value + "and so on"})
				_, err := wire.client().Do(t.Context(), call)
				answer := wantError(t, err).Answer
				if len(answer) > maxQuoted || strings.Contains(answer, value[:4]) {
					t.Fatalf("%d: %s at %d is quoted as %q", status, value, position, answer[len(answer)-30:])
				}
			}
		}
	}
}

func TestAnAnswerThatBreaksOffInASecretHidesItsHalf(t *testing.T) {
	t.Parallel()
	call := post()
	call.Personal = []string{"Żółkiewski"}
	for _, value := range []string{"s3cret-token", "Żółkiewski"} {
		for n := minPersonal; n <= len(value); n++ {
			wire := newWire(reply{status: 200, body: `{"echo":"` + value[:n], broken: io.ErrUnexpectedEOF})
			_, err := wire.client().Do(t.Context(), call)
			if got := wantError(t, err).Answer; got != `{"echo":"***` {
				t.Errorf("%q is quoted as %q", value[:n], got)
			}
		}
	}
}

func TestAnswersWithPersonalDataAreNotQuoted(t *testing.T) {
	t.Parallel()
	call := get()
	call.HidesAnswer = true
	for body, want := range map[string]string{
		`{"client_email":"jan@example.org"`:          "",
		"\uFEFF \n[{\"client_email\":":               "",
		`{"ok":true}{"client_email":"x"}`:            "",
		"<html>Proxy error":                          "<html>Proxy error",
		"Too many connections":                       "Too many connections",
		"Notice: x in y\n{\n \"result\":[{\"a\":\"b": "Notice: x in y",
		"<b>Notice</b> [ {\"client_email\":\"x\"}]":  "<b>Notice</b>",
		"<style>p {color: red}</style> [1] {x}":      "<style>p {color: red}</style> [1] {x}",
	} {
		for _, status := range []int{200, 403} {
			wire := newWire(reply{status: status, body: body})
			_, err := wire.client(func(config *Config) { config.Policy.MaxRetries = 0 }).Do(t.Context(), call)
			if got := wantError(t, err).Answer; got != want {
				t.Errorf("%d: %q is quoted as %q", status, body, got)
			}
		}
	}
}

func TestRedirectsAreNamedAndNotFollowed(t *testing.T) {
	t.Parallel()
	hides := func(config *Config) { config.HideURLs = true }
	for location, want := range map[string]string{
		"https://other.example/api/v2": "https://other.example/api/v2",
		"/login?next=1#top":            "/login?next=1",
		"https://user:word@other.example/?client_email=jan%40x.example&page=2": "https://other.example/?client_email=***&page=2",
		"https://other.example/s3cret-token/Kowalski":                          "https://other.example/***/***",
		"http://%zz": "***",
		"":           "",
	} {
		for _, status := range []int{301, 302, 303, 307, 308} {
			for _, change := range []func(*Config){func(*Config) {}, hides} {
				call := post()
				call.Personal = []string{"Kowalski"}
				wire := newWire(reply{status: status, header: http.Header{"Location": {location}}})
				_, err := wire.client(change).Do(t.Context(), call)
				e := wantError(t, err)
				if e.Location != want || e.Outcome != Refused || e.Status != status {
					t.Errorf("%d to %s: got %s, %s", status, location, e.Location, e.Outcome)
				}
				if len(wire.attempts) != 1 {
					t.Errorf("%d to %s: %d requests", status, location, len(wire.attempts))
				}
			}
		}
	}
	_, err := answered(t, reply{status: 400, header: http.Header{"Location": {"/x"}}}, post())
	if wantError(t, err).Location != "" {
		t.Error("an answer that is no redirect has a location")
	}
}

func TestCausesAreFoundInTheirWords(t *testing.T) {
	t.Parallel()
	_, err := answered(t, reply{err: errors.Join(errReset, errors.New("proxy http://user:s3cret-token@proxy.example"))}, post())
	if !errors.Is(err, errReset) || strings.Contains(err.Error(), "s3cret") || !strings.Contains(err.Error(), "user:***@proxy.example") {
		t.Errorf("got %v", err)
	}
}
