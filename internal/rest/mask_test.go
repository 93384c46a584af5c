package rest

import (
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
