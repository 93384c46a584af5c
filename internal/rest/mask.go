package rest

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
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

// addresses finds URLs, also when they were escaped for JSON or for a query.
var addresses = regexp.MustCompile(`(?i)https?(?::|%3a)(?:\\?/|\\u002f|%2f){2}[^\s"'<>\\]*(?:\\/[^\s"'<>\\]*)*`)

// webhookFields finds the field that holds a webhook URL, also cut in its middle.
var webhookFields = regexp.MustCompile(`(?i)(\\*"webhookUrl\\*"\s*:\s*\\*")[^"]*`)

// Mask takes secrets and personal values out of text that comes from outside.
type Mask struct {
	hideURLs bool

	mu      sync.RWMutex
	secrets []string
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
// whatever escaping they were echoed.
func (m *Mask) Text(s string, personal []string) string {
	return m.text(s, m.forms(personal))
}

// Quote returns at most maxQuoted bytes of s, masked. A value that the end of s
// cuts in two is masked as well: half a secret is still half too much.
func (m *Mask) Quote(s string, personal []string) string {
	forms := m.forms(personal)
	s = m.text(strings.ToValidUTF8(s, "\uFFFD"), forms)
	for _, form := range forms {
		if kept, cut := cutTail(s, form); cut {
			s = kept + masked
			break
		}
	}
	if len(s) <= maxQuoted {
		return s
	}
	s = s[:maxQuoted-len("…")]
	for !utf8.ValidString(s) {
		s = s[:len(s)-1]
	}
	return s + "…"
}

func (m *Mask) text(s string, forms []string) string {
	if s == "" {
		return s
	}
	if len(forms) > 0 {
		s = matcher(forms).ReplaceAllLiteralString(s, masked)
	}
	if m.hideURLs {
		s = webhookFields.ReplaceAllString(s, "${1}"+masked)
		s = addresses.ReplaceAllLiteralString(s, masked)
	}
	return s
}

// forms returns every spelling that is to be masked, longest first.
func (m *Mask) forms(personal []string) []string {
	m.mu.RLock()
	values := slices.Clone(m.secrets)
	m.mu.RUnlock()
	for _, value := range personal {
		if utf8.RuneCountInString(value) >= minPersonal {
			values = append(values, value)
		}
	}
	var forms []string
	for _, value := range values {
		forms = append(forms, spellings(value)...)
	}
	slices.SortFunc(forms, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
	})
	return slices.Compact(forms)
}

// spellings returns value as a service may echo it.
func spellings(value string) []string {
	quoted, _ := json.Marshal(value)
	plain := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`, "\r", `\r`).Replace(value)
	return []string{
		value,
		string(quoted[1 : len(quoted)-1]),
		plain,
		strings.ReplaceAll(plain, "/", `\/`),
		escapeNonASCII(value),
		url.QueryEscape(value),
		url.PathEscape(value),
		html.EscapeString(value),
		base64.StdEncoding.EncodeToString([]byte(value)),
		base64.RawStdEncoding.EncodeToString([]byte(value)),
		base64.URLEncoding.EncodeToString([]byte(value)),
		base64.RawURLEncoding.EncodeToString([]byte(value)),
	}
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

func matcher(forms []string) *regexp.Regexp {
	quoted := make([]string, len(forms))
	for i, form := range forms {
		quoted[i] = regexp.QuoteMeta(form)
	}
	return regexp.MustCompile("(?i)" + strings.Join(quoted, "|"))
}

// cutTail removes a beginning of form, at least minPersonal bytes of it, that
// ends s.
func cutTail(s, form string) (string, bool) {
	for n := min(len(form)-1, len(s)); n >= minPersonal; n-- {
		if strings.EqualFold(s[len(s)-n:], form[:n]) {
			return s[:len(s)-n], true
		}
	}
	return s, false
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
