package jelouclose_test

import (
	"net/http"
	"reflect"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// TestJelouCloseRequest compares what goes over the wire byte by byte.
func TestJelouCloseRequest(t *testing.T) {
	t.Parallel()
	const odd = "pro ject/ä?#%1"
	project := sandbox.DefaultJelouProjects()[0]
	oddProject := project
	oddProject.ID, oddProject.APIKey, oddProject.ClientID = odd, "fake-odd-key", "fake-odd-client"
	basic := providertest.Values{"client_id": sandbox.JelouClientID, "client_secret": sandbox.JelouClientSecret}

	for name, test := range map[string]struct {
		jelou     providertest.Values // the provider's block
		arguments providertest.Values
		path      string
		body      string
		scheme    string
		account   string
	}{
		"api key from the environment": {
			arguments: providertest.Values{},
			path:      "/external-support/project-1/conversations/close",
			body:      `{"botId":"bot-1","userId":"user-0815"}`,
			scheme:    "x-api-key", account: "api_key of project-1",
		},
		"client id and secret": {
			jelou:     basic,
			arguments: providertest.Values{"redirect_payload": jelouText("Mensagem de encerramento da conversa")},
			path:      "/external-support/project-1/conversations/close",
			body:      `{"botId":"bot-1","userId":"user-0815","redirectPayload":{"type":"text","text":"Mensagem de encerramento da conversa"}}`,
			scheme:    "Basic", account: sandbox.JelouClientID,
		},
		"edge without a text": {
			arguments: providertest.Values{"redirect_payload": providertest.Values{"type": "edge"}},
			path:      "/external-support/project-1/conversations/close",
			body:      `{"botId":"bot-1","userId":"user-0815","redirectPayload":{"type":"edge"}}`,
			scheme:    "x-api-key", account: "api_key of project-1",
		},
		"edge with a text": {
			arguments: providertest.Values{"redirect_payload": providertest.Values{"type": "edge", "text": "sales"}},
			path:      "/external-support/project-1/conversations/close",
			body:      `{"botId":"bot-1","userId":"user-0815","redirectPayload":{"type":"edge","text":"sales"}}`,
			scheme:    "x-api-key", account: "api_key of project-1",
		},
		"a project that has to be escaped": {
			jelou:     providertest.Values{"api_key": "fake-odd-key"},
			arguments: providertest.Values{"project_id": odd},
			path:      "/external-support/pro%20ject%2F%C3%A4%3F%23%251/conversations/close",
			body:      `{"botId":"bot-1","userId":"user-0815"}`,
			scheme:    "x-api-key", account: "api_key of " + odd,
		},
		"quotes, lines and letters of all kinds": {
			arguments: providertest.Values{"user_id": "+48 600/1", "redirect_payload": jelouText("Żegnaj \"Jan\"\n👋 \\o/")},
			path:      "/external-support/project-1/conversations/close",
			body:      `{"botId":"bot-1","userId":"+48 600/1","redirectPayload":{"type":"text","text":"Żegnaj \"Jan\"\n👋 \\o/"}}`,
			scheme:    "x-api-key", account: "api_key of project-1",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{Jelou: []sandbox.JelouProject{project, oddProject}})
			w := s.Configured(t, providertest.Values{"http": providertest.QuickHTTP(), "jelou": test.jelou})
			made := jelouMade(t, w, jelouArguments(test.arguments))
			jelouFresh(t, s, made.State)

			requests := s.Requests()
			if len(requests) != 1 {
				t.Fatalf("%d requests, want 1", len(requests))
			}
			r := requests[0]
			if r.Method != http.MethodPost || r.Path != test.path || len(r.Query) != 0 || r.Body != test.body {
				t.Errorf("%s %s?%s\n%s\nwant POST %s\n%s", r.Method, r.Path, r.Query.Encode(), r.Body, test.path, test.body)
			}
			if r.AuthScheme != test.scheme || r.Account != test.account {
				t.Errorf("authenticated as %q by %q, want %q by %q", r.Account, r.AuthScheme, test.account, test.scheme)
			}
			if r.ContentLength != int64(len(test.body)) {
				t.Errorf("Content-Length is %d, want %d", r.ContentLength, len(test.body))
			}
			for header, want := range map[string]string{
				"Content-Type": "application/json",
				"Accept":       "application/json",
				"User-Agent":   "terraform-provider-conversation/test terraform/1.16.0",
			} {
				if got := r.Header[header]; !reflect.DeepEqual(got, []string{want}) {
					t.Errorf("%s is %q, want %q", header, got, want)
				}
			}
		})
	}
}
