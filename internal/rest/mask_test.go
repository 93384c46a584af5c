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
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// quote returns s as an error quotes it.
func quote(s string, secrets, personal []string) string {
	return newMask(secrets).of(personal).Quote(s)
}

func TestWordsAreShown(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"The Bot could not be found at the moment.",
		"Wrong format of phone number. (code 111111, request id 53678450401cf)",
		`Field "messages[0].id" is not valid: 'text' is too long, max. 5 MB or 30s; got 1.5.`,
		"conversation 6ed7c941-2c8a-411e-95d2-338a9f64800a was closed at 2026-11-22T12:34:56.789Z, 10:23:04",
		"dial tcp 127.0.0.1:443: connect: connection refused",
		"lookup acme.thulium.com on 10.0.0.2:53: no such host",
		"Żółta gęś – naïve façade… ¿qué? «да» 100 € ~ 5 | 7",
		"该机器人不存在。请检查聊天机器人的编号，然后再试一次：「错误」！没有找到与这个编号对应的聊天机器人或者会话",
		"ボットが見つかりませんでした、もう一度お試しください。ボットが見つかりませんでした",
		"ไม่พบบอทในขณะนี้กรุณาลองใหม่อีกครั้งภายหลังไม่พบบอทในขณะนี้",
		strings.Repeat("a", 24), strings.Repeat("a1", 12) + "-" + strings.Repeat("b", 24), strings.Repeat("e\u0301", 24),
		"API_KEY_NOT_VALID", "*** already", "",
	} {
		if got := quote(text, nil, nil); got != text {
			t.Errorf("got  %q\nwant %q", got, text)
		}
	}
}

func TestWhatIsNoWordIsNotShown(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"to https://hooks.example/catch/1?t=2#3 now":             "to *** now",
		"to wss:hooks, hooks.example/1. (jan@example.org)":       "to wss:hooks, ***. (***)",
		`host="hooks.example", port=443): url: /hooks/T0/B1 end`: `***", ***): url: *** end`,
		`{"password":"hunter2"}`:                                 `{"***"}`,
		"a=b c%20d e&amp;f <b>g</b> #h `i` j\\k l+m n/o \"p\" q": "*** *** *** *** *** *** *** *** *** \"p\" q",
		"jan＠example.org ａ／ｂ":                                    "*** ***",
		strings.Repeat("a", 25) + ", " + strings.Repeat("é", 25): "***, ***",
		"key:" + strings.Repeat("0a", 13) + "!":                  "***!",
		"中文" + strings.Repeat("a", 25) + "，好":                    "***，好",
		"ab\u200b" + strings.Repeat("c", 23):                     "***",
		"two  blanks\t\r\nand\u00a0lines\u2028end ":              "two blanks and lines end",
		"\x1b[31mred\x07 \u009b2J \u202egnp\ufeff":               `\x1b[31mred\x07 \x9b2J \u202egnp\ufeff`,
		"zero\x00byte": "***", "no text \xff": "***", "no text \uFFFD": "***",
		"\u0645\u06cc\u200c\u062e\u0648 \U0001f469\u200d\U0001f467": "\u0645\u06cc\u200c\u062e\u0648 \U0001f469\u200d\U0001f467",
	} {
		if got := quote(text, nil, nil); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

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

func TestQuotesAreShort(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a. ", 100)
	for name, c := range map[string]struct{ text, want string }{
		"what fits is kept whole":       {strings.Repeat("a ", 255) + "ab", strings.Repeat("a ", 255) + "ab"},
		"what does not is cut":          {strings.Repeat("a ", 300), strings.Repeat("a ", 254) + "a…"},
		"a character is not cut in two": {"a" + strings.Repeat("é ", 300), "a" + strings.Repeat("é ", 169) + "…"},
		"masking comes before cutting":  {strings.Repeat("a ", 252) + "s3cret-token", strings.Repeat("a ", 252) + "***"},
		"and makes room":                {strings.Repeat("s3cret-token ", 100) + "end", strings.Repeat("*** ", 100) + "end"},
		"what is read is bounded":       {strings.Repeat("x", maxRead-8) + " s3cret-token " + long, "*** …"},
		"also where nothing splits it":  {strings.Repeat("x", 2*maxRead), "…"},
	} {
		got := quote(c.text, []string{"s3cret-token"}, nil)
		if strings.ReplaceAll(got, "***…", "*** …") != c.want || len(got) > maxQuoted {
			t.Errorf("%s: got %q (%d bytes), want %q", name, got, len(got), c.want)
		}
	}
}

func FuzzMask(f *testing.F) {
	f.Add("s3cret-token", "before ", " behind")
	f.Add(`pa/ss "wörd"&'1`, `{"echo":"`, `"}`)
	f.Add("https://hooks.example/catch/1", "", "/2")
	f.Add("\xff\xfe", "\xff", "\xfe")
	f.Add("aaaab", "aaaa", "aaaa")
	f.Add("e\u0301\u0301", "e", "\u0301")
	f.Add("\u1100\u1161", "\u1100", "\u11a8")
	f.Fuzz(func(t *testing.T, value, before, behind string) {
		mask := newMask([]string{value})
		folded, _ := fold(strings.TrimSpace(value))
		for _, text := range []string{before + value + behind, strings.ToUpper(value) + behind, norm.NFD.String(before + value)} {
			for _, got := range []string{mask.Quote(text), mask.Body(text), mask.words(text, unicode.IsPunct)} {
				shown, _ := fold(strings.ReplaceAll(got, masked, "\x01"))
				// An escape in the output consists of plain letters, and so may the value.
				if utf8.ValidString(value) && len(folded) > 6 && strings.Contains(shown, folded) {
					t.Errorf("%q survives in %q", value, got)
				}
				if !utf8.ValidString(got) || strings.ContainsFunc(got, unicode.IsControl) || strings.ContainsRune(got, '\u202e') {
					t.Errorf("%q is no harmless text", got)
				}
			}
			if got := mask.Quote(text); len(got) > maxQuoted {
				t.Errorf("%d bytes are quoted", len(got))
			}
		}
	})
}

// BenchmarkHostileAnswer quotes all that one answer can have quoted.
func BenchmarkHostileAnswer(b *testing.B) {
	quotes := strings.Repeat(`"`, 255)
	personal := []string{quotes, quotes + "'", strings.Repeat("a", 200_000), strings.Repeat("e\u0301", 500), "a a", "aba"}
	for name, sign := range map[string]string{
		"quotation marks": `"`, "letters": "a", "words": "a ", "marks": "e\u0301\u0323", "one letter with marks": "\u0301", "ligatures": "ﷺ", "Hangul": "김", "Han": "王",
		"emoji": "👩‍👩‍👧", "escapes": `\`, "control characters": "\x1b",
	} {
		b.Run(name, func(b *testing.B) {
			x := &exchange{mask: newMask([]string{"secret", quotes}).of(personal)}
			texts := make([]string, maxTexts)
			for i := range texts {
				texts[i] = strings.Repeat(sign, errorLimit/len(sign))
			}
			fault := Fault{Messages: texts, Codes: texts, Fields: texts, RequestID: texts[0]}
			for b.Loop() {
				x.masked(fault)
			}
		})
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
