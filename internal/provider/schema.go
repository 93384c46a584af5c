package provider

import (
	"fmt"
	"time"
	_ "time/tzdata" // the zones of thulium.time_zone, because a container may have none

	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// envLogBodies set to 1 puts bodies into the log at TRACE.
const envLogBodies = "CONVERSATION_LOG_BODIES"

// defaultPolicy is how calls are tried where the http attribute says nothing.
var defaultPolicy = rest.Policy{
	Timeout:    30 * time.Second,
	MaxRetries: 4,
	WaitMin:    500 * time.Millisecond,
	WaitMax:    30 * time.Second,
}

func providerSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Conversations in customer-service systems: chats of a [Thulium](https://apidoc.thulium.com/) contact centre, " +
			"conversations of [Jelou](https://docs.jelou.ai/), and threads of a chatbot ([SiteGPT](https://sitegpt.ai/docs/api-reference) and " +
			"servers with the same API).\n\n" +
			"Every attribute is optional, and so is the whole block. An environment variable serves what the block leaves out. " +
			"A service that is not configured is an error only for a block that needs it. " +
			"If the block sets any credential of a service, no credential of that service comes from the environment.",
		Attributes: map[string]schema.Attribute{
			"thulium": serviceAttribute(service.ThuliumAccount, "The Thulium system and the API user that calls it.",
				"Address of the API, such as `https://acme.thulium.com/api`.", map[string]schema.Attribute{
					"username": credentialAttribute(service.ThuliumAccount, "username", "Name of the API user."),
					"password": credentialAttribute(service.ThuliumAccount, "password", "Password of the API user."),
					"refresh": schema.BoolAttribute{
						Optional: true,
						MarkdownDescription: "Whether a refresh asks `GET chats` if the conversations are still open. " +
							"Defaults to `true`. Switch it off for an API user that may not call that method.",
					},
					"time_zone": schema.StringAttribute{
						Optional: true,
						MarkdownDescription: "Zone that Thulium's times are in, by its IANA name, such as `Europe/Warsaw`. Thulium writes times without a zone, so " +
							"there is no default. `older_than` and `on_lost_start = \"adopt\"` need it.",
						Validators: []validator.String{timeZone},
					},
				}),
			"jelou": serviceAttribute(service.JelouAccount, "The Jelou project and its credentials: an API key, or a client's id and secret, never both.",
				"Address of the API. Defaults to `"+service.JelouAccount.DefaultURL+"`.", map[string]schema.Attribute{
					"project_id": schema.StringAttribute{
						Optional:            true,
						MarkdownDescription: "Project for each block that names none. " + environment(service.ProjectVariable),
						Validators:          []validator.String{attribute.ID},
					},
					"api_key":       credentialAttribute(service.JelouAccount, "api_key", "API key of the project, sent as `x-api-key`."),
					"client_id":     credentialAttribute(service.JelouAccount, "client_id", "Client id, sent with `client_secret` by HTTP Basic."),
					"client_secret": credentialAttribute(service.JelouAccount, "client_secret", "Client secret, sent with `client_id` by HTTP Basic."),
				}),
			"chatbot": serviceAttribute(service.ChatbotAccount, "The server that keeps the chatbot's threads.",
				"Address of the API, such as `https://sitegpt.ai/api/v0`. There is no default.", map[string]schema.Attribute{
					"token": credentialAttribute(service.ChatbotAccount, "token", "Bearer token."),
				}),
			"http": schema.SingleNestedAttribute{
				Optional: true,
				MarkdownDescription: "How calls to all three services are made. The proxy is taken from `HTTPS_PROXY`, `HTTP_PROXY` and " +
					"`NO_PROXY`. Redirects are not followed.",
				Attributes: map[string]schema.Attribute{
					"timeout": durationAttribute("Longest time of one attempt, its whole answer included.", defaultPolicy.Timeout),
					"max_retries": schema.NumberAttribute{
						Optional: true,
						MarkdownDescription: fmt.Sprintf("Attempts after the first, at least 0. Defaults to `%d`. A call that acts only once is repeated only when the "+
							"service cannot have acted on it. Answers of 429 do not count: they are waited out until the operation's time-out, unless this is 0.",
							defaultPolicy.MaxRetries),
						Validators: []validator.Number{attribute.WholeNumber{}},
					},
					"retry_wait_min": durationAttribute("Shortest pause between two attempts. It must not be longer than `retry_wait_max`, which is never shorter where it is left out.", defaultPolicy.WaitMin),
					"retry_wait_max": durationAttribute("Longest pause between two attempts; also caps what `Retry-After` may ask for. `retry_wait_min` is never longer where it is left out.", defaultPolicy.WaitMax),
					"ca_certificate": schema.StringAttribute{
						Optional:            true,
						MarkdownDescription: "PEM bundle of certificates that are trusted besides the system's roots: its content, such as `file(\"ca.pem\")`.",
						Validators:          []validator.String{attribute.Certificates},
					},
				},
			},
		},
	}
}

// serviceAttribute returns the attribute of a service: base_url, requests_per_minute and more.
func serviceAttribute(account service.Account, description, baseURL string, more map[string]schema.Attribute) schema.Attribute {
	more["base_url"] = schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: baseURL + " An absolute http or https URL without user, query or fragment. " + environment(account.URLVariable),
		Validators:          []validator.String{attribute.BaseURL},
	}
	more["requests_per_minute"] = schema.NumberAttribute{
		Optional: true,
		MarkdownDescription: "Most requests a minute to this service, at least 1. Each attempt counts, and waiting counts against " +
			"the `timeouts` of a block. No limit when unset.",
		Validators: []validator.Number{attribute.WholeNumber{Min: 1}},
	}
	return schema.SingleNestedAttribute{Optional: true, MarkdownDescription: description, Attributes: more}
}

// credentialAttribute returns the attribute of a credential of the account.
func credentialAttribute(account service.Account, name, description string) schema.Attribute {
	for _, credential := range account.Credentials() {
		if credential.Name == name {
			return schema.StringAttribute{
				Optional:            true,
				Sensitive:           credential.Secret,
				MarkdownDescription: description + " " + environment(credential.Variable),
				Validators:          []validator.String{credential.Rule},
			}
		}
	}
	panic(account.Service + " has no credential " + name) // which each test meets
}

func durationAttribute(description string, byDefault time.Duration) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: fmt.Sprintf("%s A duration such as `\"30s\"` or `\"1m30s\"`. Defaults to `%q`.", description, byDefault),
		Validators:          []validator.String{attribute.Duration},
	}
}

func environment(variable string) string {
	return "Can also be set with the environment variable `" + variable + "`."
}

// timeZone is the IANA name of a zone. "Local" is none: it would depend on the machine.
var timeZone = attribute.Rule{Must: "the IANA name of a time zone", Wrong: func(name string) string {
	if _, err := time.LoadLocation(name); err != nil || name == "" || name == "Local" {
		return "The value must be the IANA name of a time zone, such as Europe/Warsaw or UTC."
	}
	return ""
}}
