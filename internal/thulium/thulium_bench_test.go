package thulium

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// benchmarkRows is how many chats are listed: as many as the limit on requests allows.
const benchmarkRows = maxRequests * pageSize

// memory answers a start, and a listing of benchmarkRows chats, at once.
type memory struct{ pages [][]byte }

func newMemory(b *testing.B) *memory {
	b.Helper()
	m := &memory{}
	for offset := 0; offset < benchmarkRows; offset += pageSize {
		rows := make([]map[string]any, pageSize)
		for i := range rows {
			rows[i] = map[string]any{
				"conversation_id": fmt.Sprintf("7f2c1d9e-2f43-4f0e-9a0c-%012d", offset+i), "chat_queue_id": 7, "status": "OPEN",
				"created_at": "2026-11-22 12:34:56", "closed_at": nil, "client_email": "customer@example.com",
				"client_name": "Jan Kowalski", "customer_id": offset + i,
			}
		}
		page, err := json.Marshal(map[string]any{"count": benchmarkRows, "result": rows})
		if err != nil {
			b.Fatal(err)
		}
		m.pages = append(m.pages, page)
	}
	return m
}

func (m *memory) RoundTrip(request *http.Request) (*http.Response, error) {
	body := []byte(`{"conversation_id":"7f2c1d9e-2f43-4f0e-9a0c-7a0f4ab0a6b1"}`)
	if request.Method == http.MethodGet {
		offset, _ := strconv.Atoi(request.URL.Query().Get("offset"))
		body = m.pages[offset/pageSize]
	}
	return &http.Response{
		StatusCode: http.StatusOK, ProtoMajor: 1, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(bytes.NewReader(body)),
	}, nil
}

func (m *memory) client() *Client {
	return New(rest.Config{
		BaseURL: "https://acme.thulium.com/api", Transport: m, Interrupt: &rest.Interrupt{},
		Policy: rest.Policy{Timeout: time.Minute},
	}, "user", "password")
}

// BenchmarkStart is a start but for the network.
func BenchmarkStart(b *testing.B) {
	client := newMemory(b).client()
	customer := int64(12)
	b.ReportAllocs()
	for b.Loop() {
		_, err := client.Start(b.Context(), Start{
			QueueID: 7, ClientName: "Jan", ClientSurname: "Kowalski", ClientEmail: "jan@example.com", ClientID: "c-1", CustomerID: &customer,
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFind looks in a listing of 10,000 chats for the last: what reading it costs but for the network, and what
// every further question costs.
func BenchmarkFind(b *testing.B) {
	memory := newMemory(b)
	last := fmt.Sprintf("7f2c1d9e-2f43-4f0e-9a0c-%012d", benchmarkRows-1)
	began := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	look := func(b *testing.B, client *Client) {
		b.Helper()
		if _, found, err := client.Find(b.Context(), 7, last, began); !found || err != nil {
			b.Fatal(found, err)
		}
	}
	b.Run("first", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			look(b, memory.client())
		}
	})
	b.Run("again", func(b *testing.B) {
		client := memory.client()
		b.ReportAllocs()
		for b.Loop() {
			look(b, client)
		}
	})
}
