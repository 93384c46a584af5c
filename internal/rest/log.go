package rest

import (
	"context"
	"strings"
	"time"

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

// logAttempt writes one line for an attempt, without a word of its bodies.
func (x *exchange) logAttempt(size int64) {
	fields := map[string]any{
		"method":         x.call.Method,
		"url":            x.shown,
		"attempt":        x.attempts,
		"duration_ms":    time.Since(x.began).Milliseconds(),
		"outcome":        x.evidence.Outcome().String(),
		"request_bytes":  len(x.body),
		"response_bytes": size,
	}
	if x.status != 0 {
		fields["status"] = x.status
	}
	if x.last != nil && x.last.Cause != nil {
		fields["error"] = x.last.Cause.Error()
	}
	tflog.SubsystemDebug(x.calling, x.client.subsystem(), "Called "+x.client.config.Service, fields)
	x.logBody("Sent body", x.body)
}

// logBody writes a body where the user has asked for bodies, never a secret.
func (x *exchange) logBody(message string, body []byte) {
	if !x.client.config.LogBodies || len(body) == 0 {
		return
	}
	tflog.SubsystemTrace(x.calling, x.client.subsystem(), message, map[string]any{
		"body": x.client.mask.Text(string(body), nil),
	})
}
