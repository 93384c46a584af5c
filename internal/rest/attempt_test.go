package rest

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// transformBuffer is how many bytes are read ahead to convert a charset.
const transformBuffer = 4 << 10

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

func TestAnAnswerThatDeclaresToBeTooLargeIsNotReadToItsEnd(t *testing.T) {
	t.Parallel()
	const limit = 3 * errorLimit
	for length, says := range map[int64]string{limit: "", limit + 1: "the answer is larger than 196608 bytes"} {
		inBubble(t, strconv.FormatInt(length, 10), func(t *testing.T) {
			call := post()
			call.Limit = limit
			wire, err := answered(t, reply{status: 200, body: padded(int(length)), length: length}, call)
			if says == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if e := wantError(t, err); e.Outcome != Unknown || !strings.Contains(e.Cause.Error(), says) || e.Answer != "application/json, more than 196608 bytes" {
				t.Errorf("got %s: %v, answer %q", e.Outcome, e.Cause, e.Answer)
			}
			if wire.read > errorLimit+transformBuffer {
				t.Errorf("%d bytes were read", wire.read)
			}
		})
	}
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
			if wire.read > int(max(c.limit, errorLimit))+transformBuffer {
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
			if errors.Is(err, ErrTooLarge) != strings.Contains(c.says, "larger than") {
				t.Errorf("%v: is too large %t", err, errors.Is(err, ErrTooLarge))
			}
			if len(e.Answer) > maxQuoted || strings.Contains(e.Cause.Error(), "4711") {
				t.Errorf("%d bytes are quoted: %v", len(e.Answer), e.Cause)
			}
		})
	}
}

func TestASuccessShouldHaveNoBodyWithoutADecoder(t *testing.T) {
	t.Parallel()
	own := func(config *Config) {
		config.Fault = func(body []byte) Fault {
			words, found := strings.CutPrefix(string(body), "fault:")
			if id, traced := strings.CutPrefix(words, "id "); traced {
				return Fault{RequestID: id, Own: true}
			}
			return Fault{Messages: []string{words}[:min(len(words), 1)], Own: found}
		}
	}
	page := http.Header{"Content-Type": {"text/html"}}
	for name, c := range map[string]struct {
		reply      reply
		unexpected string
		fault      string // of an outcome that is not known
		html       bool
	}{
		"an empty body":                   {reply: reply{status: 200}},
		"no content":                      {reply: reply{status: 204}},
		"white space":                     {reply: reply{status: 200, body: " \r\n"}},
		"a byte order mark":               {reply: reply{status: 200, body: "\uFEFF"}},
		"an empty page":                   {reply: reply{status: 200, header: page}},
		"a page":                          {reply: reply{status: 200, header: page, body: "<p>Log in</p>"}, html: true},
		"a page without a type":           {reply: reply{status: 200, body: "\n<!DOCTYPE html>"}, html: true},
		"an envelope with errors":         {reply: reply{status: 200, body: "fault:no such chat"}, fault: "no such chat"},
		"an envelope without errors":      {reply: reply{status: 200, body: "fault:"}, unexpected: "text/plain, 6 bytes: fault:"},
		"an envelope with a request id":   {reply: reply{status: 200, body: "fault:id 1"}, unexpected: "text/plain, 10 bytes: fault:id 1"},
		"another object":                  {reply: reply{status: 200, body: `{"status":"CLOSED"}`}, unexpected: "application/json, 19 bytes"},
		"a word of a declared type":       {reply: reply{status: 202, header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}}, body: "OK\n"}, unexpected: "text/plain, 3 bytes: OK"},
		"a body that breaks":              {reply: reply{status: 200, body: `{"a":1`, broken: errReset}, unexpected: "application/json, broken off after 6 bytes"},
		"a body that breaks at its begin": {reply: reply{status: 200, broken: io.ErrUnexpectedEOF}, unexpected: "text/plain, broken off after 0 bytes"},
		"a body without an end":           {reply: reply{status: 200, endless: true}, unexpected: "text/plain, more than 65536 bytes"},
		"bytes":                           {reply: reply{status: 200, body: "\x00\x01"}, unexpected: "binary data, 2 bytes"},
		"a body in an unknown charset":    {reply: reply{status: 200, header: http.Header{"Content-Type": {"text/plain; charset=x-1"}}, body: "OK"}, unexpected: "text/plain, 2 bytes"},
		"no body, in an unknown charset":  {reply: reply{status: 200, header: http.Header{"Content-Type": {"text/plain; charset=x-1"}}}},
	} {
		inBubble(t, name, func(t *testing.T) {
			wire := newWire(c.reply)
			result, err := wire.client(own).Do(t.Context(), Call{Method: http.MethodPost, Limit: 1 << 20})
			if wire.read > errorLimit+transformBuffer {
				t.Errorf("%d bytes were read", wire.read)
			}
			if result.Unexpected != c.unexpected {
				t.Errorf("unexpected is %q, want %q", result.Unexpected, c.unexpected)
			}
			if !c.html && c.fault == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if e := wantError(t, err); e.Outcome != Unknown || e.HTML != c.html || e.Fault.String() != c.fault {
				t.Errorf("got %+v", e)
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
		"the service's words, masked":                 {reply: reply{body: "fault:no Kowalski, s3cret-token"}, fault: "no ***, ***"},
		"the first line of plain text, masked":        {reply: reply{body: " no Kowalski, S3CRET-TOKEN\nand more"}, answer: "text/plain, 35 bytes: no ***, ***"},
		"the title of a page, masked":                 {reply: reply{header: http.Header{"Content-Type": {"Text/HTML"}}, body: "<head><TITLE a='b'>No&#32;Kowalski &lt;here&gt;</title><p>what the page says"}, answer: "text/html, 76 bytes: No *** ***", html: true},
		"a page without a title":                      {reply: reply{body: "\uFEFF\r\n<!DOCTYPE html><p>"}, answer: "text/html, 20 bytes", html: true},
		"a page whose title does not end":             {reply: reply{body: "<HTML><title>abc"}, answer: "text/html, 16 bytes", html: true},
		"a page of another type":                      {reply: reply{header: http.Header{"Content-Type": {"text/plain"}}, body: "<HTML>"}, answer: "text/plain, 6 bytes", html: true},
		"the service's words, called a page":          {reply: reply{header: http.Header{"Content-Type": {"text/html; charset=UTF-8"}}, body: "fault:no"}, fault: "no"},
		"the service's words behind a mark":           {reply: reply{body: "\uFEFFfault:no"}, fault: "no"},
		"a byte order mark is dropped":                {reply: reply{body: "\uFEFF no"}, answer: "text/plain, 3 bytes: no"},
		"other JSON is not quoted":                    {reply: reply{body: `{"email":"jan"}`}, answer: "application/json, 15 bytes"},
		"nor is a list":                               {reply: reply{body: ` [1]`}, answer: "application/json, 4 bytes"},
		"nor is markup":                               {reply: reply{body: `<error>jan</error>`}, answer: "text/xml, 18 bytes"},
		"a declared type is named":                    {reply: reply{header: http.Header{"Content-Type": {"application/problem+json"}}, body: `{}`}, answer: "application/problem+json, 2 bytes"},
		"but not one with a secret":                   {reply: reply{header: http.Header{"Content-Type": {"application/s3cret-token; a=b"}}, body: `{}`}, answer: "application/***, 2 bytes"},
		"an error without a word":                     {},
		"a body that breaks off tells its words":      {reply: reply{body: "sorry, Kowal", broken: errReset}, answer: "text/plain, broken off after 12 bytes: sorry,"},
		"a body that breaks off at once is not empty": {reply: reply{header: http.Header{"Content-Type": {"text/html"}}, broken: io.ErrUnexpectedEOF}, answer: "text/html, broken off after 0 bytes", html: true},
		"nor is white space that breaks off":          {reply: reply{body: "     ", broken: errReset}, answer: "text/plain, broken off after 5 bytes"},
		"a body without an end":                       {reply: reply{body: "sorry ", endless: true}, answer: "text/plain, more than 65536 bytes: sorry"},
		"a body that is not text":                     {reply: reply{body: "no \xff\xfe"}, answer: "binary data, 5 bytes"},
		"a body with zero bytes":                      {reply: reply{body: "n\x00o\x00"}, answer: "binary data, 4 bytes"},
	} {
		inBubble(t, name, func(t *testing.T) {
			c.reply.status = 400
			wire, err := answered(t, c.reply, call, says)
			e := wantError(t, err)
			if e.Outcome != Refused || e.Status != 400 || e.Cause != nil || e.HTML != c.html {
				t.Errorf("got %+v", e)
			}
			if e.Answer != c.answer || e.Empty != (c.answer == "" && c.fault == "") {
				t.Errorf("quoted is %q, want %q", e.Answer, c.answer)
			}
			words := append(append(append([]string{e.Fault.RequestID}, e.Fault.Messages...), e.Fault.Codes...), e.Fault.Fields...)
			if strings.Trim(strings.Join(words, "|"), "|") != strings.TrimSuffix(strings.Repeat(c.fault+"|", 4), "|") && c.fault != "" || c.fault == "" && !e.Fault.IsZero() {
				t.Errorf("the fault is %q, want %q", words, c.fault)
			}
			if wire.read > errorLimit+transformBuffer {
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
	inBubble(t, "or it describes the answer, where none can be read", func(t *testing.T) {
		call := post()
		call.Decode = func(r io.Reader) error {
			_, _ = io.ReadAll(r)
			return &Spoken{}
		}
		_, err := answered(t, reply{status: 200, body: `{"status":0,"reason":"away"}`}, call)
		if e := wantError(t, err); e.Outcome != Unknown || e.Answer != "application/json, 28 bytes" {
			t.Errorf("got %+v", e)
		}
	})
	inBubble(t, "and is a refusal where its code says so", func(t *testing.T) {
		for _, call := range []Call{post(), get()} {
			call.Decode = func(io.Reader) error {
				return &Spoken{Fault: Fault{Codes: []string{"API_KEY_NOT_VALID"}}, Refused: true}
			}
			wire, err := answered(t, reply{status: 200}, call)
			if e := wantError(t, err); e.Outcome != Refused || len(wire.attempts) != 1 {
				t.Errorf("%s: got %s after %d attempts", call.Method, e.Outcome, len(wire.attempts))
			}
		}
	})
	inBubble(t, "and not without number", func(t *testing.T) {
		call := post()
		call.Decode = func(io.Reader) error { return &Spoken{Fault: Fault{Messages: make([]string, 1000)}} }
		_, err := answered(t, reply{status: 200}, call)
		if got := len(wantError(t, err).Fault.Messages); got != maxTexts {
			t.Errorf("%d messages", got)
		}
	})
}

func TestHalfAValueIsNotQuoted(t *testing.T) {
	t.Parallel()
	call := post()
	call.Personal = []string{"Kowalski"}
	for position := maxQuoted - 20; position < maxQuoted+5; position++ {
		for _, value := range []string{"s3cret-token", "Kowalski"} {
			wire := newWire(reply{status: 500, body: strings.Repeat("x ", position/2) + value + " and so on"})
			_, err := wire.client().Do(t.Context(), call)
			if answer := wantError(t, err).Answer; strings.Contains(answer, value[:4]) || !strings.Contains(answer, "x x") {
				t.Fatalf("%d: %s is quoted as %q", position, value, answer[len(answer)-30:])
			}
		}
	}
	for n := 4; n <= len("s3cret-token"); n++ {
		_, err := newWire(reply{status: 500, body: "no: " + "s3cret-token"[:n], broken: io.ErrUnexpectedEOF}).client().Do(t.Context(), call)
		if answer := wantError(t, err).Answer; !strings.HasSuffix(answer, ": no:") {
			t.Errorf("%d bytes: %q", n, answer)
		}
	}
}

func TestAnswersWithPersonalDataAreDescribedAlone(t *testing.T) {
	t.Parallel()
	call := get()
	call.HidesAnswer = true
	for body, want := range map[string]string{
		`{"client_email":"jan"`:                            "application/json, 21 bytes",
		"\uFEFF \n[{\"client_email\":":                     "application/json, 19 bytes",
		"<html><title>jan</title>":                         "text/html, 24 bytes",
		"Too many connections":                             "text/plain, 20 bytes",
		"&quot;email&quot;: &quot;jan@example.org&quot;":   "text/plain, 46 bytes",
		"Notice: x in y\n{\n \"result\":[{\"email\":\"jan": "text/plain, 41 bytes",
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
