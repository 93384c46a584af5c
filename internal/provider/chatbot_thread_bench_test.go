package provider

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/conversation-tools/terraform-provider-conversation/internal/chatbot"
	"github.com/conversation-tools/terraform-provider-conversation/internal/cli/bench/longthread"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// BenchmarkReadThread is ReadDataSource over the protocol, the HTTP exchange included. x-json says how many times as
// long it takes as encoding/json needs to decode the same answer into an any.
func BenchmarkReadThread(b *testing.B) {
	for _, messages := range longthread.Sizes {
		b.Run(fmt.Sprint(messages), func(b *testing.B) {
			answer := longthread.Answer(messages)
			service := newThreadService(b, answer)
			server := newServer(service.provider(), true)
			request := service.request(b, server)

			b.ReportAllocs()
			b.SetBytes(int64(len(answer)))
			var reading, decoding time.Duration
			for b.Loop() {
				started := time.Now()
				response, err := server.ReadDataSource(b.Context(), request)
				reading += time.Since(started)
				if err != nil || len(response.Diagnostics) > 0 {
					b.Fatal(err, response)
				}
				b.StopTimer()
				decoding += decodeIntoAny(b, answer)
				b.StartTimer()
			}
			b.ReportMetric(float64(reading)/float64(decoding), "x-json")
		})
	}
}

// decodeIntoAny returns how long encoding/json takes for a text.
func decodeIntoAny(b *testing.B, text []byte) time.Duration {
	b.Helper()
	started := time.Now()
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		b.Fatal(err)
	}
	return time.Since(started)
}

// BenchmarkPackMessages is the mapping alone.
func BenchmarkPackMessages(b *testing.B) {
	for _, messages := range longthread.Sizes {
		b.Run(fmt.Sprint(messages), func(b *testing.B) {
			var decoded chatbot.Thread
			if err := json.Unmarshal(longthread.New(messages), &decoded); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				b.SetBytes(int64(len(packMessages(decoded.Messages))))
			}
		})
	}
}

// Both servers say the same, to the byte but for the order of an object's attributes, which has no meaning.
func TestServerPutsMessagesIn(t *testing.T) {
	t.Parallel()
	service := newThreadService(t, longthread.Answer(3))
	framework := providerserver.NewProtocol6(service.provider())()
	request := service.request(t, framework)
	want, err := framework.ReadDataSource(t.Context(), request)
	if err != nil || failed(want.Diagnostics) {
		t.Fatal(err, want)
	}
	for _, silent := range []bool{true, false} {
		server := newServer(service.provider(), silent)
		service.request(t, server)
		got, err := server.ReadDataSource(t.Context(), request)
		if err != nil || failed(got.Diagnostics) {
			t.Fatal(err, got)
		}
		if !bytes.Equal(got.State.MsgPack, want.State.MsgPack) {
			t.Errorf("silent %t:\n%q\nwant\n%q", silent, got.State.MsgPack, want.State.MsgPack)
		}
	}
}

// threadService answers every request with one thread.
type threadService struct{ url string }

func newThreadService(tb testing.TB, answer []byte) threadService {
	tb.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(answer)
	}))
	tb.Cleanup(server.Close)
	return threadService{server.URL}
}

func (s threadService) provider() *conversationProvider {
	environment := map[string]string{envChatbotBaseURL: s.url, envChatbotToken: "token"}
	getenv := func(name string) string { return environment[name] }
	return &conversationProvider{version: "test", interrupt: &rest.Interrupt{}, getenv: getenv}
}

// request configures the server and returns a request for the thread.
func (s threadService) request(tb testing.TB, server tfprotov6.ProviderServer) *tfprotov6.ReadDataSourceRequest {
	tb.Helper()
	schemas, err := server.GetProviderSchema(tb.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		tb.Fatal(err)
	}
	encode := func(schema *tfprotov6.Schema, block values) *tfprotov6.DynamicValue {
		typ := schema.ValueType()
		value, err := tfprotov6.NewDynamicValue(typ, terraformValue(typ, block))
		if err != nil {
			tb.Fatal(err)
		}
		return &value
	}
	configured, err := server.ConfigureProvider(tb.Context(), &tfprotov6.ConfigureProviderRequest{Config: encode(schemas.Provider, values{})})
	if err != nil || failed(configured.Diagnostics) {
		tb.Fatal(err, configured)
	}
	return &tfprotov6.ReadDataSourceRequest{
		TypeName: "chatbot_thread",
		Config: encode(schemas.DataSourceSchemas["chatbot_thread"], values{
			"chatbot_id": longthread.ChatbotID, "thread_id": longthread.ID,
		}),
	}
}
