package sandbox_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// served is the status of a request that is handed to the sandbox as it is.
func served(s *sandbox.Sandbox, method, path, host string, headers ...string) int {
	r := httptest.NewRequest(method, path, strings.NewReader("{}"))
	r.Host = host
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Code
}

func TestForeignHosts(t *testing.T) {
	t.Parallel()
	s := sandbox.New(sandbox.Options{Hosts: []string{"sandbox", "192.0.2.7"}})
	for host, want := range map[string]int{
		"127.0.0.1:8420": 200, "localhost:8420": 200, "LOCALHOST": 200, "[::1]:8420": 200, "127.9.9.9": 200, "a.localhost:1": 200,
		"localhost.": 200, "sandbox:8420": 200, "192.0.2.7:8420": 200,
		"evil.example": 421, "evil.example:8420": 421, "localhost.evil.example": 421, "192.0.2.8": 421, "127.0.0.1.evil.example": 421,
		"": 421, "[::1": 200, "0.0.0.0": 421,
	} {
		expect(t, host, served(s, "GET", "/sandbox/health", host), want)
		expect(t, host+" service", served(s, "GET", chatsPath, host, thuliumAuth), want)
	}
	local := sandbox.New(sandbox.Options{Hosts: []string{sandbox.LocalHosts}})
	for host, want := range map[string]int{"sandbox:8420": 200, "192.0.2.8": 200, "[2001:db8::1]:8420": 200, "evil.example": 421, "": 421} {
		expect(t, host+" in a local network", served(local, "GET", "/sandbox/health", host), want)
	}
	expect(t, "without a list any is right", served(sandbox.New(sandbox.Options{}), "GET", chatsPath, "evil.example", thuliumAuth), 200)
}

func TestOtherSitesPages(t *testing.T) {
	t.Parallel()
	const host, start, jsonType = "127.0.0.1:8420", chatPath + "start?chat_queue_id=3", "Content-Type: application/json"
	for name, c := range map[string]struct {
		method, path string
		headers      []string
		want         int
	}{
		"curl":                          {"POST", "/sandbox/jelou", []string{jsonType}, 400}, // it is read, and lacks a user
		"curl without a type":           {"POST", "/sandbox/jelou", nil, 415},
		"a form":                        {"POST", "/sandbox/jelou", []string{"Content-Type: text/plain"}, 415},
		"no type, no body":              {"POST", "/sandbox/conversations/x/close", nil, 415},
		"curl -X DELETE":                {"DELETE", "/sandbox/faults", nil, 200},
		"another site":                  {"DELETE", "/sandbox/faults", []string{"Origin: https://evil.example", "X-Sandbox-Page: 1"}, 403},
		"another site, by its own word": {"DELETE", "/sandbox/faults", []string{"Sec-Fetch-Site: cross-site", "X-Sandbox-Page: 1"}, 403},
		"another port":                  {"PATCH", "/sandbox/knobs", []string{"Origin: http://127.0.0.1:9", jsonType, "X-Sandbox-Page: 1"}, 403},
		"no origin":                     {"DELETE", "/sandbox/faults", []string{"Origin: null", "X-Sandbox-Page: 1"}, 403},
		"own page":                      {"DELETE", "/sandbox/faults", []string{"Origin: http://" + host, "Sec-Fetch-Site: same-origin", "X-Sandbox-Page: 1"}, 200},
		"own origin, not its page":      {"DELETE", "/sandbox/faults", []string{"Origin: http://" + host}, 403},
		"a service from another site":   {"POST", start, []string{thuliumAuth, "Origin: https://evil.example"}, 403},
		"a service":                     {"POST", start, []string{thuliumAuth}, 200},
		"reading":                       {"GET", "/sandbox/requests", []string{"Origin: https://evil.example"}, 200}, // the browser keeps the answer
	} {
		s := sandbox.New(sandbox.Options{})
		s.AddFault(sandbox.Fault{Call: "jelou.close", Kind: sandbox.FaultHTML})
		expect(t, name, served(s, c.method, c.path, host, c.headers...), c.want)
		if c.method == http.MethodDelete {
			s.Set(func(k *sandbox.Knobs) { k.EveryUserOpen = false })
			left := served(s, "POST", closePath, host, jelouAuth) == 200 // the page in place of 422
			expect(t, name+" left the fault", left, c.want != 200)
		}
	}
}
