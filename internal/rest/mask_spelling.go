package rest

import (
	"encoding/base64"
	"encoding/json"
	"html"
	"net/url"
	"slices"
	"strings"
	"unicode/utf16"
)

// minEncoded is the length, in bytes, from which a part of a base64 text is
// taken for a value: shorter ones occur by chance.
const minEncoded = 8

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
