package sandbox

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Kinds of message that the sandbox makes.
const (
	messageNormal = "NORMAL_MESSAGE" // a question that the chatbot answers
	messageUser   = "USER_MESSAGE"   // a question in a thread that an agent has taken over
	messageAgent  = "AGENT_MESSAGE"
)

// askRequest is the body of a message.
type askRequest struct {
	text, thread, from, agent, icon string
}

// askChatbot is POST chatbots/{chatbotId}/message. The question is in its thread from the start; the answer comes when
// the model has made it, whoever is still listening. Nothing keeps a repeated one from being asked twice.
func (s *Sandbox) askChatbot(x *exchange) answer {
	request, wrong := parseAsk(x)
	if len(wrong) > 0 {
		return s.chatbotInvalid(wrong)
	}
	chatbot := x.ids[0]
	t := s.threads.find(chatbot, request.thread)
	switch {
	case request.thread == "" || t == nil && s.knobs.ThreadUnknown == ThreadUnknownCreated:
		t = s.beginThread(chatbot, request.thread, modeAI, x.now)
	case t == nil:
		return s.noThread(chatbot)
	}
	if err := t.split(); err != nil {
		return s.chatbotStatus(x, http.StatusInternalServerError, err.Error())
	}
	x.log.Thread = t.text("threadId")
	m := s.newMessage(request, t.text("mode"), x.now)
	t.messages = append(t.messages, m)
	t.set("updatedAt", threadMoment(x.now))
	whole := func() answer { return s.messageAnswer(t, m) }
	if m.MessageType != messageNormal || s.knobs.Answering == AnsweringNever {
		return whole()
	}
	text, sources := s.answerTo(request.text), slices.Clone(s.knobs.AnswerSources)
	if s.knobs.Answering == AnsweringLater {
		m.asked, m.pending, m.Sources = x.now, text, nonNil(sources)
		return whole()
	}
	return answer{acted: true, wait: time.Duration(s.knobs.AnswerDelay), rest: func() answer {
		m.answer(text, sources, x.now)
		t.set("updatedAt", threadMoment(x.now))
		return whole()
	}}
}

// newMessage is a message as it stands when it was sent.
func (s *Sandbox) newMessage(r askRequest, mode string, now time.Time) *threadMessage {
	text := &said{r.text, threadMoment(now)}
	m := &threadMessage{
		MessageID: s.threads.nextMessageID(), Question: text, Reaction: "NEUTRAL", Sources: []string{},
		MessageType: messageNormal, Prompts: []any{},
	}
	switch {
	case r.from == modeAgent:
		m.Question, m.Answer, m.MessageType = nil, text, messageAgent
		m.AgentName, m.IconURL = orNull(r.agent), orNull(r.icon)
	case mode == modeAgent:
		m.MessageType = messageUser
	}
	return m
}

func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// answerTo is the chatbot's answer to a question.
func (s *Sandbox) answerTo(question string) string {
	for of, answer := range s.knobs.Answers {
		if strings.EqualFold(strings.TrimSpace(of), strings.TrimSpace(question)) {
			return answer
		}
	}
	return strings.ReplaceAll(s.knobs.AnswerText, "{message}", question)
}

// messageAnswer is the answer with m. Its id is called id here, and messageId in a thread.
func (s *Sandbox) messageAnswer(t *thread, m *threadMessage) answer {
	message := struct {
		ID          string          `json:"id"`
		Question    any             `json:"question"`
		Answer      any             `json:"answer"`
		Sources     []string        `json:"sources"`
		GPTModel    *string         `json:"gptModel"`
		Reaction    string          `json:"reaction"`
		ThreadID    string          `json:"threadId"`
		MessageType string          `json:"messageType"`
		IconURL     *string         `json:"iconUrl"`
		AgentName   *string         `json:"agentName"`
		Prompts     []any           `json:"prompts"`
		ChatbotID   json.RawMessage `json:"chatbotId"`
	}{
		m.MessageID, s.saidForm(m.Question), s.saidForm(m.Answer), m.Sources, m.GPTModel, m.Reaction, t.text("threadId"),
		m.MessageType, m.IconURL, m.AgentName, m.Prompts, t.fields["chatbotId"],
	}
	a := s.chatbotDone("Message sent successfully", map[string]any{"message": message})
	a.body = s.reshaped(a.body, false)
	a.acted = true
	return a
}

// saidForm is a question or an answer in the form that the knob chooses: the call's own is not documented.
func (s *Sandbox) saidForm(what *said) any {
	switch {
	case what == nil:
		return nil
	case s.knobs.AnswerForm == AnswerFormTexts:
		return what.Text
	}
	return what
}

// parseAsk reads the body of a message and collects all that is wrong with it.
func parseAsk(x *exchange) (r askRequest, wrong []string) {
	fields := x.fields(false, &wrong)
	if fields == nil {
		return r, wrong
	}
	r.text = textField(fields, "message", &wrong)
	if isAbsent(fields["message"]) || strings.TrimSpace(r.text) == "" && len(wrong) == 0 {
		wrong = append(wrong, "message is required")
	}
	r.thread = textField(fields, "threadId", &wrong)
	r.from = textField(fields, "from", &wrong)
	r.agent = textField(fields, "agentName", &wrong)
	r.icon = textField(fields, "iconUrl", &wrong)
	if !slices.Contains([]string{"", "USER", modeAgent}, r.from) {
		wrong = append(wrong, "from must be one of USER, AGENT")
	}
	if r.from == modeAgent && r.thread == "" {
		wrong = append(wrong, "threadId is required when from is AGENT")
	}
	return r, wrong
}
