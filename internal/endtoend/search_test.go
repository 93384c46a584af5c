package endtoend

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html"
	"io"
	"maps"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

// kind says where a value may be found.
type kind int

const (
	credential kind = iota // nowhere
	webhook                // in its own attribute
	personal               // in its own attribute, in variables and arguments; in bodies that the user has asked to log
)

func (k kind) String() string { return [...]string{"credential", "webhook URL", "personal value"}[k] }

// needle is a value that must not get out, in one of its spellings.
type needle struct {
	name     string
	kind     kind
	spelling string // in lower case
}

// search looks for many needles in one reading of a text, whatever the case of either.
type search struct {
	needles []needle
	first   []bool           // by the hash of the first bytes of any needle
	begins  map[uint32][]int // by the first bytes
	bytes   map[string]int   // searched so far, by place
	counts  map[kind]int     // of values
	values  map[string]bool  // those taken in
	found   map[string]found // by place and value
}

// found is the first place where a value was found.
type found struct {
	needle needle
	place  string
	text   string
}

func newSearch() *search {
	return &search{
		first: make([]bool, 1<<16), begins: map[uint32][]int{}, bytes: map[string]int{}, counts: map[kind]int{},
		values: map[string]bool{}, found: map[string]found{},
	}
}

// add takes in a value with all its spellings.
func (s *search) add(name string, k kind, value string) {
	if s.values[value] {
		return
	}
	s.values[value] = true
	s.counts[k]++
	for _, spelling := range spellings(value) {
		spelling = strings.ToLower(spelling)
		key := begin(spelling)
		s.first[hash(key)] = true
		s.begins[key] = append(s.begins[key], len(s.needles))
		s.needles = append(s.needles, needle{name, k, spelling})
	}
}

// begin is the first four bytes: no needle is shorter.
func begin(text string) uint32 {
	return uint32(text[0]) | uint32(text[1])<<8 | uint32(text[2])<<16 | uint32(text[3])<<24
}

func hash(key uint32) uint32 { return key * 2654435761 >> 16 }

// in notes every needle of the given kinds that stands in the text.
func (s *search) in(place string, text []byte, kinds ...kind) {
	s.bytes[place] += len(text)
	lower := bytes.ToLower(text)
	whole := string(lower)
	for i := 0; i+4 <= len(whole); i++ {
		key := begin(whole[i:])
		if !s.first[hash(key)] {
			continue
		}
		for _, n := range s.begins[key] {
			needle := s.needles[n]
			at := place + " " + needle.name
			if _, known := s.found[at]; known || !slices.Contains(kinds, needle.kind) || !strings.HasPrefix(whole[i:], needle.spelling) {
				continue
			}
			s.found[at] = found{needle, place, whole[max(0, i-200):min(len(whole), i+len(needle.spelling)+100)]}
		}
	}
}

// report fails the test for each value found, and says what was searched for and how much.
func (s *search) report(t *testing.T) {
	t.Helper()
	total := 0
	for _, place := range slices.Sorted(maps.Keys(s.bytes)) {
		t.Logf("searched %9d bytes of %s", s.bytes[place], place)
		total += s.bytes[place]
	}
	t.Logf("searched %d bytes for %d needles: all spellings of %d credentials, %d webhook URLs and %d personal values, whole and half",
		total, len(s.needles), s.counts[credential], s.counts[webhook], s.counts[personal])
	for _, at := range slices.Sorted(maps.Keys(s.found)) {
		f := s.found[at]
		t.Errorf("%s %q, spelled %q, stands in %s: … %s …", f.needle.kind, f.needle.name, f.needle.spelling, f.place, f.text)
	}
}

// spellings returns the forms that a value can leak in.
func spellings(value string) []string {
	jsonForms := []string{inJSON(value, true), inJSON(value, false), asciiJSON(value), strings.ReplaceAll(inJSON(value, false), "/", `\/`)}
	forms := append([]string{value}, jsonForms...)
	for _, form := range jsonForms {
		forms = append(forms, inJSON(form, false)) // JSON within JSON
	}
	forms = append(forms,
		url.QueryEscape(value), url.PathEscape(value), url.QueryEscape(url.QueryEscape(value)), url.QueryEscape(url.PathEscape(value)),
		strings.ReplaceAll(url.QueryEscape(value), "+", "%20"), html.EscapeString(value), strings.ReplaceAll(html.EscapeString(value), "&#39;", "&apos;"),
		unquoted(strconv.Quote(value)), unquoted(strconv.QuoteToASCII(value)),
		letterEntities(value), hex.EncodeToString([]byte(value)), utf16Text(value))
	for _, plain := range []string{value, inJSON(value, true), inJSON(value, false), url.QueryEscape(value)} {
		for offset := range 3 {
			forms = append(forms, within(base64.StdEncoding, plain, offset), within(base64.URLEncoding, plain, offset))
		}
	}
	slices.Sort(forms)
	return slices.Compact(forms)
}

func unquoted(text string) string { return text[1 : len(text)-1] }

// inJSON is value between the quotes of a JSON text.
func inJSON(value string, escapeHTML bool) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(escapeHTML)
	if err := e.Encode(value); err != nil {
		panic(err)
	}
	return unquoted(strings.TrimSuffix(b.String(), "\n"))
}

// asciiJSON is inJSON with nothing but ASCII, as Python and PHP write it.
func asciiJSON(value string) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(inJSON(value, false))) {
		if unit < 0x80 {
			b.WriteByte(byte(unit))
		} else {
			b.WriteString(`\u` + strconv.FormatInt(0x10000+int64(unit), 16)[1:])
		}
	}
	return b.String()
}

// within is what does not depend on its neighbours of the base64 of a longer text that has value at offset (modulo 3).
func within(encoding *base64.Encoding, value string, offset int) string {
	encoded := encoding.WithPadding(base64.NoPadding).EncodeToString([]byte(strings.Repeat("\x00", offset) + value))
	from := (8*offset + 5) / 6
	to := 8 * (offset + len(value)) / 6
	return encoded[from:to]
}

// logEntry begins a line of Terraform's log; lines that do not belong to the entry before.
var logEntry = regexp.MustCompile(`(?m)^\d{4}-\d\d-\d\dT\S+ \[(?:TRACE|DEBUG|INFO|WARN|ERROR)\] +`)

// traceLog is a log, taken apart by who has written what.
type traceLog struct {
	core     []byte // Terraform's own lines
	provider []byte // lines of the provider, as Terraform writes them down
	bodies   []byte // lines of the provider that were asked for with CONVERSATION_LOG_BODIES
}

func splitLog(log []byte) traceLog {
	var out traceLog
	begins := logEntry.FindAllIndex(log, -1)
	for i, begin := range begins {
		end := len(log)
		if i+1 < len(begins) {
			end = begins[i+1][0]
		}
		entry, text := log[begin[0]:end], log[begin[1]:end]
		switch {
		case !bytes.HasPrefix(text, []byte("provider.terraform-provider-conversation")):
			out.core = append(out.core, entry...)
		case bytes.Contains(text, []byte(": Sent body:")), bytes.Contains(text, []byte(": Received body:")):
			out.bodies = append(out.bodies, entry...)
		default:
			out.provider = append(out.provider, entry...)
		}
	}
	return out
}

// ownAttributes are the attributes that hold a webhook URL or personal values by their nature, by type.
var ownAttributes = map[string][]string{
	typeConversation:                    {"client_name", "client_surname", "client_email", "client_id", "customer_id"},
	typeClose:                           {"user_id", "redirect_payload"},
	"thulium_chat_conversations":        {"client_email", "conversations"},
	"thulium_chat_conversation_message": {"text"},
	"chatbot_message":                   {"text", "answer"},
	"jelou_conversation":                {"user_id", "initial_message", "metadata", "redirect_payload"},
	"chatbot_thread":                    {"webhook_url", "messages", "answers", "last_answer", "chat_user", "chat_user_id"},
}

// withoutOwnAttributes returns a state, or a plan as JSON, without the values of such attributes and without the
// variables and the configuration, which are the user's own words.
func withoutOwnAttributes(t *testing.T, document []byte) []byte {
	t.Helper()
	var v any
	if err := json.Unmarshal(document, &v); err != nil {
		t.Fatalf("%v in %s", err, document)
	}
	if whole, ok := v.(map[string]any); ok {
		delete(whole, "variables")
		delete(whole, "configuration")
	}
	removeOwn(v)
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// removeOwn removes the attributes below whatever says of which type it is.
func removeOwn(v any) {
	switch v := v.(type) {
	case []any:
		for _, element := range v {
			removeOwn(element)
		}
	case map[string]any:
		if typeName, ok := v["type"].(string); ok {
			removeAttributes(v, ownAttributes[typeName])
		}
		for _, element := range v {
			removeOwn(element)
		}
	}
}

func removeAttributes(v any, names []string) {
	switch v := v.(type) {
	case []any:
		for _, element := range v {
			removeAttributes(element, names)
		}
	case map[string]any:
		for _, name := range names {
			delete(v, name)
		}
		for _, element := range v {
			removeAttributes(element, names)
		}
	}
}

// unzip returns the members of a plan file.
func unzip(t *testing.T, path string) map[string][]byte {
	t.Helper()
	archive, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close() //nolint:errcheck // it is only read
	members := map[string][]byte{}
	for _, file := range archive.File {
		content, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		members[file.Name], err = io.ReadAll(content)
		if err != nil {
			t.Fatal(err)
		}
	}
	return members
}

// readOrNothing returns the content of a file that need not exist.
func readOrNothing(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return text
}

// A search that finds nothing must be one that could have.
func TestSearchFindsEverySpelling(t *testing.T) {
	t.Parallel()
	const value = `fake/secret+wörd?"<1>' x`
	for _, spelling := range append(spellings(value), strings.ToLower(url.QueryEscape(value)), base64.StdEncoding.EncodeToString([]byte("x:"+value+"@y"))) {
		s := newSearch()
		s.add("value", credential, value)
		s.in("here", []byte("before "+spelling+" behind"), credential)
		if len(s.found) != 1 {
			t.Errorf("%q was not found", spelling)
		}
	}
	s := newSearch()
	s.add("value", credential, value)
	s.in("here", []byte(`fake/secret+word?"<1>' x, and otherwise nothing`), credential)
	if len(s.found) != 0 {
		t.Errorf("found what is not there: %v", s.found)
	}
}

func TestLogIsTakenApart(t *testing.T) {
	t.Parallel()
	got := splitLog([]byte(`2026-11-22T20:00:00.000Z [INFO]  Terraform version: 1.11.4
2026-11-22T20:00:00.000Z [DEBUG] provider.terraform-provider-conversation_v0.1.0: Called Thulium: status=500
  error=
  | two
  
2026-11-22T20:00:00.000Z [TRACE] provider.terraform-provider-conversation_v0.1.0: Received body: @module=x body="{}"
2026-11-22T20:00:00.000Z [DEBUG] provider: plugin process exited
`))
	if bytes.Count(got.core, []byte("\n")) != 2 || bytes.Count(got.provider, []byte("\n")) != 4 || bytes.Count(got.bodies, []byte("\n")) != 1 {
		t.Errorf("core\n%s\nprovider\n%s\nbodies\n%s", got.core, got.provider, got.bodies)
	}
}
