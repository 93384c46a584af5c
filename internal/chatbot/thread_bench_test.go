package chatbot

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/cli/bench/longthread"
)

// BenchmarkDecodeThread is the decoding of an answer. x-json says how many times as long it takes as encoding/json
// needs to decode it into an any.
func BenchmarkDecodeThread(b *testing.B) {
	for _, messages := range longthread.Sizes {
		b.Run(fmt.Sprint(messages), func(b *testing.B) {
			answer := longthread.Answer(messages)
			b.ReportAllocs()
			b.SetBytes(int64(len(answer)))
			var decoding, intoAny time.Duration
			for b.Loop() {
				var decoded *Thread
				started := time.Now()
				if err := decodeThread(&decoded, longthread.ID, unheard)(bytes.NewReader(answer)); err != nil {
					b.Fatal(err)
				}
				decoding += time.Since(started)
				if len(decoded.Messages) != messages {
					b.Fatalf("%d messages", len(decoded.Messages))
				}
				b.StopTimer()
				started = time.Now()
				var value any
				if err := json.Unmarshal(answer, &value); err != nil {
					b.Fatal(err)
				}
				intoAny += time.Since(started)
				b.StartTimer()
			}
			b.ReportMetric(float64(decoding)/float64(intoAny), "x-json")
		})
	}
}
