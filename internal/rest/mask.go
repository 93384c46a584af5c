package rest

import (
	"fmt"
	"html"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

const (
	masked    = "***"
	maxQuoted = 512           // bytes that a message quotes of one text
	maxRead   = 4 * maxQuoted // bytes of a text that are read for a quote
	maxRun    = 24            // letters and digits in a row that a word has; a key has more
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
