package rest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestURL(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		base  string
		path  []string
		query url.Values
		want  string
	}{
		"elements are joined":              {"https://a.example/api", []string{"x", "y"}, nil, "https://a.example/api/x/y"},
		"a trailing slash is harmless":     {"https://a.example/api//", []string{"x"}, nil, "https://a.example/api/x"},
		"a slash stays in its element":     {"https://a.example", []string{"x/../y"}, nil, "https://a.example/x%2F..%2Fy"},
		"query and fragment stay outside":  {"https://a.example", []string{"x?y#z"}, nil, "https://a.example/x%3Fy%23z"},
		"spaces and percent signs":         {"https://a.example", []string{"a b%2F"}, nil, "https://a.example/a%20b%252F"},
		"an empty query leaves no mark":    {"https://a.example", []string{"x"}, url.Values{}, "https://a.example/x"},
		"a query is escaped and in order":  {"https://a.example", []string{"x"}, url.Values{"b": {"1&2"}, "a": {"ż ó"}}, "https://a.example/x?a=%C5%BC+%C3%B3&b=1%262"},
		"a port and an IPv6 host are kept": {"http://[::1]:8080", []string{"x"}, nil, "http://[::1]:8080/x"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := URL(c.base, c.path, c.query); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func FuzzURL(f *testing.F) {
	for _, element := range []string{"", ".", "..", "a/b", "a%2Fb", "?", "#", "a b", "żółw", "a\nb", "\x00\xff", "日本/../x", ";=+&@:"} {
		f.Add(element, "other")
		f.Add("first", element)
	}
	f.Fuzz(func(t *testing.T, first, second string) {
		query := url.Values{"p": {first}, "q": {second}}
		raw := URL("https://a.example/api/v1/", []string{first, "fixed", second}, query)
		u, err := url.Parse(raw)
		if err != nil {
			t.Fatalf("%q does not parse: %v", raw, err)
		}
		elements := strings.Split(u.EscapedPath(), "/")
		if len(elements) != 6 || u.Host != "a.example" || u.Fragment != "" || u.User != nil {
			t.Fatalf("%q has %d elements, host %q, fragment %q", raw, len(elements), u.Host, u.Fragment)
		}
		for i, want := range []string{"", "api", "v1", first, "fixed", second} {
			if got, err := url.PathUnescape(elements[i]); err != nil || got != want {
				t.Errorf("element %d of %q is %q (%v), want %q", i, raw, got, err, want)
			}
		}
		if got := u.Query(); got.Get("p") != first || got.Get("q") != second || len(got) != 2 {
			t.Errorf("the query of %q is %v", raw, got)
		}
	})
}

func TestCheckID(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"", ".", "..", "a\ufffdb", "a\xf3b", " ", "a ", "\u00a0a", "a\n", "a\nb", "a\x1b", "a\u0085b"} {
		if CheckID(id) == nil {
			t.Errorf("%q is accepted", id)
		}
	}
	for _, id := range []string{"...", "a", "a b", "a/b", "6ed7c941-2c8a-411e-95d2-338a9f64800a"} {
		if err := CheckID(id); err != nil {
			t.Errorf("%q is refused: %v", id, err)
		}
	}
}

func TestMaskedURL(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"https://a.example/api/chats?limit=100&offset=0":                     "https://a.example/api/chats?limit=100&offset=0",
		"https://a.example/x?chat_queue_id=3&client_name=Jan&customer_id=17": "https://a.example/x?chat_queue_id=3&client_name=***&customer_id=***",
		"https://a.example/x?client_email=a%40b.example&client_id=&client_x": "https://a.example/x?client_email=***&client_id=***&client_x",
		"https://a.example/x?client_name=a=b&client_name=c":                  "https://a.example/x?client_name=***&client_name=***",
		"https://a.example/x?external_chatbot_id=7&customer_ids=1":           "https://a.example/x?external_chatbot_id=7&customer_ids=1",
		"https://user:word@a.example:8443/x?y#z":                             "https://a.example:8443/x?y",
		"https://user@a.example/":                                            "https://a.example/",
		"/relative/path?customer_id=1#frag":                                  "/relative/path?customer_id=***",
		"https://a.example/a%2Fb/%20":                                        "https://a.example/a%2Fb/%20",
		"https://a.example/%zz":                                              "***",
		"":                                                                   "",
	} {
		if got := MaskedURL(raw); got != want {
			t.Errorf("%s: got %s, want %s", raw, got, want)
		}
	}
}

func FuzzMaskedURL(f *testing.F) {
	f.Add("jan@example.org", "Jan Kowalski", "17")
	f.Add("a&b=c", "#?", "%")
	f.Fuzz(func(t *testing.T, email, name, customer string) {
		query := url.Values{"client_email": {email}, "client_name": {name}, "customer_id": {customer}, "limit": {"100"}}
		got := MaskedURL(URL("https://user:word@a.example/api", []string{"x"}, query))
		if want := "https://a.example/api/x?client_email=***&client_name=***&customer_id=***&limit=100"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}

func TestRedirectsAreNamedAndNotFollowed(t *testing.T) {
	t.Parallel()
	for location, want := range map[string]string{
		"https://other.example/api/v2": "https://other.example/api/v2",
		"/login?next=1#top":            "/login",
		"https://user:word@other.example:8443/?client_email=jan%40x.example&page=2": "https://other.example:8443/",
		"//other.example/x":                                               "other.example/x",
		"https://other.example/s3cret-token/Kowalski":                     "https://other.example/***/***",
		"https://other.example/session/0123456789abcdef0123456789/a%40b/": "https://other.example/session/***/***/",
		"http://%zz": "***",
		"/\xff":      "***",
		"":           "",
	} {
		for _, status := range []int{301, 302, 303, 307, 308} {
			call := post()
			call.Personal = []string{"Kowalski"}
			wire := newWire(reply{status: status, body: "<html>Moved", header: http.Header{"Location": {location}}})
			_, err := wire.client().Do(t.Context(), call)
			e := wantError(t, err)
			if e.Location != want || e.Outcome != Refused || e.Status != status || e.HTML != (want == "") {
				t.Errorf("%d to %s: got %s, %s", status, location, e.Location, e.Outcome)
			}
			if len(wire.attempts) != 1 {
				t.Errorf("%d to %s: %d requests", status, location, len(wire.attempts))
			}
		}
	}
	_, err := answered(t, reply{status: 400, header: http.Header{"Location": {"/x"}}}, post())
	if wantError(t, err).Location != "" {
		t.Error("an answer that is no redirect has a location")
	}
}
