package sandbox

import (
	"net/http"
	"time"
)

// jelouTime is RFC 3339 with milliseconds, as JavaScript writes it.
const jelouTime = "2006-01-02T15:04:05.000Z07:00"

// jelouReading is data of a reading.
type jelouReading struct {
	ID          string      `json:"_id"`
	RoomID      string      `json:"roomId"`
	State       string      `json:"state"`
	StartAt     string      `json:"startAt"`
	EndAt       string      `json:"endAt,omitempty"`
	EndedReason string      `json:"endedReason,omitempty"`
	User        jelouPerson `json:"User"`
	Bot         named       `json:"Bot"`
}

type jelouPerson struct {
	ID          string `json:"id"`
	Names       string `json:"names"`
	ReferenceID string `json:"referenceId"`
}

// readConversation is GET external-support/{projectId}/conversations/{conversationId}. It emits nothing.
func (s *Sandbox) readConversation(x *exchange) answer {
	c := s.jelou.byID[x.ids[1]]
	if c == nil || c.Project != x.project.ID {
		return s.readUnknown()
	}
	data := jelouReading{
		ID: c.ID, RoomID: c.RoomID, State: "active", StartAt: jelouMoment(c.StartAt),
		User: jelouPerson{c.User, userName(c.User), c.User}, Bot: named{c.Bot, botName(c.Bot)},
	}
	if s.knobs.ReadUser == ReadUserReference {
		data.User.ID = "internal-" + c.User
	}
	if !s.isActive(c, x.now) {
		data.State, data.EndAt, data.EndedReason = "closed", jelouMoment(*c.EndAt), c.EndedReason
	}
	a := jsonAnswer(http.StatusOK, s.jelouSuccess("Conversation found", data))
	a.acted = true
	return a
}

func jelouMoment(t time.Time) string {
	return t.UTC().Format(jelouTime)
}

// readUnknown is the answer for a conversation that the project does not have. Its form is not documented.
func (s *Sandbox) readUnknown() answer {
	switch s.knobs.ReadUnknown {
	case ReadUnknownFailed:
		return s.jelouRefusal(http.StatusOK, conversationNotFound)
	case ReadUnknownBare:
		return jsonAnswer(http.StatusNotFound, map[string]string{"message": "Not Found"})
	case ReadUnknownHTML:
		return answer{
			status: http.StatusNotFound, body: []byte(webPage),
			header: map[string]string{"Content-Type": "text/html; charset=utf-8"},
		}
	}
	return s.jelouRefusal(http.StatusNotFound, conversationNotFound)
}
