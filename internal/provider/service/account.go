package service

import (
	"fmt"
	"strings"

	"github.com/conversation-tools/terraform-provider-conversation/internal/jelou"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
)

// Account describes how a service is reached and what to look at when it says no. The
// provider block, its documentation and the advice of every error are read off it.
type Account struct {
	Service     string         // the service's name in messages, "Thulium"
	Block       string         // the name of its attribute in the provider block
	URLVariable string         // the environment variable that serves base_url
	DefaultURL  string         // "" where there is none
	Ways        [][]Credential // the ways to authenticate; each needs all of its credentials

	CredentialsHint string // what else a 401 may mean
	Permission      string // what to do about a 403
	NotFound        string // what to do about a 404
	FailsAsDenied   bool   // wrong credentials may be answered with 500
}

// Credential is one attribute of a service's block that opens the service.
type Credential struct {
	Name     string // of the attribute
	Variable string // the environment variable that serves it
	Secret   bool   // whether it grants access; a user's name does not
	Rule     attribute.Rule
}

// The accounts of the three services.
var (
	ThuliumAccount = Account{ //nolint:gosec // names of variables, not credentials
		Service: "Thulium", Block: "thulium", URLVariable: "THULIUM_BASE_URL",
		Ways: [][]Credential{{
			{Name: "username", Variable: "THULIUM_USERNAME", Rule: attribute.BasicName},
			{Name: "password", Variable: "THULIUM_PASSWORD", Secret: true, Rule: attribute.Password},
		}},
		CredentialsHint: "Thulium may also answer like this when the API user may not call this method.",
		Permission:      "The API user may not call this method: allow it for that user in Thulium's administration, under API users.",
		NotFound: "Check the id or the chat queue that the call names, and that thulium.base_url (THULIUM_BASE_URL) is the address of " +
			"the right system.",
	}
	JelouAccount = Account{
		Service: "Jelou", Block: "jelou", URLVariable: "JELOU_BASE_URL", DefaultURL: jelou.DefaultBaseURL,
		Ways: [][]Credential{
			{{Name: "api_key", Variable: "JELOU_API_KEY", Secret: true, Rule: attribute.Token}},
			{
				{Name: "client_id", Variable: "JELOU_CLIENT_ID", Rule: attribute.BasicName},
				{Name: "client_secret", Variable: "JELOU_CLIENT_SECRET", Secret: true, Rule: attribute.Password},
			},
		},
		Permission:    "The credentials may not use this project: check project_id and the rights of the key.",
		NotFound:      "Check project_id and the ids that the call names.",
		FailsAsDenied: true,
	}
	ChatbotAccount = Account{
		Service: "Chatbot", Block: "chatbot", URLVariable: "CHATBOT_BASE_URL",
		Ways:       [][]Credential{{{Name: "token", Variable: "CHATBOT_TOKEN", Secret: true, Rule: attribute.Token}}},
		Permission: "The token may not use this chatbot: check chatbot_id and the rights of the token.",
		NotFound:   "Check chatbot_id and thread_id.",
	}
)

// ProjectVariable serves jelou.project_id.
const ProjectVariable = "JELOU_PROJECT_ID"

// Credentials returns the credentials of all ways.
func (a Account) Credentials() []Credential {
	var out []Credential
	for _, way := range a.Ways {
		out = append(out, way...)
	}
	return out
}

// baseURL names the attribute and the variable of the address.
func (a Account) baseURL() string { return a.Block + ".base_url (" + a.URLVariable + ")" }

// checkCredentials says which attributes and variables hold the credentials.
func (a Account) checkCredentials() string {
	var ways []string
	for _, way := range a.Ways {
		names, variables := a.Names(way)
		ways = append(ways, fmt.Sprintf("%s (%s)", Enumerated(names), strings.Join(variables, ", ")))
	}
	return strings.TrimSpace("Check " + strings.Join(ways, ", or ") + ". " + a.CredentialsHint)
}

// Names returns the attributes of credentials as "thulium.username", and their variables.
func (a Account) Names(credentials []Credential) (attributes, variables []string) {
	for _, credential := range credentials {
		attributes = append(attributes, a.Block+"."+credential.Name)
		variables = append(variables, credential.Variable)
	}
	return attributes, variables
}
