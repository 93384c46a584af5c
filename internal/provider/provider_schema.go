package provider

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/conversation-tools/terraform-provider-conversation/internal/jelou"
)

// Environment variables that serve an attribute the provider block leaves out.
const (
	envThuliumBaseURL    = "THULIUM_BASE_URL"
	envThuliumUsername   = "THULIUM_USERNAME"
	envThuliumPassword   = "THULIUM_PASSWORD"
	envJelouBaseURL      = "JELOU_BASE_URL"
	envJelouProjectID    = "JELOU_PROJECT_ID"
	envJelouAPIKey       = "JELOU_API_KEY" //nolint:gosec // a name, not a key
	envJelouClientID     = "JELOU_CLIENT_ID"
	envJelouClientSecret = "JELOU_CLIENT_SECRET" //nolint:gosec // a name, not a secret
	envChatbotBaseURL    = "CHATBOT_BASE_URL"
	envChatbotToken      = "CHATBOT_TOKEN" //nolint:gosec // a name, not a token

	// envLogBodies set to 1 puts bodies into the log at TRACE.
	envLogBodies = "CONVERSATION_LOG_BODIES"
)

// Defaults of the http attribute.
const (
	defaultHTTPTimeout  = 30 * time.Second
	defaultMaxRetries   = 4
	defaultRetryWaitMin = 500 * time.Millisecond
	defaultRetryWaitMax = 30 * time.Second
)

func providerSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Conversations in customer-service systems: starts and stops chats of a " +
			"[Thulium](https://apidoc.thulium.com/) contact centre, closes conversations of " +
			"[Jelou](https://docs.jelou.ai/), and reads the threads of a chatbot " +
			"([SiteGPT](https://sitegpt.ai/docs/api-reference) and servers with the same API).\n\n" +
			"Every attribute is optional, and so is the whole block: what it leaves out is taken from the environment. " +
			"A service that is not configured is an error only for a block that needs it. " +
			"The credentials of a service come as one set from one place: a block that sets any of them takes none from the environment.",
		Attributes: map[string]schema.Attribute{
			"thulium": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "The Thulium system and the API user that calls it.",
				Attributes: map[string]schema.Attribute{
					"base_url": baseURLAttribute("Address of the API, such as `https://acme.thulium.com/api`.", envThuliumBaseURL),
					"username": textAttribute("Name of the API user.", envThuliumUsername),
					"password": secretAttribute("Password of the API user.", envThuliumPassword),
					"refresh": schema.BoolAttribute{
						Optional: true,
						MarkdownDescription: "Whether a refresh asks `GET chats` if the conversations are still open. " +
							"Defaults to `true`. Switch it off for an API user that may not call that method.",
					},
					"requests_per_minute": requestsPerMinuteAttribute(),
				},
			},
			"jelou": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "The Jelou project and its credentials: an API key, or a client's id and secret, never both.",
				Attributes: map[string]schema.Attribute{
					"base_url":            baseURLAttribute("Address of the API. Defaults to `"+jelou.DefaultBaseURL+"`.", envJelouBaseURL),
					"project_id":          idAttribute("Project for each block that names none.", envJelouProjectID),
					"api_key":             secretAttribute("API key of the project, sent as `x-api-key`.", envJelouAPIKey),
					"client_id":           textAttribute("Client id, sent with `client_secret` by HTTP Basic.", envJelouClientID),
					"client_secret":       secretAttribute("Client secret, sent with `client_id` by HTTP Basic.", envJelouClientSecret),
					"requests_per_minute": requestsPerMinuteAttribute(),
				},
			},
			"chatbot": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "The server that keeps the chatbot's threads.",
				Attributes: map[string]schema.Attribute{
					"base_url":            baseURLAttribute("Address of the API, such as `https://sitegpt.ai/api/v0`. There is no default.", envChatbotBaseURL),
					"token":               secretAttribute("Bearer token.", envChatbotToken),
					"requests_per_minute": requestsPerMinuteAttribute(),
				},
			},
			"http": schema.SingleNestedAttribute{
				Optional: true,
				MarkdownDescription: "How calls to all three services are made. The proxy is taken from `HTTPS_PROXY`, `HTTP_PROXY` and " +
					"`NO_PROXY`. Redirects are not followed.",
				Attributes: map[string]schema.Attribute{
					"timeout": durationAttribute("Longest time of one attempt, its whole answer included.", defaultHTTPTimeout),
					"max_retries": schema.Int64Attribute{
						Optional: true,
						MarkdownDescription: fmt.Sprintf("Attempts after the first, at least 0. Defaults to `%d`. A call that opens or closes a conversation is "+
							"repeated only when the service cannot have acted on it.", defaultMaxRetries),
						Validators: []validator.Int64{int64validator.AtLeast(0)},
					},
					"retry_wait_min": durationAttribute("Shortest pause between two attempts, never longer than the longest.", defaultRetryWaitMin),
					"retry_wait_max": durationAttribute("Longest pause between two attempts; also caps what `Retry-After` may ask for.", defaultRetryWaitMax),
					"ca_certificate": schema.StringAttribute{
						Optional:            true,
						MarkdownDescription: "PEM bundle of certificates that are trusted besides the system's roots: its content, such as `file(\"ca.pem\")`.",
						Validators:          []validator.String{certificates},
					},
				},
			},
		},
	}
}

func baseURLAttribute(description, variable string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true,
		MarkdownDescription: description + " An absolute http or https URL without user, query or fragment. " +
			environment(variable),
		Validators: []validator.String{baseURL},
	}
}

func textAttribute(description, variable string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: description + " " + environment(variable),
		Validators:          []validator.String{headerText},
	}
}

func secretAttribute(description, variable string) schema.StringAttribute {
	attribute := textAttribute(description, variable)
	attribute.Sensitive = true
	return attribute
}

func idAttribute(description, variable string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: description + " " + environment(variable),
		Validators:          []validator.String{pathID},
	}
}

func requestsPerMinuteAttribute() schema.Int64Attribute {
	return schema.Int64Attribute{
		Optional: true,
		MarkdownDescription: "Most requests a minute to this service, at least 1. Each attempt counts, and waiting counts against " +
			"the `timeouts` of a block. No limit when unset.",
		Validators: []validator.Int64{int64validator.AtLeast(1)},
	}
}

func durationAttribute(description string, byDefault time.Duration) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		CustomType:          timetypes.GoDurationType{},
		MarkdownDescription: fmt.Sprintf("%s A duration such as `\"30s\"` or `\"1m30s\"`. Defaults to `%q`.", description, byDefault),
		Validators:          []validator.String{positiveDuration},
	}
}

func environment(variable string) string {
	return "Can also be set with the environment variable `" + variable + "`."
}
