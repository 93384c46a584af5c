package sandbox

import (
	"encoding/json"
	"net/http"
	"slices"
)

// Calls of Jelou, as the log and the faults name them.
const (
	callJelouStart   = "jelou.start"
	callClose        = "jelou.close"
	callConversation = "jelou.conversation"
)

// jelouService is https://docs.jelou.ai, external support: starting a conversation, closing it, and reading it.
func (s *Sandbox) jelouService() *service {
	return &service{
		name:   "jelou",
		mounts: []string{JelouPath, JelouPlatformPath},
		calls: []call{
			{callJelouStart, http.MethodPost, "external-support/{}/conversations/start", 1 << 20, s.jelouCall(s.startConversation)},
			{callClose, http.MethodPost, "external-support/{}/conversations/close", 1 << 20, s.jelouCall(s.closeConversation)},
			{callConversation, http.MethodGet, "external-support/{}/conversations/{}", 1 << 20, s.jelouCall(s.readConversation)},
		},
		identify:  s.identifyJelou,
		target:    s.targetJelou,
		refusal:   s.jelouStatus,
		perMinute: func(k *Knobs) int { return k.JelouPerMinute },
	}
}

// targetJelou notes the bot: that of the body, or that of the conversation which is read.
func (s *Sandbox) targetJelou(x *exchange) {
	if x.call != nil && x.call.name == callConversation {
		if c := s.jelou.byID[x.ids[1]]; c != nil {
			x.log.Bot = c.Bot
		}
		return
	}
	var body struct {
		Bot string `json:"botId"`
	}
	if json.Unmarshal(x.body, &body) == nil {
		x.log.Bot = body.Bot
	}
}

// identifyJelou accepts the project's key or its client's id and secret, and nobody who sends both: which of the two
// would count is not documented, so no client may rely on it.
func (s *Sandbox) identifyJelou(x *exchange) {
	key, authorization := x.header.Get("X-Api-Key"), x.header.Get("Authorization")
	if key != "" && authorization != "" {
		return
	}
	id, secret, basic := basicAuth(x.header)
	for i := range s.projects {
		p := &s.projects[i]
		if key != "" && key == p.APIKey {
			x.project, x.log.Account = p, "api_key of "+p.ID
		}
		if basic && id == p.ClientID && secret == p.ClientSecret && id != "" {
			x.project, x.log.Account = p, id
		}
	}
}

// jelouCall lets only the credential of the addressed project through to do.
func (s *Sandbox) jelouCall(do func(*exchange) answer) func(*exchange) answer {
	return func(x *exchange) answer {
		addressed := func(p JelouProject) bool { return p.ID == x.ids[0] }
		switch {
		case s.knobs.JelouBase == JelouBaseAPI && x.mount != JelouPath,
			s.knobs.JelouBase == JelouBasePlatform && x.mount != JelouPlatformPath:
			return jsonAnswer(http.StatusNotFound, map[string]string{"message": "no Route matched with those values"})
		case x.project != nil && !slices.ContainsFunc(s.projects, addressed):
			return s.jelouRefusal(http.StatusNotFound, projectNotFound)
		case x.project != nil && x.project.ID == x.ids[0]:
			return do(x)
		}
		return s.jelouStatus(x, s.knobs.CredentialFault, "")
	}
}
