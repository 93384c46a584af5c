package rest

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxWhole is the length, in bytes, up to which a value is looked for sign by
// sign. An expression for a longer one takes seconds, and Go refuses a very long
// one: a closing text has no bound.
const maxWhole = 1024

// minLong is the length, in bytes, from which a value is so long that a service
// may repeat just a part of it.
const minLong = 2 * stretch

// minSigns is how many different signs a part of a value has to have that could
// still be looked for as a whole: a line of dashes is in many texts.
const minSigns = 6

// A stretch of a long value, in bytes. One begins at every step: of what an
// answer repeats of a value, no more than both together stays unnoticed.
const (
	stretch = 32
	step    = 16
)

// echoes reports whether s repeats a part of a long value, in whatever spelling.
// Nobody can say where such a part ends, so none of s is to be shown.
func echoes(s string, long []string) bool {
	if len(long) == 0 {
		return false
	}
	shown := map[string]bool{}
	for folded := strings.ToLower(s); len(folded) >= stretch; folded = folded[1:] {
		shown[folded[:stretch]] = true
	}
	for _, value := range long {
		telling := 1 // signs that a stretch needs
		if len(value) <= maxWhole {
			telling = minSigns
		}
		forms := slices.Concat(spellings(value), encodings(value))
		for _, form := range forms {
			if shares(form, shown, telling) || shares(asJSON(form, false), shown, telling) { // a gateway puts the one into the other
				return true
			}
		}
	}
	return false
}

// shares reports whether form has one of the stretches that are shown, of at
// least so many different signs.
func shares(form string, shown map[string]bool, telling int) bool {
	for folded := strings.ToLower(strings.ToValidUTF8(form, "\uFFFD")); len(folded) >= stretch; folded = folded[step:] {
		if shown[folded[:stretch]] && signs(folded[:stretch]) >= telling {
			return true
		}
	}
	return false
}

// signs returns how many different bytes s has.
func signs(s string) int {
	var found [256]bool
	different := 0
	for _, sign := range []byte(s) {
		if !found[sign] {
			found[sign] = true
			different++
		}
	}
	return different
}

// beginnings returns of each long value what the end of a text may have of it
// without an echo.
func beginnings(long []string) []string {
	var out []string
	for _, value := range long {
		end := stretch + step
		for end < len(value) && !utf8.RuneStart(value[end]) {
			end++
		}
		out = append(out, value[:end])
	}
	return out
}

// traces returns what s has to have, in lower case, when it has a learned secret
// that no other rule hides: the secret's stretches that no escaping changes.
func (m *Mask) traces(secret string) []string {
	if !m.hideURLs || addresses.FindString(secret) != secret {
		return nil // it is looked for in every text
	}
	return strings.FieldsFunc(strings.ToLower(secret), func(sign rune) bool {
		return sign >= utf8.RuneSelf || !unicode.IsLetter(sign) && !unicode.IsDigit(sign)
	})
}

// learnedIn returns the learned secrets that s may have, longest first.
func (m *Mask) learnedIn(s string) []string {
	m.mu.RLock()
	defer m.mu.RUnlock()
	var found []string
	folded := strings.ToLower(s)
	for secret, traces := range m.learned {
		if !slices.ContainsFunc(traces, func(trace string) bool { return !strings.Contains(folded, trace) }) {
			found = append(found, secret)
		}
	}
	return longestFirst(found)
}
