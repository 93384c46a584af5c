package rest

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	minAnywhere = 8  // characters from which a personal value is hidden within a word, too
	minSecret   = 8  // characters of base64, of hex and of a secret in an answer: shorter ones occur by chance
	maxHead     = 32 // bytes by which a value is found; an echo may cut the rest
)

// forms returns the values as they may be echoed, folded: themselves, as the JSON of Go and as that
// of PHP and Python writes them, their base64 and their hex. words undoes the escapes of HTML in a
// text, so the forms are without them, too.
func forms(values []string) []string {
	var out []string
	for _, value := range values {
		text := strings.TrimSpace(value)
		sent, _ := json.Marshal(text) // of a text, which never fails
		for _, written := range []string{text, string(sent[1 : len(sent)-1]), inASCII(text)} {
			for _, shown := range []string{written, html.UnescapeString(written)} {
				folded, _ := fold(shown)
				out = append(out, folded)
			}
		}
		raw := []byte(text)
		for _, encoded := range []string{base64.RawStdEncoding.EncodeToString(raw), base64.RawURLEncoding.EncodeToString(raw), hex.EncodeToString(raw)} {
			if len(encoded) >= minSecret {
				out = append(out, strings.ToLower(encoded))
			}
		}
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(form string) bool { return form == "" })
}

// inASCII returns a text with each character that ASCII lacks as \u0142, and a line break as \n.
func inASCII(text string) string {
	var b strings.Builder
	quoted := strconv.Quote(text)
	for _, unit := range utf16.Encode([]rune(quoted[1 : len(quoted)-1])) {
		if unit < utf8.RuneSelf {
			b.WriteByte(byte(unit))
		} else {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.String()
}

// hide returns s with *** in the place of secrets and personal values.
func (m mask) hide(s string) string {
	folded, at := fold(s)
	hidden := make([]bool, len(s)) // by byte of s
	hide := func(begin, end int) {
		for end < len(folded) && at[end] == at[end-1] { // the rest of the same character
			end++
		}
		for i := at[begin]; i < at[end]; i++ {
			hidden[i] = true
		}
	}
	for secret := range m.secrets.Range {
		find(folded, secret.(string), false, hide) //nolint:forcetypeassert // see learn
	}
	for _, value := range m.personal {
		find(folded, value, utf8.RuneCountInString(value) < minAnywhere, hide)
	}
	var b strings.Builder
	for i := range len(s) {
		if !hidden[i] {
			b.WriteByte(s[i])
		} else if i == 0 || !hidden[i-1] {
			b.WriteString(masked)
		}
	}
	return b.String()
}

// find calls found with each place of value in s. An echo may have cut the value behind
// maxHead bytes. Where whole is true, the value counts only as a word of its own.
func find(s, value string, whole bool, found func(begin, end int)) {
	head := value[:min(len(value), maxHead)]
	for from := 0; ; {
		begin := strings.Index(s[from:], head)
		if begin < 0 {
			return
		}
		begin += from
		end := begin + len(head)
		for end < len(s) && end-begin < len(value) && s[end] == value[end-begin] {
			end++
		}
		if whole && !isWhole(s, begin, end) {
			from = begin + 1
			continue
		}
		found(begin, end)
		from = end
	}
}

// isWhole reports whether no letter and no digit continues s[begin:end].
func isWhole(s string, begin, end int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:begin])
	first, _ := utf8.DecodeRuneInString(s[begin:])
	last, _ := utf8.DecodeLastRuneInString(s[:end])
	after, _ := utf8.DecodeRuneInString(s[end:])
	return !(joins(before) && joins(first)) && !(joins(last) && joins(after))
}

// fold returns s as it is compared: NFKD without case, white space as one blank,
// without marks, backslashes and invisible characters. at has for each byte of that
// the place in s where its character begins.
func fold(s string) (folded string, at []int) {
	out := make([]byte, 0, len(s))
	var iter norm.Iter
	iter.InitString(norm.NFKD, s)
	for !iter.Done() {
		begin := iter.Pos()
		for _, r := range string(iter.Next()) {
			if unicode.IsSpace(r) {
				r = ' '
			}
			if r == '\\' || unicode.In(r, unicode.M, unicode.Cf) || r == ' ' && (len(out) == 0 || out[len(out)-1] == ' ') {
				continue
			}
			switch r = unicode.ToLower(unicode.ToUpper(r)); r { // by way of the upper case, which ı and ς share with i and σ
			case 'ß': // whose upper case is SS
				out = append(out, "ss"...)
			default:
				out = utf8.AppendRune(out, r)
			}
			for len(at) < len(out) {
				at = append(at, begin)
			}
		}
	}
	return string(out), append(at, len(s))
}
