package rest

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// URL returns base followed by the escaped path elements and the query.
func URL(base string, path []string, query url.Values) string {
	raw := strings.TrimRight(base, "/")
	for _, element := range path {
		raw += "/" + url.PathEscape(element)
	}
	if len(query) > 0 {
		raw += "?" + query.Encode()
	}
	return raw
}

// personalParameter finds a parameter of a query whose value is personal.
var personalParameter = regexp.MustCompile(`((?:^|&)(?:client_[^=&]*|customer_id)=)[^&]*`)

// MaskedURL returns the URL of a call as messages and logs show it: without user and
// fragment, and with *** for the values of personal parameters.
func MaskedURL(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return masked
	}
	u.User, u.Fragment, u.RawQuery = nil, "", personalParameter.ReplaceAllString(u.RawQuery, "${1}"+masked)
	return u.String()
}

// location returns where a redirect points, without user, query and fragment. An address
// within its path is not shown, because it may be a webhook's.
func (m mask) location(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || !isText(raw) {
		return masked
	}
	show := func(s string) string { return m.words(s, func(r rune) bool { return r == '/' }) }
	if strings.Contains(u.Path, "//") { // an address within the address
		u.Path = "/" + masked
	}
	place := show(u.Host + u.Path)
	if u.Host != "" && u.Scheme != "" {
		place = show(u.Scheme) + "://" + place
	}
	return shorten(place)
}

// CheckID says why id cannot be an element of a path: it would name another resource or
// none. The error continues a sentence that begins with the name of the id.
func CheckID(id string) error {
	switch {
	case id == "":
		return errors.New("must not be empty")
	case id == ".", id == "..":
		return fmt.Errorf("must not be %q, which would name another address", id)
	case strings.ContainsRune(id, utf8.RuneError):
		return errors.New("must not contain U+FFFD, which stands for bytes that are no text")
	case strings.ContainsFunc(id, unicode.IsControl):
		return errors.New("must not contain a line end or another control character")
	case strings.TrimSpace(id) != id:
		return errors.New("must not begin or end with white space")
	}
	return nil
}
