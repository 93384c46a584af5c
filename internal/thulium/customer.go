package thulium

import (
	"html"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/unicode/norm"
)

// rank says how likely a chat is a lost start's own, by the customer that it shows.
type rank int

const (
	otherCustomer rank = iota // it shows another customer than was sent: it is somebody else's
	otherName                 // it shows another name
	unknownName               // it shows nothing that can be compared
	sameName                  // it shows the name that was sent
	sameCustomer              // it shows the e-mail address or the customer id that was sent
)

// rank compares the customer that a chat shows with what was sent. The customer id
// decides where both are known, else the e-mail address. A name never makes another
// customer, because the service may show the one in its own records.
func (r StartRequest) rank(chat Chat) rank {
	sentEmail, shownEmail := foldEmail(r.ClientEmail), foldEmail(text(chat.ClientEmail))
	sent, shown := words(r.ClientName+" "+r.ClientSurname), words(text(chat.ClientName))
	byID, byEmail := r.CustomerID != nil && chat.CustomerID != nil, sentEmail != "" && shownEmail != ""
	switch {
	case byID && *r.CustomerID == *chat.CustomerID, !byID && byEmail && sentEmail == shownEmail:
		return sameCustomer
	case byID || byEmail:
		return otherCustomer
	case len(sent) == 0 || len(shown) == 0:
		return unknownName
	case slices.Equal(shown, sent), slices.Equal(shown, words(r.ClientName)):
		return sameName
	case within(shown, sent), within(sent, shown):
		return unknownName // a part of the name, or more of it
	}
	return otherName
}

// foldEmail returns an e-mail address without what may differ in its spelling.
func foldEmail(email string) string {
	return strings.ToLower(norm.NFKC.String(strings.TrimSpace(html.UnescapeString(email))))
}

// undecomposed are letters that people write in two ways and Unicode does not take
// apart.
var undecomposed = strings.NewReplacer("ß", "ss", "ς", "σ", "ł", "l", "ø", "o", "đ", "d", "ð", "d", "ħ", "h", "ı", "i", "æ", "ae", "œ", "oe", "þ", "th")

// words returns the words of a name in the order of the alphabet, without what may
// differ in their spelling: entities, marks, case, punctuation and order.
func words(name string) []string {
	unmarked := runes.Remove(runes.In(unicode.Mn)).String(norm.NFKD.String(html.UnescapeString(name)))
	folded := undecomposed.Replace(strings.ToLower(unmarked))
	out := strings.FieldsFunc(folded, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	slices.Sort(out)
	return out
}

// within reports whether each of some words is among others.
func within(some, others []string) bool {
	return !slices.ContainsFunc(some, func(word string) bool { return !slices.Contains(others, word) })
}
