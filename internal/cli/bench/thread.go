package main

import (
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/cli"
	"github.com/conversation-tools/terraform-provider-conversation/internal/cli/bench/longthread"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// messages is how long the long thread is.
const messages = 20_000

// asObjects reads a thread with the data source.
var asObjects = fmt.Sprintf(`data "chatbot_thread" "bench" {
  provider   = conversation
  chatbot_id = %q
  thread_id  = %q
}

output "messages" {
  value = length(data.chatbot_thread.bench.messages)
}
`, longthread.ChatbotID, longthread.ID)

// asText reads it as one string that the configuration decodes.
var asText = fmt.Sprintf(`data "chatbot_thread_text" "bench" {
  provider   = conversation
  chatbot_id = %q
  thread_id  = %q
}

output "messages" {
  value = length(jsondecode(data.chatbot_thread_text.bench.body).data.thread.messages)
}
`, longthread.ChatbotID, longthread.ID)

// thread measures the apply of a data source with a long thread.
func thread(ctx context.Context, b *bench) ([]row, error) {
	long := longthread.New(messages)
	objects, text := []float64{}, []float64{}
	for run := range b.runs {
		b.say("run %d of %d: a thread of %d messages", run+1, b.runs, messages)
		for _, side := range []struct {
			name          string
			mirror        *cli.Mirror
			configuration string
			into          *[]float64
		}{{"text", b.nothing, asText, &text}, {"objects", b.real, asObjects, &objects}} {
			took, err := func() (time.Duration, error) {
				scene, err := b.newScene(ctx, side.name, side.mirror, side.configuration)
				if scene != nil {
					defer scene.close()
				}
				if err != nil {
					return 0, err
				}
				scene.sandbox.AddThread(longthread.ChatbotID, longthread.ID, long)
				return scene.time(ctx, b, "apply", "-auto-approve")
			}()
			if err != nil {
				return nil, err
			}
			*side.into = append(*side.into, took.Seconds())
		}
	}
	return []row{ratioRow("apply of a data source with a thread of 20,000 messages / as text for jsondecode", "s", objects, text, 1.15)}, nil
}

// slow makes each call of the sandbox take so long.
func (s *scene) slow(latency time.Duration) {
	s.sandbox.Set(func(k *sandbox.Knobs) { k.Latency = sandbox.Duration(latency) })
}

var benchmarkLine = regexp.MustCompile(`BenchmarkReadThread/(\d+)\S*\s+\d+\s+(\d+) ns/op.*?\s([\d.]+) x-json`)

// reading takes the row of ReadDataSource in process from its Go benchmark.
func reading(ctx context.Context, b *bench) ([]row, error) {
	b.say("go test -bench ReadThread ./internal/provider")
	test := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", "^BenchmarkReadThread$",
		"-benchtime", fmt.Sprintf("%dx", 2*b.runs), "./internal/provider")
	test.Dir = b.root
	output, err := test.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("%w\n%s", err, output)
	}
	perMessage, times := map[string]float64{}, map[string]float64{}
	for _, found := range benchmarkLine.FindAllStringSubmatch(string(output), -1) {
		count, _ := strconv.ParseFloat(found[1], 64) // digits
		total, _ := strconv.ParseFloat(found[2], 64)
		times[found[1]], _ = strconv.ParseFloat(found[3], 64)
		perMessage[found[1]] = total / count
	}
	const few, many = "1000", "20000"
	growth := perMessage[many] / perMessage[few]
	if times[many] == 0 || perMessage[few] == 0 {
		return nil, fmt.Errorf("no result of BenchmarkReadThread in:\n%s", output)
	}
	return []row{
		{
			What: "ReadDataSource of a thread of 20,000 messages, in process / encoding/json into any", Ratio: times[many],
			Goal: "≤ 15", Met: times[many] <= 15,
		},
		{
			What: "time for a message in a thread of 20,000 / in one of 1,000", Ratio: growth, Goal: "≤ 1.5 (linear)", Met: growth <= 1.5,
		},
	}, nil
}
