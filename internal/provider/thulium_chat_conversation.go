package provider

import (
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/conversation-tools/terraform-provider-conversation/internal/thulium"
)

// thuliumChatConversation is a plan or a state of a conversation: its attributes
// by name, as Terraform sends them. The framework would read them into a struct,
// and check the struct's tags each time, for a third of what a call costs.
type thuliumChatConversation map[string]tftypes.Value

func newThuliumChatConversation(raw tftypes.Value, diags *diag.Diagnostics) thuliumChatConversation {
	attributes := map[string]tftypes.Value{}
	if err := raw.As(&attributes); err != nil {
		diags.AddError("Unable to read Thulium chat conversation", err.Error())
	}
	return attributes
}

// text returns a string, empty for one that is null or not known.
func (c thuliumChatConversation) text(name string) string {
	var text string
	if value := c[name]; value.IsKnown() && !value.IsNull() {
		_ = value.As(&text) // a string, by the schema
	}
	return text
}

// number returns a whole number, nil for one that is null or not known.
func (c thuliumChatConversation) number(name string) *int64 {
	exact := exactly(c[name])
	if exact == nil {
		return nil
	}
	number, _ := exact.Int64()
	return &number
}

// isWhole reports whether number returns what is there.
func (c thuliumChatConversation) isWhole(name string) bool { return isWhole(c[name]) }

// with returns the conversation as Terraform takes it, with other texts in it: a
// string, a *string, nil for null or tftypes.UnknownValue.
func (c thuliumChatConversation) with(typ tftypes.Type, texts map[string]any) tftypes.Value {
	changed := maps.Clone(map[string]tftypes.Value(c))
	for name, text := range texts {
		changed[name] = tftypes.NewValue(tftypes.String, text)
	}
	return tftypes.NewValue(typ, changed)
}

// shown returns the conversation as the listing shows it.
func (c thuliumChatConversation) shown(typ tftypes.Type, chat thulium.Chat) tftypes.Value {
	return c.with(typ, map[string]any{"status": chat.Status, "closed_at": chat.ClosedAt})
}

func (c thuliumChatConversation) id() string { return c.text("id") }

func (c thuliumChatConversation) queueID() int64 {
	if id := c.number("chat_queue_id"); id != nil {
		return *id
	}
	return 0
}

// start returns what the conversation is started with.
func (c thuliumChatConversation) start() thulium.Start {
	return thulium.Start{
		QueueID:       c.queueID(),
		ClientName:    c.text("client_name"),
		ClientSurname: c.text("client_surname"),
		ClientEmail:   c.text("client_email"),
		ClientID:      c.text("client_id"),
		CustomerID:    c.number("customer_id"),
	}
}

// startedAt returns when this provider started the conversation; zero after an import.
func (c thuliumChatConversation) startedAt() time.Time {
	at, err := time.Parse(time.RFC3339, c.text("started_at"))
	if err != nil {
		return time.Time{}
	}
	return at
}

// isKept reports whether the conversation stays when a refresh finds it closed.
func (c thuliumChatConversation) isKept() bool { return c.text("on_closed") == onClosedKeep }

// isOver reports whether the conversation is kept although it is closed.
func (c thuliumChatConversation) isOver() bool {
	return c.isKept() && thulium.IsClosed(c.text("status"), c.text("closed_at"))
}
