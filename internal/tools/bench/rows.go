package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

const apply, plan, destroy = "apply -auto-approve", "plan", "destroy -auto-approve"

// thulium counts the requests too: a start and a stop each, and a page for each hundred at both refreshes.
func (b *bench) thulium(ctx context.Context) ([]row, error) {
	ours, rows, err := b.life(ctx, "thulium_chat_conversation", "chat_queue_id = 7\nclient_email = \"customer-${count.index}@example.com\"",
		map[string]float64{apply: 1.4, plan: 1.6, destroy: 1.25})
	fewest := float64(2*b.resources + 2*((b.resources+99)/100))
	return append(rows, row{fmt.Sprintf("requests over the life of %d / the fewest", b.resources), "", 1, ours.requests, []float64{fewest}}), err
}

func (b *bench) jelou(ctx context.Context) ([]row, error) {
	_, rows, err := b.life(ctx, "jelou_conversation", "bot_id = \"bot-1\"\nuser_id = \"user-${count.index}\"",
		map[string]float64{apply: 1.4, plan: 2, destroy: 1.6})
	return rows, err
}

// life measures apply, plan with refresh and destroy of many resources of a type against a bare provider.
func (b *bench) life(ctx context.Context, typeName, arguments string, goals map[string]float64) (ours *side, rows []row, err error) {
	configuration := fmt.Sprintf("resource %q \"bench\" {\nprovider = conversation\ncount = %d\n%s\n}\n", typeName, b.resources, arguments)
	ours = &side{mirror: b.ours, configuration: configuration}
	bare := &side{mirror: b.bare, configuration: configuration}
	commands := []string{apply, plan, destroy}
	err = b.measure(ctx, commands, ours, bare)
	for _, command := range commands {
		what := fmt.Sprintf("%s of %d %s / bare provider", strings.Fields(command)[0], b.resources, typeName)
		rows = append(rows, row{what, "s", goals[command], ours.seconds[command], bare.seconds[command]})
	}
	return ours, rows, err
}

// thread reads long threads with a data source, and the same answer as a text that the configuration decodes. The longest
// has 14 MB.
func (b *bench) thread(ctx context.Context) ([]row, error) {
	const objects, text = "data.chatbot_thread.bench.messages", "jsondecode(data.chatbot_thread.bench.mode).data.thread.messages"
	const few, some, many = 1_000, 10_000, 20_000
	reading := func(messages int, value string) *side {
		s := &side{mirror: b.ours}
		s.configuration = fmt.Sprintf("data \"chatbot_thread\" \"bench\" {\nprovider = conversation\nchatbot_id = %q\nthread_id = %q\n}\n"+
			"output \"messages\" {\nvalue = length(%s)\n}\n", sandbox.ChatbotID, "long", value)
		s.prepare = func(box *sandbox.Sandbox) {
			box.AddThread(sandbox.ChatbotID, "long", longThread(messages))
			warm(box, sandbox.ChatbotPath+"/chatbots/"+sandbox.ChatbotID+"/threads/long")
		}
		if value == text {
			answer := filepath.Join(b.dir, fmt.Sprint(messages))
			s.mirror, s.environment = b.bare, map[string]string{"BENCH_ANSWER": answer}
			s.prepare = func(*sandbox.Sandbox) {
				_ = os.WriteFile(answer, fmt.Appendf(nil, `{"success":true,"data":{"thread":%s}}`, longThread(messages)), 0o644)
			} // else the bare provider says so
		}
		return s
	}
	fewObjects, fewText := reading(few, objects), reading(few, text)
	manyObjects, manyText := reading(many, objects), reading(many, text)
	someObjects := reading(some, objects)
	if err := b.measure(ctx, []string{apply}, fewObjects, fewText, manyObjects, manyText, someObjects); err != nil {
		return nil, err
	}
	base := median(fewObjects.seconds[apply])
	growth := (median(manyObjects.seconds[apply]) - base) / (median(someObjects.seconds[apply]) - base)
	const what = "apply of a data source with a thread of %d messages / the same as text for jsondecode"
	return []row{
		{fmt.Sprintf(what, few), "s", 1.2, fewObjects.seconds[apply], fewText.seconds[apply]},
		{fmt.Sprintf(what, many), "s", 2, manyObjects.seconds[apply], manyText.seconds[apply]},
		{"time for 19,000 messages more / for 9,000 more, against linear growth", "", 1.3, []float64{growth}, []float64{19. / 9}},
		{"peak memory of the provider for 20,000 messages / the limit", "MB", 1, manyObjects.peak, []float64{400}},
	}, nil
}

// warm asks the sandbox once before the clock runs, because its first answer of this length costs ten times the next one.
func warm(box *sandbox.Sandbox, path string) {
	request := httptest.NewRequestWithContext(context.Background(), http.MethodGet, path, nil)
	request.Header.Set("Authorization", "Bearer "+sandbox.ChatbotToken)
	box.ServeHTTP(httptest.NewRecorder(), request)
}

// longThread is a thread of so many messages, as the service has it under data.thread.
func longThread(messages int) []byte {
	const at = "2026-11-22T08:00:00Z"
	question, answer := strings.Repeat("Where is my parcel? ", 6), strings.Repeat("It left our warehouse in Łódź on Friday. ", 5)
	list := make([]string, messages)
	for i := range list {
		list[i] = fmt.Sprintf(`{"messageId":"%d","question":{"text":%q,"timestamp":%q},"answer":{"text":%q,"timestamp":%q},`+
			`"reaction":"NEUTRAL","sources":["https://shop.example/delivery"],"messageType":"NORMAL_MESSAGE","systemMessageType":null,`+
			`"iconUrl":null,"prompts":[{"id":"1","title":"Contact","description":"How can I reach you?"}],"gptModel":"gpt-4o"}`,
			365062948587045457+i, question, at, answer, at)
	}
	return fmt.Appendf(nil, `{"threadId":"long","chatbotId":%q,"mode":"AI","messages":[%s],"startedAt":%q,"updatedAt":%q,"webhookUrl":null,`+
		`"totalMessagesRead":%d,"chatUserId":null,"chatUser":null}`, sandbox.ChatbotID, strings.Join(list, ","), at, at, messages)
}

// messages asks a chatbot that takes its time.
func (b *bench) messages(ctx context.Context) ([]row, error) {
	const asked, parallel, model = 100, 20, 2 * time.Second
	command := fmt.Sprintf("%s -parallelism=%d", apply, parallel)
	s := &side{mirror: b.ours, prepare: func(box *sandbox.Sandbox) {
		box.Set(func(k *sandbox.Knobs) {
			k.ThreadUnknown, k.AnswerDelay = sandbox.ThreadUnknownCreated, sandbox.Duration(model)
		})
	}}
	s.configuration = fmt.Sprintf("resource \"chatbot_message\" \"bench\" {\nprovider = conversation\ncount = %d\nchatbot_id = %q\n"+
		"thread_id = \"thread-${count.index}\"\ntext = \"Where is my parcel?\"\n}\n", asked, sandbox.ChatbotID)
	err := b.measure(ctx, []string{command}, s)
	what := fmt.Sprintf("apply of %d chatbot_message with -parallelism=%d, a model that takes %s / its time alone", asked, parallel, model)
	return []row{{what, "s", 1.25, s.seconds[command], []float64{asked / parallel * model.Seconds()}}}, err
}
