package rest

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

func TestPersonalValuesAreHiddenAsWords(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ value, text, want string }{
		"a part of a word":                  {"chat", "chattering about the chat, Chat's chat-queue", "chattering about the ***, ***'s ***-queue"},
		"eight characters, within a word":   {"Kowalski", "the Kowalskis", "the ***s"},
		"seven characters, within a word":   {"Kowalsk", "the Kowalskis", "the Kowalskis"},
		"a number":                          {"17", "customer 17 of 170, 17.", "customer *** of 170, ***."},
		"one letter":                        {"J", "J. Jan", "***. Jan"},
		"case and marks":                    {"Wójcik", "WOJCIK, wojcik, Wo\u0301jcik", "***, ***, ***"},
		"case of the dotless i":             {"Yıldız", "YILDIZ, yildiz, YİLDİZ", "***, ***, ***"},
		"case of the final sigma":           {"Γιώργος", "ΓΙΩΡΓΟΣ", "***"},
		"case of the sharp s":               {"Weiß", "WEISS, weiss, WEIẞ, Weissbrot", "***, ***, ***, Weissbrot"},
		"compatibility forms":               {"file", "ﬁle ｆｉｌｅ", "*** ***"},
		"Hangul, decomposed":                {"김철수", norm.NFD.String("김철수") + " 님", "*** 님"},
		"several words":                     {"Dear Jan,\ngoodbye. ", "'Dear  Jan, goodbye.'", "'***'"},
		"a no-break space":                  {"Jan Maria", "Jan\u00a0Maria", "***"},
		"an invisible character":            {"Kowal", "Ko\u200bwal Ko\u00adwal", "*** ***"},
		"a name in Chinese":                 {"王伟", "用户王伟不存在", "用户***不存在"},
		"a part of a text that is cut":      {"Dear Jan, your order has left us today.", "too long: 'Dear Jan, your order has left us t...'", "too long: '***...'"},
		"that comes twice, and overlapping": {"aba", "aba ababa aba", "*** ababa ***"},
		"that begins within another word":   {"a a", "xa a a", "xa ***"},
		"white space alone":                 {" ", "a b", "a b"},
	} {
		if got := quote(c.text, nil, []string{c.value}); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// octal returns s as C writes it.
func octal(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		b.WriteString(`\` + strconv.FormatInt(int64(c)|0o1000, 8)[1:])
	}
	return b.String()
}

// each returns s with every character written by form.
func each(s string, form func(rune) string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteString(form(r))
	}
	return b.String()
}

// echoes returns value as services repeat it.
func echoes(value string) map[string]string {
	entities := strings.NewReplacer("ó", "&oacute;", `"`, "&quot;", "ö", "&ouml;")
	return map[string]string{
		"plain": value, "upper case": strings.ToUpper(value), "NFD": norm.NFD.String(value), "no-break spaces": strings.ReplaceAll(value, " ", "\u00a0"),
		"JSON": strconv.Quote(value), "JSON in ASCII": strconv.QuoteToASCII(value), "JSON in JSON": strconv.Quote(strconv.Quote(value)),
		"JSON of PHP": strings.ReplaceAll(strconv.QuoteToASCII(value), "/", `\/`), "JavaScript": each(value, func(r rune) string { return `\u{` + strconv.FormatInt(int64(r), 16) + `}` }),
		"hex escapes": each(value, func(r rune) string { return `\x` + strconv.FormatInt(int64(r), 16) }), "octal": octal(value),
		"quoted-printable": strings.ReplaceAll(url.PathEscape(value), "%", "="), "query": url.QueryEscape(value), "path": url.PathEscape(value),
		"query twice": url.QueryEscape(url.QueryEscape(value)), "HTML": html.EscapeString(value), "HTML of PHP": entities.Replace(value),
		"an entity for each letter": each(value, func(r rune) string { return "&#" + strconv.Itoa(int(r)) + ";" }),
		"base64":                    base64.StdEncoding.EncodeToString([]byte(value)), "base64 for URLs": base64.RawURLEncoding.EncodeToString([]byte(value)),
		"hex": hex.EncodeToString([]byte(value)), "hex in upper case": strings.ToUpper(hex.EncodeToString([]byte(value))),
	}
}

func TestNoEchoShowsAValue(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"Wójcik", "Łódź Żółw", "jan@example.org", `pa/ss "wörd"&'1😀>?`, "s3cret", "s3cret-token", "https://hooks.example/catch/1"} {
		for name, echo := range echoes(value) {
			for kind, got := range map[string]string{"personal": quote("before "+echo+" after", nil, []string{value}), "secret": quote("before "+echo+" after", []string{value}, nil)} {
				shown := strings.TrimSuffix(strings.TrimPrefix(got, "before "), " after")
				if strings.ContainsFunc(strings.ReplaceAll(shown, "amp", ""), func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
					t.Errorf("%s %q as %s: got %q", kind, value, name, got)
				}
			}
		}
	}
}

func TestSecretsAreHiddenWhereverTheyStand(t *testing.T) {
	t.Parallel()
	client := New(Config{Secrets: []string{"", "ab", "secret", "secret-token", " heredoc-key \n", `a\b`}})
	for _, secret := range []string{"short", "          ", "learned-token", "learned-token", "https://hooks.example"} {
		client.Learn(secret)
	}
	for text, want := range map[string]string{
		"xaby AB": "x***y ***", "a secret-tokens": "a ***s", "'heredoc-key'": "'***'", "ab": "***",
		"a short one": "a short one", "my-learned-token": "my-***", "to hooks.example.": "to ***.",
	} {
		if got := client.Quote(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// A service that cannot read a body may repeat it as it came, or as its own language writes JSON.
func TestValuesAreHiddenAsJSONWritesThem(t *testing.T) {
	t.Parallel()
	const text = "👋 Dzień dobry,\npan Kowalski ma ‹cukrzycę> & \"astmę\""
	client := newWire().client(func(config *Config) { config.Secrets = []string{"Kraków, moje kochane miasto"} })
	sent, err := json.Marshal(map[string]string{"text": text})
	if err != nil {
		t.Fatal(err)
	}
	for name, echo := range map[string]string{
		"as it was sent": string(sent),
		"as PHP does":    `{"text":"\ud83d\udc4b Dzie\u0144 dobry,\npan Kowalski ma \u2039cukrzyc\u0119> & \"astm\u0119\""}`,
	} {
		if got := client.Quote("Cannot parse "+echo+" at all", text); strings.Contains(got, "Kowalski") || !strings.HasPrefix(got, "Cannot parse ") || !strings.HasSuffix(got, " at all") {
			t.Errorf("%s: %s", name, got)
		}
	}
	if got := client.mask.Body(`{"message":"Bad password Krak\u00f3w, moje kochane miasto"}`); strings.Contains(got, "miasto") {
		t.Errorf("the log has %s", got)
	}
}

// A service may make its words fit for a page before it knows that nobody shows them on one.
func TestValuesAreHiddenAsHTMLWritesThem(t *testing.T) {
	t.Parallel()
	const text = `Tom's order & "address": Main Street 5`
	for name, echo := range map[string]string{
		"Go":         "Tom&#39;s order &amp; &#34;address&#34;: Main Street 5",
		"PHP":        "Tom&#039;s order &amp; &quot;address&quot;: Main Street 5",
		"in capital": "Tom&#X27;s order &AMP; &QUOT;address&QUOT;: Main Street 5",
	} {
		if got := newWire().client().Quote("No such text: "+echo+" (42)", text); got != "No such text: *** (42)" {
			t.Errorf("%s: %s", name, got)
		}
	}
	for _, secret := range []string{"p&copy2024x-yz", "p&amp;2024 &lt;x", `p"&quot;2024`} {
		client := newWire().client(func(config *Config) { config.Secrets = []string{secret} })
		if got := client.Quote("bad " + secret + " given"); got != "bad *** given" {
			t.Errorf("%s: %s", secret, got)
		}
	}
}
