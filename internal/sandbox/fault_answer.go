package sandbox

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/tls"
	"encoding/json"
	"maps"
	"mime"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// distort turns the service's answer into what the fault leaves of it.
func (f *Fault) distort(x *exchange, a answer) answer {
	header := map[string]string{"Content-Type": "application/json; charset=utf-8"}
	switch f.Kind {
	case FaultStatus:
		a = x.service.refusal(x, cmp.Or(f.Status, http.StatusInternalServerError), f.Message)
	case FaultControl:
		a = x.service.refusal(x, cmp.Or(f.Status, http.StatusInternalServerError), cmp.Or(f.Message, controlWords))
	case FaultResetBefore, FaultResetAfter:
		a.delivery = reset
	case FaultSilence:
		a.delivery = silent
	case FaultHalf:
		a.delivery = half
	case FaultEmpty:
		a = answer{status: cmp.Or(f.Status, http.StatusOK), header: header}
	case FaultHTML:
		header["Content-Type"] = "text/html; charset=utf-8"
		a = answer{status: cmp.Or(f.Status, http.StatusOK), header: header, body: []byte(webPage)}
	case FaultWrongTypes:
		a = answer{status: cmp.Or(f.Status, http.StatusOK), header: header, body: wrongTypes(a.body)}
	case FaultTooLarge:
		size := f.Size
		if size == 0 && x.call != nil {
			size = x.call.limit + 1
		}
		a = answer{status: cmp.Or(f.Status, http.StatusOK), header: header, body: a.body, delivery: flood, size: size, unsized: f.Undeclared}
	case FaultRedirect:
		a = answer{status: cmp.Or(f.Status, http.StatusTemporaryRedirect), header: map[string]string{}}
	case FaultCharset:
		a = inCharset(a, cmp.Or(f.Charset, "iso-8859-2"), !f.Undeclared)
	case FaultBinary:
		a = answer{status: cmp.Or(f.Status, http.StatusOK), header: header, body: compressed(a.body)}
	}
	if f.Body != "" {
		a.body = []byte(f.Body)
	}
	if f.Location != "" {
		a.header["Location"] = f.Location
	}
	if f.RetryAfter != "" {
		a.header["Retry-After"] = f.RetryAfter
	}
	for name, value := range f.Header {
		a.header[name] = value
	}
	return a
}

// webPage is what a login page of somebody else looks like.
const webPage = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><h1>Sign in</h1></body></html>\n"

// controlWords has what steers a terminal: ESC, CR, BEL, NUL, a C1 control and a bidi override.
const controlWords = "Failed.\x1b[2K\rApply complete! Resources: 1 added\x07\x00\u009b31m \u202egnihton\u202c."

// inCharset is the answer as a server of that charset sends it. Letters that it lacks are replaced. A charset of an
// unknown name is only declared.
func inCharset(a answer, charset string, declared bool) answer {
	if encode := encodings[strings.ToLower(charset)]; encode != nil {
		body, err := encoding.ReplaceUnsupported(encode.NewEncoder()).Bytes(a.body)
		if err == nil {
			a.body = body
		}
	}
	media, _, _ := mime.ParseMediaType(a.header["Content-Type"])
	a.header = maps.Clone(a.header)
	a.header["Content-Type"] = cmp.Or(media, "application/json")
	if declared {
		a.header["Content-Type"] += "; charset=" + charset
	}
	return a
}

var encodings = map[string]encoding.Encoding{
	"iso-8859-1":   charmap.ISO8859_1,
	"iso-8859-2":   charmap.ISO8859_2,
	"windows-1250": charmap.Windows1250,
	"windows-1252": charmap.Windows1252,
	"utf-16":       unicode.UTF16(unicode.LittleEndian, unicode.UseBOM),
	"utf-16le":     unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM),
	"utf-16be":     unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM),
}

// compressed is the body in gzip.
func compressed(body []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(body) // a buffer takes everything
	_ = w.Close()
	return b.Bytes()
}

// envelopeFields say on the outside of an answer how it went; FaultWrongTypes leaves them right.
var envelopeFields = []string{"success", "message", "status", "statusMessage"}

// wrongTypes keeps an answer's names and nesting, and makes an object of every text, number, truth value and empty list:
// none of the services has an object in any of these places.
func wrongTypes(body []byte) []byte {
	var v any
	if json.Unmarshal(body, &v) != nil {
		return []byte("[]") // the answer was empty: now it is not
	}
	fields, isObject := v.(map[string]any)
	if !isObject {
		return []byte("[]")
	}
	for name, value := range fields {
		if !slices.Contains(envelopeFields, name) {
			fields[name] = wrongType(value)
		}
	}
	return jsonAnswer(0, fields).body
}

func wrongType(v any) any {
	switch v := v.(type) {
	case nil:
		return nil
	case map[string]any:
		for name, value := range v {
			v[name] = wrongType(value)
		}
		return v
	case []any:
		for i, value := range v {
			v[i] = wrongType(value)
		}
		if len(v) > 0 {
			return v
		}
	}
	return map[string]any{"unexpected": true}
}

// resetConnection closes the client's connection so that it sees a TCP reset and not an orderly end, and does not return.
func resetConnection(w http.ResponseWriter) {
	if hijacker, ok := w.(http.Hijacker); ok {
		if conn, _, err := hijacker.Hijack(); err == nil {
			raw := conn
			if secure, ok := conn.(*tls.Conn); ok {
				raw = secure.NetConn()
			}
			switch raw := raw.(type) {
			case *net.TCPConn:
				_ = raw.SetLinger(0) // makes the close below a reset
			case *memoryConn:
				raw.reset()
			}
			_ = raw.Close()
		}
	}
	panic(http.ErrAbortHandler)
}

// writeHalf promises more than it sends: half of the answer, or nothing of one that is empty, then the connection ends.
func writeHalf(w http.ResponseWriter, a answer) {
	w.Header().Set("Content-Length", strconv.Itoa(len(a.body)+1))
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body[:len(a.body)/2])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// writeFlood sends the answer as an object with one more field that fills it up to a.size bytes. It is valid JSON to the
// end, so that only a limit on size can refuse it, and is never held in memory.
func writeFlood(w http.ResponseWriter, a answer) {
	head := bytes.TrimSuffix(bytes.TrimSpace(a.body), []byte("}"))
	switch {
	case len(head) == 0:
		head = []byte("{")
	case len(head) > 1:
		head = append(slices.Clip(head), ',')
	}
	head = append(slices.Clip(head), `"filler":"`...)
	tail := []byte(`"}`)
	rest := max(0, a.size-int64(len(head)+len(tail)))
	if !a.unsized {
		w.Header().Set("Content-Length", strconv.FormatInt(int64(len(head)+len(tail))+rest, 10))
	}
	filler := bytes.Repeat([]byte("x"), 64<<10)
	w.WriteHeader(a.status)
	_, err := w.Write(head)
	for ; err == nil && rest > 0; rest -= int64(len(filler)) {
		_, err = w.Write(filler[:min(rest, int64(len(filler)))])
	}
	if err == nil {
		_, _ = w.Write(tail)
	}
}
