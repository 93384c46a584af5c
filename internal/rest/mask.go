package rest

import (
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// masked stands where a secret or a personal value stood.
const masked = "***"

// maxQuoted is how much of a service's answer a message quotes, in bytes.
const maxQuoted = 512

// maxWords is how many messages, codes or fields of one answer a message quotes.
const maxWords = 8

// minLearned is the length, in bytes, from which what follows the scheme of a
// secret address is taken for one.
const minLearned = 8

// minPersonal is the length, in characters, from which a personal value is
// masked: shorter ones would black out ordinary words.
const minPersonal = 4

// addresses finds URLs, also when they were escaped for JSON or, once or more
// often, for a query.
var addresses = regexp.MustCompile(`(?i)https?(?::|%(?:25)*3a)(?:\\*/|\\+u002f|%(?:25)*2f){2}[^\s"'<>\\]*(?:\\+(?:/|u[0-9a-f]{4})[^\s"'<>\\]*)*`)

// encodedAddresses finds the rest of a base64 text from a URL on.
var encodedAddresses = regexp.MustCompile(`(?:` + strings.Join(append(inBase64("http://"), inBase64("https://")...), "|") + `)[A-Za-z0-9+/_-]*=*`)

// webhookFields finds the field that holds a webhook URL, also cut in its middle.
var webhookFields = regexp.MustCompile(`(?i)(\\*"webhookUrl\\*"\s*:\s*\\*")[^"]*`)

// Mask takes secrets and personal values out of text that comes from outside.
type Mask struct {
	hideURLs bool

	mu      sync.RWMutex
	secrets []string
	learned map[string][]string // secrets that were met later, and their traces
	recent  []matcher           // an answer has many words, which are all masked alike
}

// NewMask returns a mask for the secrets. hideURLs masks every address as well.
func NewMask(secrets []string, hideURLs bool) *Mask {
	return &Mask{hideURLs: hideURLs, secrets: slices.Clone(secrets), learned: map[string][]string{}}
}

// Learn adds a secret that was met later. An address is one without its scheme,
// too.
func (m *Mask) Learn(secret string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if secret == "" {
		return
	}
	traces := m.traces(secret)
	m.learned[secret] = traces
	if scheme, rest, isAddress := strings.Cut(secret, "://"); isAddress && len(rest) >= minLearned {
		m.learned[rest] = slices.DeleteFunc(slices.Clone(traces), func(trace string) bool { return strings.EqualFold(trace, scheme) })
	}
}

// Text returns s without the secrets and without the personal values, in
// whatever escaping they were echoed. A value that the end of s cuts in two is
// masked as well: half a secret is still half too much.
func (m *Mask) Text(s string, personal []string) string {
	if s = toValidUTF8(s); s == "" {
		return s
	}
	values, long := m.values(personal)
	// Long values first: another one within them would cut them into pieces.
	s = m.without(s, slices.DeleteFunc(slices.Clone(long), func(value string) bool { return len(value) > maxWhole }))
	if echoes(s, long) {
		return masked
	}
	s = m.without(s, values)
	if m.hideURLs {
		s = webhookFields.ReplaceAllString(s, "${1}"+masked)
		s = addresses.ReplaceAllLiteralString(s, masked)
		s = encodedAddresses.ReplaceAllLiteralString(s, masked)
	}
	learned := m.learnedIn(s)
	s = m.without(s, learned)
	tail := 0
	for _, value := range slices.Concat(values, beginnings(long), learned) {
		for _, form := range slices.Concat(spellings(value), encodings(value)) {
			tail = max(tail, cutOff(s, form))
		}
	}
	if tail > 0 {
		s = s[:len(s)-tail] + masked
	}
	return s
}

// Quote returns at most maxQuoted bytes of s, masked.
func (m *Mask) Quote(s string, personal []string) string {
	return shorten(m.Text(s, personal))
}

// Location returns where a redirect points. It is the service's own address, and
// not what hideURLs hides; another one within it may be.
func (m *Mask) Location(raw string, personal []string) string {
	location := MaskedURL(raw)
	scheme, rest, absolute := strings.Cut(location, "://")
	if !absolute {
		return shorten(m.Text(location, personal))
	}
	return shorten(scheme + "://" + m.Text(rest, personal))
}

// without returns s without the values.
func (m *Mask) without(s string, values []string) string {
	if len(values) == 0 {
		return s
	}
	expression, err := m.matcher(values)
	if err != nil {
		return masked // they are too many to be looked for
	}
	return expression.ReplaceAllLiteralString(s, masked)
}

func shorten(s string) string {
	if len(s) <= maxQuoted {
		return s
	}
	return toValidUTF8(s[:maxQuoted-len("…")]) + "…"
}

// toValidUTF8 drops a character that the end of s cuts in two: it would stand
// between a secret and its half. Other bytes that are no text are replaced.
func toValidUTF8(s string) string {
	for last, size := utf8.DecodeLastRuneInString(s); last == utf8.RuneError && size == 1; last, size = utf8.DecodeLastRuneInString(s) {
		s = s[:len(s)-1]
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// values returns what is to be masked as a whole, longest first, and what is long
// enough that a part of it is noticed. White space around a value is often lost on
// the way, the line end of a heredoc for one.
func (m *Mask) values(personal []string) (whole, long []string) {
	for _, value := range m.secrets {
		whole = append(whole, value, strings.TrimSpace(value))
	}
	for _, value := range personal {
		for _, form := range []string{value, strings.TrimSpace(value)} {
			if utf8.RuneCountInString(form) >= minPersonal {
				whole = append(whole, form)
			}
		}
	}
	whole = slices.DeleteFunc(whole, func(value string) bool {
		if len(value) >= minLong {
			long = append(long, value)
		}
		return value == "" || len(value) > maxWhole
	})
	return longestFirst(whole), longestFirst(long)
}

func longestFirst(values []string) []string {
	slices.SortFunc(values, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
	})
	return slices.Compact(values)
}

// maxRecent is how many expressions are kept: one word of an answer needs those of
// its long values, of all its values and of what was learned.
const maxRecent = 4

// matcher is an expression that finds values in whatever escaping.
type matcher struct {
	values     []string
	expression *regexp.Regexp
}

func (m *Mask) matcher(values []string) (*regexp.Regexp, error) {
	m.mu.RLock()
	recent := m.recent
	m.mu.RUnlock()
	for _, made := range recent {
		if slices.Equal(made.values, values) {
			return made.expression, nil
		}
	}
	var alternatives []string
	for _, value := range values {
		alternatives = append(alternatives, inAnyEscape(value))
	}
	for _, value := range values {
		for _, encoding := range encodings(value) {
			alternatives = append(alternatives, regexp.QuoteMeta(encoding))
		}
	}
	expression, err := regexp.Compile("(?i)" + strings.Join(alternatives, "|"))
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.recent = append([]matcher{{values, expression}}, recent[:min(len(recent), maxRecent-1)]...)
	return expression, nil
}

// The parts of an escape, which may be escaped themselves: a gateway puts the
// HTML or the JSON of a service into a JSON text of its own.
const (
	anyPercent   = `%(?:25)*`
	anyAmpersand = `(?:&|\\+u0026|` + anyPercent + `26)(?:amp(?:;|` + anyPercent + `3b))*`
	anyHash      = `(?:#|` + anyPercent + `23)`
	anySemicolon = `(?:;|` + anyPercent + `3b)`
)

// lineEnds are the signs that end a line.
const lineEnds = "\r\n"

// anyLineEnd finds line ends in whatever form, and what some put in their place.
var anyLineEnd = `(?:` + strings.Join(slices.Concat(escapes('\n'), escapes('\r'), escapes(' '), []string{`<br\s*/?>`}), "|") + `)+`

// inAnyEscape returns an expression for value, each sign of it plain or escaped
// for JSON, a query or HTML, once or more often.
func inAnyEscape(value string) string {
	var b strings.Builder
	for value != "" {
		sign, size := utf8.DecodeRuneInString(value)
		switch {
		case strings.ContainsRune(lineEnds, sign):
			size = len(value) - len(strings.TrimLeft(value, lineEnds))
			b.WriteString(anyLineEnd)
		case sign == utf8.RuneError && size == 1:
			// Bytes that are no text arrive as one replacement, in JSON as one each.
			for isNoText(value[size:]) {
				size++
			}
			b.WriteString(`(?:\x{FFFD}|(?:\\+ufffd)+|` + inPercent(value[:size]) + `)`)
		case sign < utf8.RuneSelf && (unicode.IsLetter(sign) || unicode.IsDigit(sign) || strings.ContainsRune("-_.", sign)):
			b.WriteString(regexp.QuoteMeta(value[:size]))
		default:
			b.WriteString(`(?:` + strings.Join(escapes(sign), "|") + `)`)
		}
		value = value[size:]
	}
	return b.String()
}

// isNoText reports whether s begins with a byte that is no text.
func isNoText(s string) bool {
	sign, size := utf8.DecodeRuneInString(s)
	return sign == utf8.RuneError && size == 1
}

// escapes returns expressions for the forms of one sign.
func escapes(sign rune) []string {
	inJSON := ""
	for _, unit := range utf16.Encode([]rune{sign}) {
		inJSON += fmt.Sprintf(`\\+u%04x`, unit)
	}
	forms := []string{
		`\\*` + regexp.QuoteMeta(string(sign)),
		inJSON,
		inPercent(string(sign)),
		fmt.Sprintf(`%s%s(?:0*%d|x0*%x)%s`, anyAmpersand, anyHash, sign, sign, anySemicolon),
	}
	switch sign {
	case '"':
		forms = append(forms, anyAmpersand+"quot"+anySemicolon)
	case '\'':
		forms = append(forms, anyAmpersand+"apos"+anySemicolon)
	case '<':
		forms = append(forms, anyAmpersand+"lt"+anySemicolon)
	case '>':
		forms = append(forms, anyAmpersand+"gt"+anySemicolon)
	case '&':
		forms = append(forms, anyAmpersand)
	case ' ':
		forms = append(forms, `\+`, inPercent("+"))
	}
	if short, ok := map[rune]string{'\b': "b", '\f': "f", '\n': "n", '\r': "r", '\t': "t"}[sign]; ok {
		forms = append(forms, `\\+`+short)
	}
	return forms
}

// inPercent returns an expression for text as a URL has it.
func inPercent(text string) string {
	var b strings.Builder
	for _, octet := range []byte(text) {
		fmt.Fprintf(&b, `%s%02x`, anyPercent, octet)
	}
	return b.String()
}

// cutOff returns how many bytes at the end of s, which is text, are a beginning
// of form, if they are at least minPersonal.
func cutOff(s, form string) int {
	form = strings.ToValidUTF8(form, "\uFFFD") // as s was
	for n := min(len(form)-1, len(s)); n >= minPersonal; n-- {
		if end := s[len(s)-n:]; utf8.RuneStart(end[0]) && strings.EqualFold(end, form[:n]) {
			return n
		}
	}
	return 0
}

// MaskedURL returns the URL of a call as messages and logs show it: without
// user and fragment, and with the values of personal parameters masked.
func MaskedURL(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return masked
	}
	u.User, u.Fragment = nil, ""
	parts := strings.Split(u.RawQuery, "&")
	for i, part := range parts {
		if name, _, ok := strings.Cut(part, "="); ok && isPersonal(name) {
			parts[i] = name + "=" + masked
		}
	}
	u.RawQuery = strings.Join(parts, "&")
	return u.String()
}

func isPersonal(parameter string) bool {
	return strings.HasPrefix(parameter, "client_") || parameter == "customer_id"
}
