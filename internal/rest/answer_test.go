package rest

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
)

// encoded returns s in a charset.
func encoded(t *testing.T, charset encoding.Encoding, s string) string {
	t.Helper()
	out, err := charset.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAnswersAreDecodedFromTheirCharset(t *testing.T) {
	t.Parallel()
	const polish, latin, kana = `{"text":"Zażółć gęślą"}`, `{"text":"naïve façade"}`, `{"text":"ボット"}`
	for name, c := range map[string]struct{ label, body, want string }{
		"none declared":            {"", polish, polish},
		"UTF-8":                    {"UTF-8", polish, polish},
		"UTF-8 in quotes":          {`"utf-8"`, polish, polish},
		"a mark of UTF-8":          {"", "\uFEFF" + polish, polish},
		"a mark against the label": {"iso-8859-1", "\uFEFF" + polish, polish},
		"UTF-16 with a mark":       {"", encoded(t, unicode.UTF16(unicode.BigEndian, unicode.UseBOM), polish), polish},
		"UTF-16, as declared":      {"utf-16le", encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), polish), polish},
		"ISO 8859-1":               {"ISO-8859-1", encoded(t, charmap.ISO8859_1, latin), latin},
		"ISO 8859-2":               {"iso-8859-2", encoded(t, charmap.ISO8859_2, polish), polish},
		"Windows 1250":             {"windows-1250", encoded(t, charmap.Windows1250, polish), polish},
		"Shift JIS":                {"Shift_JIS", encoded(t, japanese.ShiftJIS, kana), kana},
		"bytes that are not valid": {"utf-8", "{\"text\":\"a\xff\"}", "{\"text\":\"a\uFFFD\"}"},
	} {
		inBubble(t, name, func(t *testing.T) {
			header := http.Header{"Content-Type": {"application/json; charset=" + c.label}}
			if c.label == "" {
				header = http.Header{"Content-Type": {"application/json"}}
			}
			var decoded, fault string
			client := newWire(reply{status: 200, header: header, body: c.body}, reply{status: 400, header: header, body: c.body}).client(func(config *Config) {
				config.Fault = func(body []byte) Fault {
					fault = string(body)
					return Fault{}
				}
			})
			call := get()
			call.Decode = func(r io.Reader) error {
				read, err := io.ReadAll(r)
				decoded = strings.ToValidUTF8(string(read), "\uFFFD")
				return err
			}
			_, err := client.Do(t.Context(), call)
			_, refused := client.Do(t.Context(), call)
			if err != nil || decoded != c.want || OutcomeOf(refused) != Refused || strings.ToValidUTF8(fault, "\uFFFD") != c.want {
				t.Errorf("got %q, %v; of an error %q, %v", decoded, err, fault, refused)
			}
		})
	}
	inBubble(t, "one that nobody knows is an error", func(t *testing.T) {
		_, err := answered(t, reply{status: 200, header: http.Header{"Content-Type": {"application/json; charset=x-1"}}, body: `{"ok":true}`}, post())
		if e := wantError(t, err); e.Outcome != Unknown || !strings.Contains(err.Error(), "the answer declares the charset x-1, which is not known") {
			t.Errorf("got %v", err)
		}
	})
}

// What an answer that no client understands puts into errors must not depend on its charset.
func TestUTF16WithoutAMarkIsNotQuoted(t *testing.T) {
	t.Parallel()
	body := encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), "no s3cret-token, jan@example.org")
	for _, status := range []int{200, 500} {
		_, err := answered(t, reply{status: status, body: body}, post())
		if e := wantError(t, err); e.Answer != fmt.Sprintf("binary data, %d bytes", len(body)) {
			t.Errorf("%d: %q", status, e.Answer)
		}
	}
}

// peak returns by how much the heap grows at most while run runs, in bytes.
func peak(run func()) uint64 {
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	done := make(chan struct{})
	go func() {
		defer close(done)
		run()
	}()
	most := before.HeapAlloc
	for {
		runtime.ReadMemStats(&now)
		most = max(most, now.HeapAlloc)
		select {
		case <-done:
			return most - before.HeapAlloc
		case <-time.After(time.Millisecond):
		}
	}
}

func TestSmallAnswersTakeLittleMemory(t *testing.T) { //nolint:paralleltest // the memory is that of the whole process
	const limit, most = 8 << 20, 8<<20/bytesPerValue - 10
	for name, c := range map[string]struct {
		begin, element, end string
		times               int
		outcome             Outcome
		says                string
	}{
		"rows":                       {`{"rows":[{}`, ",{}", "]}", most / 2, Done, ""},
		"objects":                    {`{"any":[{}`, ",{}", "]}", most / 2, Done, ""},
		"lists in lists":             {`{"any":[[[[[]]]]`, ",[[[[]]]]", "]}", most / 5, Done, ""},
		"numbers":                    {`{"any":[0`, ",0", "]}", most, Done, ""},
		"texts":                      {`{"any":[""`, `,""`, "]}", most, Done, ""},
		"raw values":                 {`{"raw":[0`, ",0", "]}", most, Done, ""},
		"one text":                   {`{"any":"`, "a", `"}`, limit - 20, Done, ""},
		"too many numbers":           {`{"any":[0`, ",0", "]}", 5 * most, Unknown, "the answer is too large: it has more values than its limit allows"},
		"a text without an end":      {`{"any":"`, "a", `"}`, 5 * limit, Unknown, "the answer is larger than 8388608 bytes"},
		"white space without an end": {`{}`, " ", "", 5 * limit, Unknown, "the answer is larger than 8388608 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Encoding", "gzip")
				zipped, _ := gzip.NewWriterLevel(w, gzip.BestSpeed)
				_, _ = io.WriteString(zipped, c.begin)
				for left := c.times; left > 0; left -= 10_000 {
					if _, err := io.WriteString(zipped, strings.Repeat(c.element, min(left, 10_000))); err != nil {
						return
					}
				}
				_, _ = io.WriteString(zipped, c.end)
				_ = zipped.Close()
			}))
			defer server.Close()
			call := get()
			call.Limit, call.MaxAttempts = limit, 1
			call.Decode = JSON(func(*struct {
				Rows []struct{ A *string }
				Any  any
				Raw  []json.RawMessage
			},
			) error {
				return nil
			})
			var err error
			if taken := peak(func() { _, err = over(t, server, "").Do(t.Context(), call) }); taken > 10*limit {
				t.Errorf("%d MiB for a limit of %d", taken>>20, limit>>20)
			}
			if (err == nil) != (c.outcome == Done) || err != nil && (OutcomeOf(err) != c.outcome || !strings.Contains(err.Error(), c.says)) {
				t.Errorf("got %v, want %q", err, c.says)
			}
		})
	}
}

func TestValuesAreCountedOutsideOfTexts(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]int64{
		`{}`: 1, `[1,2,3]`: 3, `{"a":[1,{"b":","}],"c":"[\"{,\\"}`: 5, `{"a":"\\","b":[]}`: 3,
	} {
		a := newAnswer(&http.Response{Body: io.NopCloser(iotest.OneByteReader(strings.NewReader(body)))})
		a.counts = true
		if _, err := io.Copy(io.Discard, a); err != nil || a.values != want {
			t.Errorf("%s: got %d and %v, want %d", body, a.values, err, want)
		}
	}
	many := &answer{body: bytes.NewReader(bytes.Repeat([]byte("[,"), errorLimit)), limit: errorLimit, counts: true}
	if n, err := io.Copy(io.Discard, many); err == nil || err.Error() != errTooMany.Error() || n > errorLimit {
		t.Errorf("got %v after %d bytes", err, n)
	}
}

// PHP calls all answers text/html where nobody says otherwise.
func TestJSONThatIsCalledAPageIsNone(t *testing.T) {
	t.Parallel()
	page := http.Header{"Content-Type": {"text/html; charset=UTF-8"}}
	own := func(config *Config) {
		config.Fault = func(body []byte) Fault {
			if !strings.Contains(string(body), "errors") {
				return Fault{}
			}
			return Fault{Messages: []string{"no such chat"}, Own: true}
		}
	}
	inBubble(t, "an envelope with errors is not a success, in the service's words", func(t *testing.T) {
		_, err := newWire(reply{status: 200, header: page, body: `{"errors":[{"message":"no such chat"}]}`}).client(own).Do(t.Context(), Call{Method: http.MethodPost})
		if e := wantError(t, err); e.Fault.String() != "no such chat" || e.HTML || strings.Contains(e.Error(), "web page") {
			t.Errorf("got %v", e)
		}
	})
	inBubble(t, "another body is a success", func(t *testing.T) {
		result, err := newWire(reply{status: 200, header: page, body: `{"status":"CLOSED"}`}).client(own).Do(t.Context(), Call{Method: http.MethodPost})
		if err != nil || result.Unexpected != "text/html, 19 bytes" {
			t.Errorf("got %q and %v", result.Unexpected, err)
		}
	})
}

func TestADeclaredTypeIsQuotedInBounds(t *testing.T) {
	t.Parallel()
	inBubble(t, "in an error", func(t *testing.T) {
		long := http.Header{"Content-Type": {"text/" + strings.Repeat("very-", 10000) + "plain"}}
		_, err := newWire(reply{status: 400, header: long, body: "no"}).client().Do(t.Context(), post())
		if e := wantError(t, err); len(e.Answer) > 2*maxQuoted {
			t.Errorf("%d bytes are quoted", len(e.Answer))
		}
	})
}
