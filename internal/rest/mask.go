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
	"sync"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	masked      = "***"
	maxQuoted   = 512           // bytes that a message quotes of one text
	maxRead     = 4 * maxQuoted // bytes of a text that are read for a quote
	maxRun      = 24            // letters and digits in a row that a word has; a key has more
	minAnywhere = 8             // characters from which a personal value is hidden within a word, too
	minSecret   = 8             // characters of base64, of hex and of a secret in an answer: shorter ones occur by chance
	maxHead     = 32            // bytes by which a value is found; an echo may cut the rest
)

// telltale are the signs of addresses, keys, markup and escapes, also in full width.
const telltale = "@/\\=%&+#<>\"`＠／＼＝％＆＋＃＜＞＂｀"

// unspaced are the scripts that write words without a space between them.
var unspaced = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai}

// mask makes text from outside fit for messages and logs: what is left are words without
// the credentials and the personal values.
type mask struct {
	secrets  *sync.Map // folded; all calls of a client share them
	personal []string  // of one call, folded
}

// newMask returns a mask that hides secrets, and no personal values.
func newMask(secrets []string) mask {
	m := mask{secrets: new(sync.Map)}
	m.learn(0, secrets...)
	return m
}

// learn hides secrets of at least shortest characters from now on.
func (m mask) learn(shortest int, secrets ...string) {
	for _, form := range forms(secrets) {
		if utf8.RuneCountInString(form) >= shortest {
			m.secrets.Store(form, nil)
		}
	}
}

// of returns the mask of a call that sends personal values.
func (m mask) of(personal []string) mask { return mask{m.secrets, forms(personal)} }

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

// Quote returns at most maxQuoted bytes of s as words, without secrets and personal
// values. It quotes nothing of a text that is not valid.
func (m mask) Quote(s string) string {
	if !isText(s) {
		return masked
	}
	rest := ""
	if len(s) > maxRead { // the last token may be half a value
		s, rest = strings.ToValidUTF8(s[:maxRead], ""), "…"
		s = s[:strings.LastIndexFunc(s, unicode.IsSpace)+1]
	}
	return shorten(strings.TrimSpace(m.words(s, splitsProse)) + rest)
}

// shorten returns at most maxQuoted bytes of s.
func shorten(s string) string {
	if len(s) <= maxQuoted {
		return s
	}
	return strings.ToValidUTF8(s[:maxQuoted-len("…")], "") + "…"
}

// Body returns the words of a body for the log, and nothing of one that is no text.
func (m mask) Body(s string) string {
	if !isText(s) {
		return ""
	}
	return m.words(s, func(r rune) bool { return splitsProse(r) || strings.ContainsRune(`"{}[],:`, r) })
}

// words returns s without secrets and personal values, and with *** for each token that
// is no word. What splits s stays, white space as one blank.
func (m mask) words(s string, splits func(rune) bool) string {
	var b strings.Builder
	for s = m.hide(html.UnescapeString(s)); s != ""; {
		if r, size := utf8.DecodeRuneInString(s); splits(r) {
			if s = s[size:]; !unicode.IsSpace(r) {
				b.WriteRune(r)
			} else if !strings.HasSuffix(b.String(), " ") {
				b.WriteByte(' ')
			}
			continue
		}
		piece := s
		if end := strings.IndexFunc(s, splits); end >= 0 {
			piece = s[:end]
		}
		s = s[len(piece):]
		if token := strings.TrimFunc(piece, isAround); !isWord(token) {
			piece = strings.Replace(piece, token, masked, 1)
		}
		b.WriteString(piece)
	}
	return escape(b.String())
}

// isText reports whether s has no zero bytes and no bytes that were not valid.
func isText(s string) bool { return utf8.ValidString(s) && !strings.ContainsAny(s, "\x00\uFFFD") }

// splitsProse reports whether r is white space, or punctuation of unspaced scripts.
func splitsProse(r rune) bool {
	own := r >= 0x3000 && r < 0x3040 || r == '・' || r >= 0xFF00 && r < 0xFF66 || r >= 0x0E4F && r < 0x0E5C
	return unicode.IsSpace(r) || own && isAround(r)
}

// isAround reports whether r is punctuation that may stand around a word.
func isAround(r rune) bool {
	return r == '"' || unicode.IsPunct(r) && !strings.ContainsRune(telltale, r)
}

// isWord reports whether a token is neither address nor key nor markup.
func isWord(token string) bool {
	run := 0
	for _, r := range token {
		if joins(r) {
			run++
		} else if !unicode.In(r, unicode.M, unicode.Cf) {
			run = 0
		}
		if run > maxRun || strings.ContainsRune(telltale, r) {
			return false
		}
	}
	return true
}

// joins reports whether r is a letter or a digit, of a script that writes words apart.
func joins(r rune) bool {
	return (unicode.IsLetter(r) || unicode.IsDigit(r)) && !unicode.In(r, unspaced...)
}

// escape writes control characters, and those that hide or turn text, as \x1b and \u202e.
func escape(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case unicode.IsControl(r):
			fmt.Fprintf(&b, `\x%02x`, r)
		case unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) && r != 0x200C && r != 0x200D: // Persian and emoji use these two
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
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
