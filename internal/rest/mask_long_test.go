package rest

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"
)

// prose returns a text of so many characters, no stretch of which occurs twice.
func prose(letters string, characters int) string {
	signs := []rune(letters)
	text, state := make([]rune, characters), uint32(1)
	for i := range text {
		state = state*1664525 + 1013904223
		text[i] = signs[int(state>>16)%len(signs)]
	}
	return string(text)
}

const (
	latin   = "abcdefgh ijkl, mnop. qrst' uvwxyz"
	chinese = "的一是不了人我在有他这为之大来以个中上们到说国和地也子时道出而要于就下得可你年生"
)

// longValues are texts that are not looked for sign by sign.
var longValues = map[string]string{
	"ASCII":             prose(latin, 1<<12),
	"Chinese":           prose(chinese, 1<<10),
	"Cyrillic":          prose("абвгдежз ийклмнопрстуфхцчшщ ъыьэюя", 1<<10),
	"one sign":          strings.Repeat("=", 1<<12),
	"signs of HTML":     prose(`ab"<>'& c`, 1<<11),
	"signs of JSON":     prose("ab\\\"/\n\tu00 c", 1<<11),
	"signs of a URL":    prose("ab%25+41 é&=?", 1<<11),
	"signs of emoji":    prose("😀😁😂🤣", 1<<9),
	"just a long value": prose(latin, maxWhole+1),
}

// A closing text has no bound; Go refuses an expression for these.
func TestMaskOfWhatNobodyBounds(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]string{
		"200,000 ASCII": prose(latin, 200_000), "65,536 Chinese": prose(chinese, 1<<16), "no text": strings.Repeat("\xff", 20_000),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mask := NewMask(nil, false)
			if got := mask.Quote(`{"message":"no such operator: `+value, []string{value}); strings.Contains(got, value[:20]) || !utf8.ValidString(got) {
				t.Errorf("got %q", got)
			}
			if got := mask.Quote("no such operator", []string{value}); got != "no such operator" {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestMaskHidesWhatEchoesALongValue(t *testing.T) {
	t.Parallel()
	for name, value := range longValues {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mask := NewMask([]string{"s3cret-token"}, false)
			echoed := map[string]string{"JSON in JSON": asJSON(escapeNonASCII(asJSON(value, false)), false), "base64": base64.StdEncoding.EncodeToString([]byte(value))}
			for i, spelling := range spellings(value) {
				echoed[fmt.Sprintf("spelling %d", i)] = spelling
			}
			for spelling, text := range echoed {
				for part, text := range map[string]string{
					"whole": text, "its beginning": text[:len(text)/2], "its end": text[len(text)/2:], "its middle": text[len(text)/3 : len(text)/3+100],
				} {
					if got := mask.Text(`no such operator: "`+text+`" of s3cret-token`, []string{value}); got != masked {
						t.Errorf("%s, %s: %d bytes are left, %.100q", spelling, part, len(got), got)
					}
				}
			}
		})
	}
}

// TestMaskHidesALongValueThatTheEndCuts cuts it everywhere near the length from
// which on it is noticed.
func TestMaskHidesALongValueThatTheEndCuts(t *testing.T) {
	t.Parallel()
	for name, value := range longValues {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mask := NewMask(nil, false)
			for _, text := range []string{value, url.QueryEscape(value), asJSON(value, true), escapeNonASCII(asJSON(value, false))} {
				for cut := minPersonal; cut < 4*stretch; cut += 7 {
					shown := text[:cut]
					if got := mask.Quote("x="+shown, []string{value}); utf8.ValidString(shown) && strings.Contains(got, shown) {
						t.Fatalf("%d bytes: %q", cut, got)
					}
				}
			}
		})
	}
}

func TestMaskHidesAPartOfAValue(t *testing.T) {
	t.Parallel()
	value := prose(latin, 4*minLong)
	for text, want := range map[string]string{
		"too long: '" + value[:minLong] + "...'":     masked,
		"too long: '..." + value[minLong:] + "'":     masked,
		"not allowed: '" + value + "', operator":     "not allowed: '***', operator",
		"not allowed: '" + value[:stretch-1] + "...": "not allowed: '" + value[:stretch-1] + "...",
	} {
		if got := NewMask(nil, false).Text(text, []string{value}); got != want {
			t.Errorf("%q: got %q", text, got)
		}
	}
}

// A shorter value within a long one must not take it to pieces that are too small
// to be noticed.
func TestMaskHidesAPartWithAnotherValueInIt(t *testing.T) {
	t.Parallel()
	for name, size := range map[string]int{"that could be looked for": 400, "that could not": maxWhole + 100} {
		var b strings.Builder
		for b.Len() < size {
			fmt.Fprintf(&b, "Your shop order %d is sent by shop van. Please pay shop %d EUR. ", b.Len(), b.Len()/3)
		}
		for part, text := range map[string]string{"whole": b.String(), "a part": b.String()[:200]} {
			got := NewMask(nil, false).Text("Not allowed: '"+text+"'", []string{"shop", b.String()})
			if strings.Contains(got, "order") || strings.Contains(got, "pay") {
				t.Errorf("%s, %s: got %q", name, part, got)
			}
		}
	}
}

func TestMaskKeepsWhatManyTextsHave(t *testing.T) {
	t.Parallel()
	for _, common := range []string{strings.Repeat("-", 70), strings.Repeat(" ", 70), strings.Repeat("=-", 40)} {
		text := "No such bot.\n" + common + "\nSee the manual."
		if got := NewMask(nil, false).Text(text, []string{"Dear Jan,\n" + common + "\ngoodbye."}); got != text {
			t.Errorf("got %q", got)
		}
	}
}

func TestMaskKeepsWhatALongValueHasInCommon(t *testing.T) {
	t.Parallel()
	value := "Dear customer, " + prose(latin, 2*maxWhole) + " the operator will be with you soon."
	const text, short = "customer: the operator will be away, Nowak", "customer: the operator will be away, ***"
	if got := NewMask(nil, false).Text(text, []string{value, "Nowak"}); got != short {
		t.Errorf("got %q", got)
	}
}

// webhooks returns so many addresses of one host, as threads have them.
func webhooks(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("https://hooks.example.com/catch/%06d/%s", i, prose("0123456789abcdef", 16+i%40)[i%16:])
	}
	return all
}

func TestMaskHidesOneOfManyWebhooks(t *testing.T) {
	t.Parallel()
	all := webhooks(8_000)
	mask := NewMask([]string{"s3cret-token"}, true)
	for _, webhook := range all {
		mask.Learn(webhook)
	}
	for _, webhook := range []string{all[0], all[4_000], all[7_999]} {
		echoed := append(spellings(webhook), strings.ReplaceAll(webhook, "/", "&#x2F;"), strings.ReplaceAll(webhook, ":", "&#58;"))
		for _, text := range echoed {
			if got := mask.Text("to "+text+" with s3cret-token", nil); got != "to *** with ***" {
				t.Errorf("%s: %q", text, got)
			}
		}
		if got := mask.Text("to "+webhook[:len(webhook)-3], nil); got != "to ***" {
			t.Errorf("cut: %q", got)
		}
	}
	if got := mask.Text(strings.ReplaceAll(strings.Join(all[:30], " "), "/", "&#47;"), nil); strings.Contains(got, "catch") {
		t.Errorf("many of them: %.200q", got)
	}
}

// Without the whole of it, nothing would show that what is left of an address is one.
func TestMaskHidesAnAddressThatBeginsAsALearnedOne(t *testing.T) {
	t.Parallel()
	mask := NewMask(nil, true)
	mask.Learn("https://b.example/1")
	mask.Learn("b.example")
	for text, want := range map[string]string{
		"to https://b.example/1234 now":                     "to *** now",
		"to b.example now":                                  "to *** now",
		`{"webhookUrl":"https://b.example/1","other":"no"}`: `{"webhookUrl":"***","other":"no"}`,
	} {
		if got := mask.Text(text, nil); got != want {
			t.Errorf("%s: %q", text, got)
		}
	}
}

// BenchmarkMask is what one quote of an answer costs that repeats the beginning
// of a text that was sent.
func BenchmarkMask(b *testing.B) {
	for name, letters := range map[string]string{"ASCII": latin, "Chinese": chinese} {
		for _, size := range []int{1 << 8, 1 << 10, 1 << 14, 1 << 16} {
			b.Run(fmt.Sprintf("%s/%d", name, size), func(b *testing.B) {
				value := prose(letters, size)
				answer := `{"message":"no such operator: ` + value[:min(len(value), 8*maxQuoted)]
				b.ReportAllocs()
				for b.Loop() {
					NewMask([]string{"s3cret-token"}, false).Quote(answer, []string{value})
				}
			})
		}
	}
}
