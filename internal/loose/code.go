package loose

import (
	"regexp"
	"slices"
	"strings"
)

// NameAnother reports whether one of a service's codes names another kind of thing than
// thing, such as "CONVERSATION": BOT_NOT_FOUND does, NOT_FOUND and E1019 do not.
func NameAnother(codes []string, thing string) bool {
	return slices.ContainsFunc(codes, func(code string) bool {
		words := strings.FieldsFunc(strings.ToUpper(code), func(r rune) bool { return strings.ContainsRune("_-.: ", r) })
		if slices.ContainsFunc(words, func(word string) bool { return strings.HasPrefix(word, thing) }) {
			return false
		}
		return slices.ContainsFunc(words, func(word string) bool {
			return !slices.Contains(unspecific, word) && !number.MatchString(word)
		})
	})
}

// unspecific are words of codes that name no kind of thing.
var unspecific = []string{
	"NOT", "FOUND", "NOTFOUND", "NO", "SUCH", "DOES", "EXIST", "EXISTS", "UNKNOWN", "MISSING", "INVALID", "FAILED", "ERROR", "ERR",
	"HTTP", "STATUS", "CODE", "RESOURCE", "RECORD", "ENTITY", "ITEM", "OBJECT", "DOCUMENT", "ID",
}

// number is a code without words, such as E1019 or 404.
var number = regexp.MustCompile(`^[A-Z]?\d+$`)
