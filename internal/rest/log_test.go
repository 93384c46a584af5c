package rest

import (
	"bytes"
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// logged makes the call, which is answered with reply, and returns the log.
func logged(t *testing.T, reply reply, call Call, changes ...func(*Config)) (string, []map[string]any) {
	t.Helper()
	var output bytes.Buffer
	ctx := tflogtest.RootLogger(context.WithoutCancel(t.Context()), &output)
	wire := newWire(reply)
	_, _ = wire.client(append(changes, func(config *Config) { config.Policy.MaxRetries = 0 })...).Do(ctx, call)
	text := output.String()
	lines, err := tflogtest.MultilineJSONDecode(&output)
	if err != nil {
		t.Fatal(err)
	}
	return text, lines
}

// sensitive is a call that sends secrets and personal values; echo is an answer
// with all of them.
func sensitive() Call {
	call := post()
	call.Query = url.Values{"client_email": {"jan@example.org"}, "customer_id": {"17"}, "chat_queue_id": {"3"}}
	call.Body = map[string]string{"text": "Dear Kowalski"}
	call.Personal = []string{"jan@example.org", "Dear Kowalski", "17"}
	return call
}

const echo = `{"echo":"jan@example.org Dear Kowalski s3cret-token","webhookUrl":"https://hooks.example/1"}`

var replies = map[string]reply{
	"done":               {status: 200, body: `{"ok":true,` + echo[1:]},
	"senseless":          {status: 200, body: echo},
	"not JSON":           {status: 200, body: "<p>" + echo},
	"refused":            {status: 422, body: echo, header: http.Header{"Set-Cookie": {"s3cret-token"}}},
	"redirect":           {status: 302, header: http.Header{"Location": {"https://hooks.example/?client_email=jan@example.org"}}},
	"broken":             {status: 200, body: echo[:30], broken: errReset},
	"without an answer":  {err: errReset},
	"without connection": {err: errRefused},
}

func TestLogsShowNoSecretNoPersonalValueAndNoBody(t *testing.T) {
	t.Parallel()
	for name, reply := range replies {
		inBubble(t, name, func(t *testing.T) {
			text, lines := logged(t, reply, sensitive())
			for _, word := range []string{"s3cret", "jan@", "jan%40", "Kowalski", "echo", "hooks.example", "Authorization", "Bearer", "ok\\\""} {
				if strings.Contains(text, word) {
					t.Errorf("%q is in the log: %s", word, text)
				}
			}
			if len(lines) != 1 {
				t.Fatalf("%d lines: %s", len(lines), text)
			}
			line := lines[0]
			for key, want := range map[string]any{
				"@level": "debug", "@message": "Called Service", "@module": "provider.service", "method": "POST", "attempt": float64(1),
				"url":           "https://service.example/api/things?chat_queue_id=3&client_email=***&customer_id=***",
				"request_bytes": float64(len(`{"text":"Dear Kowalski"}`)),
			} {
				if line[key] != want {
					t.Errorf("%s is %v, want %v", key, line[key], want)
				}
			}
			if status, ok := line["status"]; ok != (reply.status != 0) || ok && status != float64(reply.status) {
				t.Errorf("the status is %v", status)
			}
			if _, ok := line["duration_ms"]; !ok || line["outcome"] == "" {
				t.Errorf("the line lacks how long it took, or the outcome: %v", line)
			}
			if size := line["response_bytes"]; size != float64(len(reply.body)) {
				t.Errorf("the answer's size is %v, want %d", size, len(reply.body))
			}
			if line["error"] == nil && line["outcome"] == "unknown" && reply.status < 300 {
				t.Errorf("the line does not say why: %v", line)
			}
		})
	}
}

func TestBodiesAreLoggedOnRequestAndMasked(t *testing.T) {
	t.Parallel()
	asked := func(config *Config) { config.LogBodies = true }
	for name, reply := range replies {
		inBubble(t, name, func(t *testing.T) {
			text, lines := logged(t, reply, sensitive(), asked)
			for _, word := range []string{"s3cret", "Bearer", "hooks.example", "client_email=jan"} {
				if strings.Contains(text, word) {
					t.Errorf("%q is in the log: %s", word, text)
				}
			}
			bodies := map[any]string{}
			for _, line := range lines {
				body, found := line["body"].(string)
				if found != (line["@level"] == "trace") {
					t.Errorf("a body is where it should not be: %v", line)
				}
				if found {
					bodies[line["@message"]] = body
				}
			}
			if got := bodies["Sent body"]; got != `{"text":"Dear Kowalski"}` {
				t.Errorf("sent is %q", got)
			}
			got, found := bodies["Received body"]
			if found != (reply.body != "") || strings.Contains(got, "jan") {
				t.Errorf("received is %q", got)
			}
			if strings.HasSuffix(reply.body, "}") && !strings.HasSuffix(got, `"*** Dear Kowalski ***","webhookUrl":"https:***"}`) {
				t.Errorf("received is %q", got)
			}
		})
	}
}

func TestBodiesAreLoggedAsTextAlone(t *testing.T) {
	t.Parallel()
	basic := base64.StdEncoding.EncodeToString([]byte("user:s3cret-token"))
	utf16, _, _ := transform.String(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder(), `{"echo":"s3cret-token"}`)
	for name, c := range map[string]struct{ body, want string }{
		"UTF-16 with a mark":       {utf16, `{"echo":"***"}`},
		"UTF-16 without one":       {utf16[2:], ""},
		"zero bytes":               {"a\x00s3cret-token", ""},
		"bytes":                    {"\x1f\x8b\x08s3cret-token", ""},
		"a secret in base64":       {`{"a":"` + basic + `"}`, `{"a":"***"}`},
		"JSON in JSON":             {`{"a":"{\"b\":\"https:\/\/hooks.example\/1\"}"}`, `{"a":"{***"***":***"https:***"}"}`},
		"control characters":       {"a\x1b[2Jb", `a\x1b[2Jb`},
		"half a secret at the end": {strings.Repeat("x ", errorLimit/2-3) + "s3cret-token", strings.Repeat("x ", errorLimit/2-3)},
	} {
		inBubble(t, name, func(t *testing.T) {
			_, lines := logged(t, reply{status: 500, body: c.body}, get(), func(config *Config) { config.LogBodies = true })
			last := lines[len(lines)-1]
			if body, _ := last["body"].(string); body != c.want || last["@message"] != "Received body" || last["bytes"] == 0 {
				t.Errorf("got %.200v", last)
			}
		})
	}
}

func TestWithoutALoggerNothingIsLogged(t *testing.T) {
	t.Parallel()
	inBubble(t, "and the call is made", func(t *testing.T) {
		wire := newWire(reply{status: 200, body: `{"ok":true}`})
		if _, err := wire.client(func(config *Config) { config.LogBodies = true }).Do(t.Context(), get()); err != nil {
			t.Error(err)
		}
	})
}
