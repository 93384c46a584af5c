package sandbox

import (
	"mime"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// PageHeader is what a request of the sandbox's own page carries when it changes something. A form or a script of
// another site cannot send it without being asked first, and the sandbox does not answer that question.
const PageHeader = "X-Sandbox-Page"

// LocalHosts among Options.Hosts stands for every address and every name without a dot. No name that a page on the
// internet can make lead to the sandbox looks so.
const LocalHosts = "*"

// crossOrigin knows the requests that a browser sends for another site's page.
var crossOrigin = http.NewCrossOriginProtection()

// guard says why a request must not be served, with the status to say so; 0 lets it pass. Any web page can have a
// browser call a server on loopback, by its address or by a name of its own that leads there.
func (s *Sandbox) guard(r *http.Request) (status int, why string) {
	if s.hosts != nil && !s.knownHost(r.Host) {
		return http.StatusMisdirectedRequest, "this sandbox is not called " + printable(r.Host) +
			": use its address, or start it with -host and that name"
	}
	if err := crossOrigin.Check(r); err != nil {
		return http.StatusForbidden, "a page of another site must not call the sandbox"
	}
	if safe(r.Method) || !strings.HasPrefix(r.URL.Path, ControlPath+"/") {
		return 0, ""
	}
	if fromBrowser(r) && r.Header.Get(PageHeader) == "" {
		return http.StatusForbidden, "a browser's request needs the header " + PageHeader
	}
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if r.Method != http.MethodDelete && (err != nil || media != "application/json") {
		return http.StatusUnsupportedMediaType, "a control call needs the header Content-Type: application/json (curl --json sends it)"
	}
	return 0, ""
}

func safe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

func fromBrowser(r *http.Request) bool {
	return r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Site") != ""
}

// knownHost says whether the Host of a request is loopback or one of the sandbox's own names.
func (s *Sandbox) knownHost(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.TrimSuffix(strings.ToLower(strings.Trim(host, "[]")), ".")
	address, err := netip.ParseAddr(host)
	switch {
	case slices.Contains(s.hosts, host), host == "localhost", strings.HasSuffix(host, ".localhost"), err == nil && address.IsLoopback():
		return true
	case slices.Contains(s.hosts, LocalHosts):
		return host != "" && (err == nil || !strings.Contains(host, "."))
	}
	return false
}
