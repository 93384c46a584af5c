package rest

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
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

// minPersonal is the length, in characters, from which a personal value is
// masked: shorter ones would black out ordinary words.
const minPersonal = 4

// minEncoded is the length, in bytes, from which a part of a base64 text is
// taken for a value: shorter ones occur by chance.
const minEncoded = 8

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
	last    matcher // an answer has many words, which are all masked alike
}

// NewMask returns a mask for the secrets. hideURLs masks every address as well.
func NewMask(secrets []string, hideURLs bool) *Mask {
	return &Mask{hideURLs: hideURLs, secrets: slices.DeleteFunc(slices.Clone(secrets), func(s string) bool { return s == "" })}
}

// Learn adds a secret that was met later.
func (m *Mask) Learn(secret string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if secret != "" && !slices.Contains(m.secrets, secret) {
		m.secrets = append(m.secrets, secret)
	}
}

// Text returns s without the secrets and without the personal values, in
// whatever escaping they were echoed. A value that the end of s cuts in two is
// masked as well: half a secret is still half too much.
func (m *Mask) Text(s string, personal []string) string {
	return m.text(s, personal, m.hideURLs)
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
		return shorten(m.text(location, personal, m.hideURLs))
	}
	return shorten(scheme + "://" + m.text(rest, personal, m.hideURLs))
}

func (m *Mask) text(s string, personal []string, hideURLs bool) string {
	if s = toValidUTF8(s); s == "" {
		return s
	}
	values := m.values(personal)
	if len(values) > 0 {
		s = m.matcher(values).ReplaceAllLiteralString(s, masked)
	}
	if hideURLs {
		s = webhookFields.ReplaceAllString(s, "${1}"+masked)
		s = addresses.ReplaceAllLiteralString(s, masked)
		s = encodedAddresses.ReplaceAllLiteralString(s, masked)
	}
	tail := 0
	for _, value := range values {
		for _, form := range slices.Concat(spellings(value), encodings(value)) {
			tail = max(tail, cutOff(s, form))
		}
	}
	if tail > 0 {
		s = s[:len(s)-tail] + masked
	}
	return s
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

// values returns what is to be masked, longest first.
func (m *Mask) values(personal []string) []string {
	m.mu.RLock()
	values := slices.Clone(m.secrets)
	m.mu.RUnlock()
	for _, value := range personal {
		if utf8.RuneCountInString(value) >= minPersonal {
			values = append(values, value)
		}
	}
	slices.SortFunc(values, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
	})
	return slices.Compact(values)
}

// spellings returns value as a service may echo it.
func spellings(value string) []string {
	plain, query := asJSON(value, false), url.QueryEscape(value)
	texts := []string{
		value,
		plain,
		asJSON(value, true),
		strings.ReplaceAll(plain, "/", `\/`), // PHP
	}
	for _, text := range slices.Clone(texts) {
		texts = append(texts, escapeNonASCII(text))
	}
	for _, quotes := range []string{"&#34; &#39;", "&quot; &#39;", "&quot; &#039;", "&quot; &#x27;"} {
		double, single, _ := strings.Cut(quotes, " ")
		texts = append(texts, strings.NewReplacer("&#34;", double, "&#39;", single).Replace(html.EscapeString(value)))
	}
	texts = append(texts,
		query,
		strings.ReplaceAll(query, "+", "%20"),
		componentEscape.Replace(query),
		url.PathEscape(value),
		url.QueryEscape(query), // a URL within a URL
		url.QueryEscape(url.PathEscape(value)),
	)
	return texts
}

// encodings returns the base64 of value, alone and within the base64 of more.
func encodings(value string) []string {
	texts := []string{
		base64.StdEncoding.EncodeToString([]byte(value)),
		base64.RawStdEncoding.EncodeToString([]byte(value)),
		base64.URLEncoding.EncodeToString([]byte(value)),
		base64.RawURLEncoding.EncodeToString([]byte(value)),
	}
	for _, text := range []string{value, asJSON(value, false), asJSON(value, true), url.QueryEscape(value)} {
		texts = append(texts, inBase64(text)...)
	}
	return texts
}

// inBase64 returns what is left of value in the base64 of a longer text, such as
// a whole header: it depends on the place within the text, and at both ends on
// the neighbours. Nothing is left of a short value.
func inBase64(value string) []string {
	var parts []string
	for offset := range 3 {
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			encoded := encoding.EncodeToString([]byte(strings.Repeat(" ", offset) + value))
			part := encoded[(8*offset+5)/6 : 8*(offset+len(value))/6]
			if len(part) >= minEncoded && !slices.Contains(parts, part) {
				parts = append(parts, part)
			}
		}
	}
	return parts
}

// componentEscape turns the escape of a query into that of JavaScript.
var componentEscape = strings.NewReplacer("+", "%20", "%21", "!", "%27", "'", "%28", "(", "%29", ")", "%2A", "*")

// asJSON returns value as it stands between the quotes of a JSON string.
func asJSON(value string, escapeHTML bool) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(escapeHTML)
	_ = encoder.Encode(value) // a string always can be
	return strings.TrimSuffix(strings.TrimPrefix(b.String(), `"`), "\"\n")
}

// escapeNonASCII writes value as JSON that keeps to ASCII, the default of PHP
// and Python.
func escapeNonASCII(value string) string {
	const digits = "0123456789abcdef"
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(value)) {
		if unit < 0x80 {
			b.WriteByte(byte(unit))
			continue
		}
		b.WriteString(`\u`)
		for shift := 12; shift >= 0; shift -= 4 {
			b.WriteByte(digits[unit>>shift&0xf])
		}
	}
	return b.String()
}

// matcher is an expression that finds values in whatever escaping.
type matcher struct {
	values     []string
	expression *regexp.Regexp
}

func (m *Mask) matcher(values []string) *regexp.Regexp {
	m.mu.RLock()
	last := m.last
	m.mu.RUnlock()
	if slices.Equal(last.values, values) {
		return last.expression
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
	expression := regexp.MustCompile("(?i)" + strings.Join(alternatives, "|"))
	m.mu.Lock()
	defer m.mu.Unlock()
	m.last = matcher{values, expression}
	return expression
}

// The parts of an escape, which may be escaped themselves: a gateway puts the
// HTML or the JSON of a service into a JSON text of its own.
const (
	anyPercent   = `%(?:25)*`
	anyAmpersand = `(?:&|\\+u0026|` + anyPercent + `26)(?:amp(?:;|` + anyPercent + `3b))*`
	anyHash      = `(?:#|` + anyPercent + `23)`
	anySemicolon = `(?:;|` + anyPercent + `3b)`
)

// inAnyEscape returns an expression for value, each sign of it plain or escaped
// for JSON, a query or HTML, once or more often.
func inAnyEscape(value string) string {
	var b strings.Builder
	for value != "" {
		sign, size := utf8.DecodeRuneInString(value)
		switch {
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
