package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"strconv"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/thulium"
)

// plainCalls answers calls about conversations in the place of the framework,
// which walks the schema some ten times for each: half of what the provider
// costs. A call is plain when its answer follows from the request, or from what
// was listed before, and has no complaint in it. All others are the framework's,
// and so are every error and every request to a service.
type plainCalls struct {
	lister  lister   // nil: no refresh is plain
	planned sync.Map // by plainKind, the framework's first answer: a tfprotov6.PlanResourceChangeResponse
}

// lister is a provider that knows what its listing has shown of a conversation.
// It makes no call for that.
type lister interface {
	Seen(queueID int64, id string) (thulium.Chat, bool)
}

// validate answers for arguments that break no rule; nil for others.
func (*plainCalls) validate(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) *tfprotov6.ValidateResourceConfigResponse {
	if req.TypeName != thuliumChatConversationName || req.Config == nil {
		return nil
	}
	arguments, ok := decodeConversation(req.Config)
	if !ok {
		return nil
	}
	for name, attribute := range thuliumChatConversationSchema().Attributes {
		if !isPlainlyValid(ctx, attribute, path.Root(name), arguments[name]) {
			return nil
		}
	}
	return &tfprotov6.ValidateResourceConfigResponse{}
}

// isPlainlyValid applies an attribute's own validators to the value at a path.
func isPlainlyValid(ctx context.Context, attribute schema.Attribute, at path.Path, value tftypes.Value) bool {
	if value.IsNull() {
		return !attribute.IsRequired()
	}
	if !attribute.IsRequired() && !attribute.IsOptional() {
		return false
	}
	converted, err := attribute.GetType().ValueFromTerraform(ctx, value)
	if err != nil {
		return false
	}
	var diags diag.Diagnostics
	switch attribute := attribute.(type) {
	case schema.StringAttribute:
		text, ok := converted.(types.String)
		for _, rule := range attribute.Validators {
			resp := validator.StringResponse{}
			rule.ValidateString(ctx, validator.StringRequest{Path: at, PathExpression: at.Expression(), ConfigValue: text}, &resp)
			diags.Append(resp.Diagnostics...)
		}
		return ok && len(diags) == 0
	case schema.Int64Attribute:
		number, ok := converted.(types.Int64)
		for _, rule := range attribute.Validators {
			resp := validator.Int64Response{}
			rule.ValidateInt64(ctx, validator.Int64Request{Path: at, PathExpression: at.Expression(), ConfigValue: number}, &resp)
			diags.Append(resp.Diagnostics...)
		}
		return ok && len(diags) == 0
	}
	return false
}

// upgrade returns a state of today's schema as it is; nil for others. Terraform
// reads it five times as fast in MessagePack as in the JSON that it came in.
func (*plainCalls) upgrade(req *tfprotov6.UpgradeResourceStateRequest) *tfprotov6.UpgradeResourceStateResponse {
	today := thuliumChatConversationSchema()
	if req.TypeName != thuliumChatConversationName || req.Version != today.Version || req.RawState == nil {
		return nil
	}
	var state map[string]json.RawMessage
	if err := json.Unmarshal(req.RawState.JSON, &state); err != nil || state == nil {
		return nil
	}
	p := newPacker(len(req.RawState.JSON)).object(len(today.Attributes)) // without what the schema no longer has
	for name, attribute := range today.Attributes {
		if !packKept(p.name(name), attribute, state[name]) {
			return nil
		}
	}
	return &tfprotov6.UpgradeResourceStateResponse{UpgradedState: &tfprotov6.DynamicValue{MsgPack: p.bytes()}}
}

// packKept encodes a value of a state, if it is one that its attribute can have:
// null, a string or a whole number.
func packKept(p packer, attribute schema.Attribute, value json.RawMessage) bool {
	if rest.IsNull(value) {
		p.null()
		return true
	}
	switch attribute.(type) {
	case schema.StringAttribute:
		var text string
		err := json.Unmarshal(value, &text)
		p.text(&text)
		return err == nil
	case schema.Int64Attribute:
		number, err := strconv.ParseInt(string(value), 10, 64)
		p.number(number)
		return err == nil
	}
	return false
}

// read refreshes a conversation that the listing has shown open; nil for others.
func (p *plainCalls) read(req *tfprotov6.ReadResourceRequest) *tfprotov6.ReadResourceResponse {
	if p.lister == nil || req.TypeName != thuliumChatConversationName || req.CurrentState == nil || len(req.Private) > 0 {
		return nil
	}
	conversation, ok := decodeConversation(req.CurrentState)
	if !ok || conversation.isOver() {
		return nil
	}
	id := conversation.id()
	identity := &tfprotov6.DynamicValue{MsgPack: newPacker(0).object(1).name("id").text(&id).bytes()}
	if known := req.CurrentIdentity; known != nil && (known.IdentityData == nil || !bytes.Equal(known.IdentityData.MsgPack, identity.MsgPack)) {
		return nil
	}
	chat, seen := p.lister.Seen(conversation.queueID(), id)
	if !seen || chat.Closed() {
		return nil
	}
	typ := thuliumChatConversationType()
	state, err := tfprotov6.NewDynamicValue(typ, conversation.shown(typ, chat))
	if err != nil {
		return nil
	}
	return &tfprotov6.ReadResourceResponse{NewState: &state, NewIdentity: &tfprotov6.ResourceIdentityData{IdentityData: identity}}
}

// plainKind tells plans apart that the framework answers differently.
type plainKind struct {
	change   plainChange
	identity bool // Terraform has sent one
}

// plainChange is what a plain plan does.
type plainChange int

const (
	notPlain plainChange = iota
	plainStart
	plainEnd
	plainNone
)

// plan answers req, by asking the framework if need be.
//
// The framework makes the first plan of each kind. When that has no complaint,
// the provider's configuration gives no cause for one; the arguments were
// validated before. The plans that follow differ from it in their values only.
func (p *plainCalls) plan(
	req *tfprotov6.PlanResourceChangeRequest, framework func() (*tfprotov6.PlanResourceChangeResponse, error),
) (*tfprotov6.PlanResourceChangeResponse, error) {
	change, planned := plain(req)
	if change == notPlain {
		return framework()
	}
	kind := plainKind{change, req.PriorIdentity != nil}
	first, found := p.planned.Load(kind)
	if !found {
		resp, err := framework()
		if err == nil && len(resp.Diagnostics) == 0 {
			p.planned.Store(kind, *resp)
		}
		return resp, err
	}
	resp, _ := first.(tfprotov6.PlanResourceChangeResponse)
	resp.PlannedState = planned
	if kind.identity {
		resp.PlannedIdentity = req.PriorIdentity
	}
	return &resp, nil
}

// forget lets the framework make the next plan of each kind.
func (p *plainCalls) forget() { p.planned.Clear() }

// packedNull is how Terraform sends that there is no state.
var packedNull = newPacker(0).null().bytes()

// plain returns what a plan does, and the state that it plans if it is plain.
func plain(req *tfprotov6.PlanResourceChangeRequest) (plainChange, *tfprotov6.DynamicValue) {
	if req.TypeName != thuliumChatConversationName || req.PriorState == nil || req.ProposedNewState == nil || len(req.PriorPrivate) > 0 {
		return notPlain, nil
	}
	prior, proposed := req.PriorState.MsgPack, req.ProposedNewState.MsgPack
	switch {
	case bytes.Equal(prior, packedNull):
		return plainStarted(req.ProposedNewState)
	case len(prior) == 0 || !restarts(req.PriorState):
	case bytes.Equal(proposed, packedNull):
		return plainEnd, req.ProposedNewState
	case bytes.Equal(proposed, prior):
		return plainNone, req.PriorState
	}
	return notPlain, nil
}

// plainStarted plans the start of a conversation.
func plainStarted(proposed *tfprotov6.DynamicValue) (plainChange, *tfprotov6.DynamicValue) {
	conversation, ok := decodeConversation(proposed)
	if !ok {
		return notPlain, nil
	}
	filled := map[string]any{"id": tftypes.UnknownValue, "started_at": tftypes.UnknownValue, "status": nil, "closed_at": nil}
	if conversation["on_closed"].IsNull() {
		filled["on_closed"] = onClosedRestart
	}
	typ := thuliumChatConversationType()
	planned, err := tfprotov6.NewDynamicValue(typ, conversation.with(typ, filled))
	if err != nil {
		return notPlain, nil
	}
	return plainStart, &planned
}

// restarts reports whether a state has the default of on_closed: a plan fills it
// in where it is null, and asks whether the conversation is over where it is not.
func restarts(state *tfprotov6.DynamicValue) bool {
	conversation, ok := decodeConversation(state)
	return ok && conversation.text("on_closed") == onClosedRestart
}

// decodeConversation returns false for what the framework would refuse to read.
func decodeConversation(encoded *tfprotov6.DynamicValue) (thuliumChatConversation, bool) {
	raw, err := encoded.Unmarshal(thuliumChatConversationType())
	if err != nil || raw.IsNull() {
		return nil, false
	}
	var diags diag.Diagnostics
	conversation := newThuliumChatConversation(raw, &diags)
	return conversation, !diags.HasError() && conversation.isWhole("chat_queue_id") && conversation.isWhole("customer_id")
}

// thuliumChatConversationSchema is the schema, made once.
var thuliumChatConversationSchema = sync.OnceValue(func() schema.Schema {
	var described resource.SchemaResponse
	new(thuliumChatConversationResource).Schema(context.Background(), resource.SchemaRequest{}, &described)
	return described.Schema
})

// thuliumChatConversationType is the type that the schema describes.
var thuliumChatConversationType = sync.OnceValue(func() tftypes.Type {
	return thuliumChatConversationSchema().Type().TerraformType(context.Background())
})
