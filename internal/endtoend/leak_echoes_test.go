package endtoend

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// echoes are faults whose answers contain what was sent, in every escaping that a service or a gateway may use.
func echoes(call string, envelope func(words []string) string, sent []string) []sandbox.Fault {
	var out []sandbox.Fault
	status := func(status int, body string) {
		out = append(out, sandbox.Fault{Call: call, Kind: sandbox.FaultStatus, Status: status, Body: body})
	}
	// In the service's own envelope, where each message is a text of its own.
	statuses := []int{400, 401, 403, 405, 409, 422, 500, 502, 504}
	for i, escape := range escapings {
		escaped := make([]string, len(sent))
		for j, value := range sent {
			escaped[j] = "you sent " + escape(value) + "."
		}
		status(statuses[i%len(statuses)], envelope(escaped))
	}
	// On pages and in plain text, of which the beginning is quoted: once from the front, once from the back.
	for range 2 {
		plain := strings.Join(sent, "\n")
		page := "<!DOCTYPE html><html><body><pre>" + html.EscapeString(plain) + "</pre></body></html>"
		header := map[string]string{"Content-Type": "text/html"}
		out = append(out,
			sandbox.Fault{Call: call, Kind: sandbox.FaultStatus, Status: 502, Body: page, Header: header},
			sandbox.Fault{Call: call, Kind: sandbox.FaultStatus, Status: 500, Body: plain, Header: map[string]string{"Content-Type": "text/plain"}},
		)
		if call != callStop && call != callMessage { // which end well with a 2xx, or with a warning
			out = append(out,
				sandbox.Fault{Call: call, Kind: sandbox.FaultHTML, Body: page},
				sandbox.Fault{Call: call, Kind: sandbox.FaultWrongTypes, Body: "Debug: " + plain},
				sandbox.Fault{Call: call, Kind: sandbox.FaultWrongTypes, Body: `["` + strings.Join(each(sent, jsonText), `","`) + `"]`},
			)
		}
		sent = slices.Clone(sent)
		slices.Reverse(sent)
	}
	// In two bytes a letter: with a mark and a declaration, with a mark alone, and with neither.
	wide := utf16Text(strings.Join(sent, "\n"))
	for contentType, body := range map[string]string{
		"application/json; charset=utf-16": "\xff\xfe" + utf16Text(envelope(sent)), "text/plain": "\xff\xfe" + wide, "text/html": wide,
	} {
		out = append(out, sandbox.Fault{
			Call: call, Kind: sandbox.FaultStatus, Status: 500, Body: body, Header: map[string]string{"Content-Type": contentType},
		})
	}
	for _, value := range sent {
		// Cut in the middle of a value: by the end of the connection, and by the length of what is quoted.
		if call != callStop && call != callMessage {
			front := `{"debug":"` + jsonText(value[:len(value)/2])
			out = append(out, sandbox.Fault{Call: call, Kind: sandbox.FaultHalf, Body: front + strings.Repeat("x", len(front))})
		}
		status(500, strings.Repeat("x", 512-len(value)/2)+value)
		query := url.Values{"client_email": {value}, "other": {value}, "next": {"/login?again=" + url.QueryEscape(value)}}.Encode()
		out = append(out, sandbox.Fault{
			Call: call, Kind: sandbox.FaultRedirect, Status: http.StatusFound,
			Location: "https://user:" + url.PathEscape(value) + "@login.fake.example/from/" + url.PathEscape(value) + "?" + query + "#" + url.QueryEscape(value),
		})
	}
	return out
}

// escapings are the ways to write a value that an answer echoes.
var escapings = []func(string) string{
	func(value string) string { return value },
	jsonText,
	asciiJSON,
	strconv.Quote,
	func(value string) string { return strings.ReplaceAll(jsonText(value), "/", `\/`) },
	url.QueryEscape,
	url.PathEscape,
	func(value string) string { return strings.ToLower(url.QueryEscape(value)) },
	func(value string) string { return url.QueryEscape(url.QueryEscape(value)) },
	html.EscapeString,
	func(value string) string { return jsonText(`{"debug":"` + jsonText(value) + `"}`) },
	letterEntities,
	func(value string) string { return hex.EncodeToString([]byte(value)) },
	func(value string) string { return base64.StdEncoding.EncodeToString([]byte(value)) },
	func(value string) string { return base64.RawURLEncoding.EncodeToString([]byte(value)) },
	func(value string) string {
		return base64.StdEncoding.EncodeToString([]byte("Authorization: Basic " + value))
	},
	func(value string) string {
		return base64.StdEncoding.EncodeToString([]byte("Authorization: Bearer " + value + "\r\n"))
	},
	func(value string) string {
		return base64.StdEncoding.EncodeToString([]byte(`{"value":"` + jsonText(value) + `"}`))
	},
}

// letterEntities writes each letter as an entity.
func letterEntities(value string) string {
	var b strings.Builder
	for _, letter := range value {
		fmt.Fprintf(&b, "&#%d;", letter)
	}
	return b.String()
}

// utf16Text is value in UTF-16, the low byte first.
func utf16Text(value string) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune(value)) {
		b = binary.LittleEndian.AppendUint16(b, unit)
	}
	return string(b)
}

func jsonText(value string) string { return inJSON(value, true) }

func each(values []string, change func(string) string) []string {
	out := make([]string, len(values))
	for i, value := range values {
		out[i] = change(value)
	}
	return out
}

// mustJSON is v as JSON; what is given to it always has that form.
func mustJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func thuliumEnvelope(words []string) string {
	var errors []map[string]any
	for _, word := range words {
		errors = append(errors, map[string]any{"message": word, "code": 111111})
	}
	return mustJSON(map[string]any{"request_id": "53678450401cf", "errors": errors})
}

func jelouEnvelope(words []string) string {
	return mustJSON(map[string]any{
		"message": words, "statusMessage": "failed", "status": 0, "validationError": map[string]any{"userId": words},
		"error": map[string]any{"code": "E1019", "key": "BOT_NOT_FOUND", "description": words[0], "developerMessages": map[string]string{"en": words[len(words)-1]}},
	})
}

func chatbotEnvelope(words []string) string {
	return mustJSON(map[string]any{
		"success": false, "message": words[0], "data": nil,
		"error": map[string]any{"code": "REQUEST_VALIDATION_FAILED", "message": words[len(words)-1], "details": words},
	})
}

// cutThreads are answers with the thread itself that are no good.
func (s *leakStage) cutThreads() []sandbox.Fault {
	thread := string(leakThreadJSON(s.t))
	whole := `{"success":true,"data":{"thread":` + thread + `}}`
	return []sandbox.Fault{
		{Call: callThread, Kind: sandbox.FaultHalf},
		{Call: callThread, Kind: sandbox.FaultWrongTypes},
		{Call: callThread, Kind: sandbox.FaultHalf, Body: whole + strings.Repeat(" ", len(whole)-20)},
		{Call: callThread, Kind: sandbox.FaultWrongTypes, Body: strings.Replace(whole, leakThread, "another-thread", 1)},
		{Call: callThread, Kind: sandbox.FaultWrongTypes, Body: strings.Replace(whole, `"messages":[`, `"messages":["`+jsonText(fakeQuestion)+`",`, 1)},
		{Call: callThread, Kind: sandbox.FaultWrongTypes, Body: "webhookUrl: " + whole},
		{Call: callThread, Kind: sandbox.FaultWrongTypes, Body: whole + whole},
	}
}
