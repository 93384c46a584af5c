package rest

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tfsdklog"
)

// benchmarkCall is a call with as much in it as any has.
var benchmarkCall = Call{
	Method: http.MethodPost,
	Path:   []string{"chat_conversations", "start"},
	Query: url.Values{
		"chat_queue_id": {"7"}, "client_name": {"Zażółć"}, "client_surname": {"Gęślą"},
		"client_email": {"jaźń@example.com"}, "client_id": {"c-1"}, "customer_id": {"12"},
	},
	Class:    Once,
	Limit:    1 << 20,
	Personal: []string{"Zażółć", "Gęślą", "jaźń@example.com", "c-1", "12"},
	Decode:   JSON(func(*struct{ ID string }) error { return nil }),
}

// answering is a transport that answers at once.
type answering string

func (a answering) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, ProtoMajor: 1, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(string(a))),
	}, nil
}

func benchmarkClient(transport http.RoundTripper) *Client {
	return New(Config{
		Service: "Thulium", BaseURL: "https://acme.thulium.com/api", UserAgent: "test", Secrets: []string{"secret"},
		Authorize: func(header http.Header) { header.Set("Authorization", "Basic c2VjcmV0") },
		Fault:     func([]byte) Fault { return Fault{} },
		Policy:    Policy{Timeout: 30 * time.Second, MaxRetries: 4, WaitMin: 500 * time.Millisecond, WaitMax: 30 * time.Second},
		Transport: transport, Interrupt: &Interrupt{},
	})
}

// BenchmarkDo is what a call costs but for the network: without a logger, as where nobody has asked for a log, and with
// one whose level is off.
func BenchmarkDo(b *testing.B) {
	client := benchmarkClient(answering(`{"ID":"1"}`))
	for name, ctx := range map[string]context.Context{
		"no logger":  context.Background(),
		"logger off": tfsdklog.NewRootProviderLogger(context.Background(), tfsdklog.WithLevelFromEnv("NO_SUCH_VARIABLE"), tfsdklog.WithStderrFromInit()),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := client.Do(ctx, benchmarkCall); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
