package rest

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// logger returns ctx with the subsystem of this service; its level can be set
// on its own with TF_LOG_PROVIDER_CONVERSATION_<SERVICE>.
func (c *Client) logger(ctx context.Context) context.Context {
	return tflog.NewSubsystem(ctx, c.subsystem(),
		tflog.WithLevelFromEnv("TF_LOG_PROVIDER_CONVERSATION", c.subsystem()),
		tflog.WithRootFields())
}

func (c *Client) subsystem() string { return strings.ToLower(c.config.Service) }

// log writes one line for an attempt, without a word of its bodies, and the bodies where
// the user has asked for them.
func (x *exchange) log(a attempt) {
	fields := map[string]any{
		"method":         x.call.Method,
		"url":            x.shown,
		"attempt":        len(x.attempts),
		"duration_ms":    a.ended.Sub(a.began).Milliseconds(),
		"outcome":        a.Outcome().String(),
		"request_bytes":  len(x.body),
		"response_bytes": a.size,
	}
	if a.Status != 0 {
		fields["status"] = a.Status
	}
	if a.failure != nil && a.failure.Cause != nil {
		fields["error"] = a.failure.Cause.Error()
	}
	tflog.SubsystemDebug(x.ctx, x.client.subsystem(), "Called "+x.client.config.Service, fields)
	if x.client.config.LogBodies {
		x.logBody("Sent body", string(x.body), int64(len(x.body)))
		x.logBody("Received body", a.body, a.size)
	}
}

// logBody writes a body as its words, or its size where it is no text.
func (x *exchange) logBody(message, body string, size int64) {
	if size == 0 {
		return
	}
	fields := map[string]any{"bytes": size}
	if text := x.client.mask.Body(body); text != "" {
		fields["body"] = text
	}
	tflog.SubsystemTrace(x.ctx, x.client.subsystem(), message, fields)
}
