package rest

import (
	"encoding/base64"
	"encoding/json"
	"html"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestMaskFindsEverySpelling(t *testing.T) {
	t.Parallel()
	const value = `pa/ss "wörd"&'1😀>?`
	for name, spelling := range map[string]string{
		"plain":                       value,
		"upper case":                  `PA/SS "WÖRD"&'1😀>?`,
		"JSON":                        `pa/ss \"wörd\"&'1😀>?`,
		"JSON of Go":                  `pa/ss \"wörd\"\u0026'1😀\u003e?`,
		"JSON of Go in ASCII":         `pa/ss \"w\u00f6rd\"\u0026'1\ud83d\ude00\u003e?`,
		"JSON of PHP":                 `pa\/ss \"w\u00f6rd\"&'1\ud83d\ude00>?`,
		"JSON of PHP, unescaped text": `pa\/ss \"wörd\"&'1😀>?`,
		"JSON of Python":              `pa/ss \"w\u00f6rd\"&'1\ud83d\ude00>?`,
		"JSON of others":              `pa/ss \"w\u00F6rd\"&'1\uD83D\uDE00>?`,
		"query":                       `pa%2Fss+%22w%C3%B6rd%22%26%271%F0%9F%98%80%3E%3F`,
		"query in lower case":         `pa%2fss+%22w%c3%b6rd%22%26%271%f0%9f%98%80%3e%3f`,
		"query of RFC 3986":           `pa%2Fss%20%22w%C3%B6rd%22%26%271%F0%9F%98%80%3E%3F`,
		"query of JavaScript":         `pa%2Fss%20%22w%C3%B6rd%22%26'1%F0%9F%98%80%3E%3F`,
		"path":                        `pa%2Fss%20%22w%C3%B6rd%22&%271%F0%9F%98%80%3E%3F`,
		"HTML of Go":                  `pa/ss &#34;wörd&#34;&amp;&#39;1😀&gt;?`,
		"HTML of PHP":                 `pa/ss &quot;wörd&quot;&amp;&#039;1😀&gt;?`,
		"HTML of Python":              `pa/ss &quot;wörd&quot;&amp;&#x27;1😀&gt;?`,
		"HTML of Node":                `pa/ss &quot;wörd&quot;&amp;&#39;1😀&gt;?`,
		"base64":                      `cGEvc3MgInfDtnJkIiYnMfCfmIA+Pw==`,
		"base64 without padding":      `cGEvc3MgInfDtnJkIiYnMfCfmIA+Pw`,
		"base64 for URLs":             `cGEvc3MgInfDtnJkIiYnMfCfmIA-Pw==`,
		"base64 for URLs, unpadded":   `cGEvc3MgInfDtnJkIiYnMfCfmIA-Pw`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := "before " + spelling + ", " + spelling + " after"
			want := "before ***, *** after"
			if got := NewMask([]string{value}, false).Text(text, nil); got != want {
				t.Errorf("as a secret: %q", got)
			}
			if got := NewMask(nil, false).Text(text, []string{value}); got != want {
				t.Errorf("as a personal value: %q", got)
			}
			learned := NewMask(nil, false)
			learned.Learn(value)
			learned.Learn(value)
			if got := learned.Quote(text, nil); got != want || len(learned.learned) != 1 {
				t.Errorf("as a learned secret: %q", got)
			}
		})
	}
}

func TestMaskKeepsTheRest(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		secrets, personal []string
		text, want        string
	}{
		"nothing to mask":                         {nil, nil, "all of it", "all of it"},
		"nothing at all":                          {[]string{"secret"}, nil, "", ""},
		"empty secrets and values":                {[]string{""}, []string{""}, "all of it", "all of it"},
		"personal values of three characters":     {nil, []string{"Jan", "żół", "123"}, "Jan żół 123", "Jan żół 123"},
		"personal values of four characters":      {nil, []string{"Anna", "żółw"}, "Anna żółw annab", "*** *** ***b"},
		"secrets of any length":                   {[]string{"ab", "7"}, nil, "ab 7 a b", "*** *** a b"},
		"the longer of two values comes first":    {[]string{"secret", "secret-token"}, nil, "secret-token secret", "*** ***"},
		"values that overlap":                     {[]string{"abcdef", "defghi"}, nil, "abcdefghi", "***ghi"},
		"signs with a meaning in an expression":   {[]string{`a.*(b)[c`}, nil, `a.*(b)[c axxbc`, "*** axxbc"},
		"white space around a secret":             {[]string{" secret-key \n"}, nil, "the key 'secret-key' is not valid", "the key '***' is not valid"},
		"the line end of a heredoc":               {nil, []string{"Dear Jan,\ngoodbye.\n"}, "'Dear Jan,\ngoodbye.' is not allowed", "'***' is not allowed"},
		"line ends of another system":             {nil, []string{"Dear Jan,\n\ngoodbye."}, "'Dear Jan,\r\n\r\ngoodbye.', 'Dear Jan,\\r\\n\\r\\ngoodbye.'", "'***', '***'"},
		"line ends that became something else":    {nil, []string{"Dear Jan,\r\ngoodbye."}, "Dear Jan, goodbye. Dear Jan,<br /><br>goodbye. Dear Jan,+goodbye.", "*** *** ***"},
		"white space that is all there is":        {[]string{" "}, []string{"    "}, "a b", "a***b"},
		"a secret that is no text":                {[]string{"a\xffb\xfe"}, nil, "a\xffb\xfe and a\xffb.", "*** and a\uFFFDb."},
		"a text that is none":                     {[]string{"secret"}, nil, "\xff secret \xff.", "\uFFFD *** \uFFFD."},
		"addresses, unless they are to be hidden": {nil, nil, "see https://a.example/b", "see https://a.example/b"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := NewMask(c.secrets, false).Text(c.text, c.personal); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestMaskHidesWhatTheEndCuts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		secrets []string
		text    string
		want    string
	}{
		"all but one byte":                      {[]string{"hunter-secret"}, "x=hunter-secre", "x=***"},
		"four bytes":                            {[]string{"hunter-secret"}, "x=hunt", "x=***"},
		"three bytes are kept":                  {[]string{"hunter-secret"}, "x=hun", "x=hun"},
		"in another case":                       {[]string{"hunter-secret"}, "x=HUNTer", "x=***"},
		"in an escape":                          {[]string{`a"b"c"d`}, `x=a\"b\"c\`, "x=***"},
		"within a character":                    {[]string{"zażółć-gęślą"}, "x=zażó\xc5", "x=***"},
		"within a character of its last three":  {[]string{"abcdefg😀"}, "x=abcdefg\xf0\x9f\x98", "x=***"},
		"of the secret that it cuts most":       {[]string{"tail-abcdefghijklmnop", "xxxxtail-z"}, "=xxxxtail-", "=***"},
		"only where it stands at the end":       {[]string{"hunter-secret"}, "hunter, no", "hunter, no"},
		"in base64":                             {[]string{"hunter-secret"}, "x=aHVudGVyLXNl", "x=***"},
		"the end of a whole one is not cut off": {[]string{"hunter-secret"}, "hunter-secret", "***"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mask := NewMask(c.secrets, false)
			if got := mask.Quote(c.text, nil); got != c.want {
				t.Errorf("quoted: got %q, want %q", got, c.want)
			}
			if got := mask.Text(c.text, nil); got != c.want {
				t.Errorf("whole: got %q, want %q", got, c.want)
			}
		})
	}
}

func TestQuotesAreShort(t *testing.T) {
	t.Parallel()
	mask := NewMask([]string{"secret"}, false)
	for name, c := range map[string]struct{ text, want string }{
		"what fits is kept whole":           {strings.Repeat("x", 512), strings.Repeat("x", 512)},
		"what does not is cut":              {strings.Repeat("x", 513), strings.Repeat("x", 509) + "…"},
		"a character is not cut in two":     {strings.Repeat("x", 507) + "żółw", strings.Repeat("x", 507) + "ż…"},
		"nor left with half its bytes":      {strings.Repeat("x", 506) + "😀" + "yyy", strings.Repeat("x", 506) + "…"},
		"masking comes before cutting":      {strings.Repeat("x", 509) + "secret", strings.Repeat("x", 509) + "***"},
		"and makes room":                    {strings.Repeat("secret", 100), strings.Repeat("***", 100)},
		"whatever is in the bytes, it fits": {strings.Repeat("\xff", 4000) + "x", "\uFFFDx"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := mask.Quote(c.text, nil); got != c.want {
				t.Errorf("got %q (%d bytes), want %q", got, len(got), c.want)
			}
		})
	}
}

func TestMaskHidesAddresses(t *testing.T) {
	t.Parallel()
	const rest = "hooks.example"
	for name, c := range map[string]struct{ text, want string }{
		"plain":                          {"to https://hooks.example/catch/1?t=2#3 now", "to *** now"},
		"in upper case":                  {"to HTTPS://HOOKS.EXAMPLE/1 now", "to *** now"},
		"without encryption":             {"to http://hooks.example/1 now", "to *** now"},
		"JSON":                           {`{"url":"https://hooks.example/1"}`, `{"url":"***"}`},
		"JSON of PHP":                    {`{"url":"https:\/\/hooks.example\/1\/2"}`, `{"url":"***"}`},
		"JSON with an escaped ampersand": {`{"url":"https://hooks.example/1?a=b\u0026sig=s3cret"}`, `{"url":"***"}`},
		"JSON in JSON":                   {`{"body":"{\"url\":\"https:\\\/\\\/hooks.example\\\/1\"}"}`, `{"body":"{\"url\":\"***\"}"}`},
		"JSON with escaped slashes":      {`{"url":"https:\u002f\u002Fhooks.example\u002f1"}`, `{"url":"***"}`},
		"query":                          {"?u=https%3A%2F%2Fhooks.example%2F1&x=2", "?u=***"},
		"HTML":                           {`<a href="https://hooks.example/1">`, `<a href="***">`},
		"in single quotes":               {`<a href='https://hooks.example/1'>`, `<a href='***'>`},
		"two of them":                    {"https://hooks.example/1 https://hooks.example/2", "*** ***"},
		"cut off":                        {`{"webhookUrl":"https://hooks.exa`, `{"webhookUrl":"***`},
		"cut off within the scheme":      {`{"webhookUrl":"htt`, `{"webhookUrl":"***`},
		"the field, whatever is in it":   {`{"webhookUrl" : "hooks.example/1", "a":"b"}`, `{"webhookUrl" : "***", "a":"b"}`},
		"the field in JSON in JSON":      {`"{\"webhookUrl\":\"hooks.example/1"`, `"{\"webhookUrl\":\"***"`},
		"the field, when it is null":     {`{"webhookUrl":null}`, `{"webhookUrl":null}`},
		"no address":                     {"http: and //path and https:/one", "http: and //path and https:/one"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mask := NewMask(nil, true)
			if got := mask.Text(c.text, nil); got != c.want || strings.Contains(got, rest) {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if got := mask.Quote(c.text, nil); got != c.want {
				t.Errorf("quoted: got %s, want %s", got, c.want)
			}
		})
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

// written returns value as others write it; it is not taken from the code under test.
func written(value string) map[string]string {
	quoted, _ := json.Marshal(value)
	out := map[string]string{
		"plain": value, "JSON": string(quoted[1 : len(quoted)-1]), "query": url.QueryEscape(value),
		"path": url.PathEscape(value), "HTML": html.EscapeString(value),
	}
	for name, encoding := range map[string]*base64.Encoding{
		"base64": base64.StdEncoding, "raw base64": base64.RawStdEncoding, "URL base64": base64.URLEncoding, "raw URL base64": base64.RawURLEncoding,
	} {
		out[name] = encoding.EncodeToString([]byte(value))
	}
	return out
}

// checkMask asserts that no spelling of value survives: neither whole, between
// before and behind, nor cut in two at the end, after so many bytes.
func checkMask(t *testing.T, value, before, behind string, cut int, hideURLs bool) {
	t.Helper()
	// Three stars stand for what is masked, so they cannot also be looked for.
	if value == "" || len(value) > 100 || strings.Contains(value, "*") {
		return
	}
	if !utf8.ValidString(value) { // its neighbours could make text of it
		before, behind = before+" ", " "+behind
	}
	mask := NewMask([]string{value}, hideURLs)
	for name, spelling := range written(value) {
		text := mask.Text(before+spelling+behind, nil)
		// Bytes that are no text on their own may well be a part of other text.
		if strings.Contains(text, strings.ToValidUTF8(spelling, "\uFFFD")) {
			t.Fatalf("%s %q survives in %q", name, spelling, text)
		}
		if !utf8.ValidString(text) {
			t.Fatalf("%q is no text", text)
		}
		if cut < minPersonal || cut >= len(spelling) {
			continue
		}
		quoted := mask.Quote(before+spelling[:cut], nil)
		if len(quoted) > maxQuoted {
			t.Fatalf("%d bytes are quoted", len(quoted))
		}
		if strings.HasSuffix(quoted, spelling[:cut]) {
			t.Fatalf("%d bytes of %s %q survive in %q", cut, name, spelling, quoted)
		}
	}
}

func TestNoSpellingOfARandomSecretSurvives(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	alphabet := []rune(`abAB01/\"'<>&%+-_=.: ` + "\n\tąöß日😀\u2028\x7f")
	text := func(n int) string {
		var b strings.Builder
		for range n {
			b.WriteRune(alphabet[random.IntN(len(alphabet))])
		}
		return b.String()
	}
	for i := range 60 {
		checkMask(t, text(1+random.IntN(20)), text(random.IntN(30)), text(random.IntN(30)), minPersonal+random.IntN(20), i%2 == 0)
	}
}

func FuzzMask(f *testing.F) {
	f.Add("s3cret-token", "before ", " behind", 7, false)
	f.Add(`pa/ss "wörd"&'1`, `{"echo":"`, `"}`, 9, true)
	f.Add("https://hooks.example/catch/1", "", "/2", 12, true)
	f.Add("\xff\xfe", "\xff", "\xfe", 4, false)
	f.Add("aaaab", "aaaa", "aaaa", 4, false)
	f.Add("(?i)[", "[", "\x00", 4, false)
	f.Add("\x84000000", "", "\xfb00000", 4, false) // other bytes that are no text look alike
	f.Add("\xc2", " ", "\u0080", 4, false)         // one that is a part of other text
	f.Fuzz(checkMask)
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
