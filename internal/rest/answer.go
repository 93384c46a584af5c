package rest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"regexp"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// errorLimit is how many bytes are read of an answer that no client decodes.
const errorLimit = 64 << 10

// bytesPerValue bounds the JSON values of an answer: one for so many bytes of its limit,
// because a value of one byte takes far more in memory.
const bytesPerValue = 16

// ErrTooLarge is wrapped by the error of an answer that has more than is read of one.
var ErrTooLarge = errors.New("the answer is too large")

var (
	errTooLong = fmt.Errorf("%w: it has more bytes than its limit allows", ErrTooLarge)
	errTooMany = fmt.Errorf("%w: it has more values than its limit allows", ErrTooLarge)
)

// answer reads a body as UTF-8 up to its limit, and keeps the beginning.
type answer struct {
	body     io.Reader
	media    string // the declared type without its parameters
	unknown  error  // why the charset cannot be decoded
	declared int64  // bytes of the body by its header, -1 without one
	limit    int64  // bytes
	size     int64
	head     []byte // at most errorLimit
	err      error  // what ended the reading, other than its end

	counts bool // values are counted
	values int64
	quoted bool // within a JSON string
	escape bool // behind a backslash in it
}

// newAnswer returns the answer in response, decoded from the charset that it declares. An
// unknown one is an error only where there is a body.
func newAnswer(response *http.Response) *answer {
	a := &answer{body: response.Body, declared: response.ContentLength, limit: errorLimit}
	media, params, _ := mime.ParseMediaType(response.Header.Get("Content-Type")) // what cannot be read is not declared
	a.media = media
	decoder := transform.Transformer(transform.Nop)
	if label := params["charset"]; label != "" {
		charset, err := htmlindex.Get(label)
		if err != nil {
			a.unknown = fmt.Errorf("the answer declares the charset %s, which is not known", label)
			return a
		}
		decoder = charset.NewDecoder()
	}
	// A byte order mark outweighs what is declared.
	a.body = transform.NewReader(a.body, unicode.BOMOverride(decoder))
	return a
}

// Read reads on within the limit. Of an answer that declares to be larger it reads only
// what an error may quote, because the rest would be read in vain.
func (a *answer) Read(p []byte) (int, error) {
	if a.err != nil {
		return 0, a.err
	}
	n, err := a.body.Read(p[:min(int64(len(p)), a.limit+1-a.size)])
	a.size += int64(n)
	switch {
	case n > 0 && a.unknown != nil:
		n, err = 0, a.unknown
	case a.size > a.limit, a.declared > a.limit && a.size >= errorLimit:
		err = errTooLong
	case a.counts && a.count(p[:n]) > a.limit/bytesPerValue:
		err = errTooMany
	}
	a.head = append(a.head, p[:min(n, errorLimit-len(a.head))]...)
	if err != nil && !errors.Is(err, io.EOF) {
		a.err = err
	}
	return n, err
}

// count returns how many values of JSON there are up to the end of p, judged by the
// signs that begin or separate them.
func (a *answer) count(p []byte) int64 {
	for _, sign := range p {
		switch {
		case a.escape:
			a.escape = false
		case a.quoted && sign == '\\':
			a.escape = true
		case sign == '"':
			a.quoted = !a.quoted
		case !a.quoted && (sign == ',' || sign == '[' || sign == '{'):
			a.values++
		}
	}
	return a.values
}

// text returns the beginning of the answer. It ends before a token that may be cut,
// because that may be half a value.
func (a *answer) text() string {
	if a.err == nil && a.size == int64(len(a.head)) {
		return string(a.head)
	}
	return string(a.head[:bytes.LastIndexAny(a.head, " \t\r\n\",")+1])
}

// title finds the title of a page.
var title = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title`)

// isEmpty reports whether the whole answer is nothing but white space.
func (a *answer) isEmpty() bool {
	return a.err == nil && len(bytes.TrimSpace(a.head)) == 0
}

// isPage reports whether the answer is HTML, by its type or its beginning. JSON is none, because
// PHP declares text/html for each answer that says nothing else.
func (a *answer) isPage() bool {
	begin := strings.ToLower(string(bytes.TrimSpace(a.head[:min(len(a.head), maxQuoted)])))
	isJSON := strings.HasPrefix(begin, "{") || strings.HasPrefix(begin, "[")
	return a.media == "text/html" && !isJSON || strings.HasPrefix(begin, "<!doctype html") || strings.HasPrefix(begin, "<html")
}

// describe returns the kind and the size of the answer. Where the answer shows no
// personal data, the title of a page or the first line of plain text follows.
func (a *answer) describe(mask mask, hidesAnswer bool) string {
	text, kind, line := strings.TrimSpace(a.text()), "binary data", ""
	switch {
	case a.isPage():
		kind = "text/html"
		if found := title.FindStringSubmatch(text); found != nil {
			line = strings.TrimSpace(found[1])
		}
	case strings.HasPrefix(text, "{"), strings.HasPrefix(text, "["):
		kind = "application/json"
	case strings.HasPrefix(text, "<"):
		kind = "text/xml"
	case isText(text):
		kind = "text/plain"
		line, _, _ = strings.Cut(text, "\n")
	}
	if a.media != "" {
		kind = shorten(mask.words(a.media, func(r rune) bool { return r == '/' || r == '+' }))
	}
	size := fmt.Sprintf("%d bytes", a.size)
	switch {
	case errors.Is(a.err, errTooLong):
		size = fmt.Sprintf("more than %d bytes", a.limit)
	case a.err != nil && a.unknown == nil && !errors.Is(a.err, errTooMany):
		size = fmt.Sprintf("broken off after %d bytes", a.size)
	}
	if hidesAnswer || line == "" || !isText(text) {
		return kind + ", " + size
	}
	return kind + ", " + size + ": " + mask.Quote(line)
}
