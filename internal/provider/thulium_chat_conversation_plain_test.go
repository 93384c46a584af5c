package provider

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// Any call about a conversation is answered as the framework answers it.
func TestPlainCallsAnswerAsTheFramework(t *testing.T) {
	t.Parallel()
	s := newStage(t, sandbox.Options{Empty: true})
	for _, id := range []string{"a", "b", "closed"} {
		s.AddConversation(sandbox.Conversation{ID: id, QueueID: 7})
	}
	s.CloseConversation("closed")
	quickly, framework := s.configured(t, values{}), s.configured(t, values{})
	framework.server.(*server).silent = false //nolint:forcetypeassert // it is newServer's
	calls := &quickly.server.(*server).plain  //nolint:forcetypeassert // it is newServer's

	answered := map[string]int{}
	draw := conversationDraw{rand.New(rand.NewPCG(1, 2))}
	for name, attribute := range thuliumChatConversationSchema().Attributes {
		if _, drawn := draw.config()[name]; !drawn && (attribute.IsRequired() || attribute.IsOptional()) {
			t.Errorf("no value is drawn for %s", name)
		}
	}
	for range 2_000 {
		config := draw.config()
		draw.sameValidation(t, quickly, framework, config, answered)
		draw.sameUpgrade(t, quickly, framework, calls, answered)
		draw.sameRefresh(t, quickly, framework, calls, answered)
		draw.samePlan(t, quickly, framework, config, answered)
	}
	for _, call := range []string{"validate", "upgrade", "refresh", "start", "end", "none", "other"} {
		if answered[call] < 20 {
			t.Errorf("%s was tried %d times only: %v", call, answered[call], answered)
		}
	}
	if posts := s.Count("thulium.start") + s.Count("thulium.stop"); posts != 0 {
		t.Errorf("%d calls were sent", posts)
	}
}

func (d conversationDraw) sameValidation(t *testing.T, quickly, framework *wire, config values, answered map[string]int) {
	t.Helper()
	req := &tfprotov6.ValidateResourceConfigRequest{
		TypeName: thuliumChatConversationName, Config: quickly.dynamic(quickly.schemas.ResourceSchemas[thuliumChatConversationName], config),
	}
	got, err := quickly.server.ValidateResourceConfig(t.Context(), req)
	quickly.fatal(err)
	want, err := framework.server.ValidateResourceConfig(t.Context(), req)
	framework.fatal(err)
	if len(got.Diagnostics) != len(want.Diagnostics) { // they come in any order
		t.Errorf("%v: %s\nwant %s", config, said(got.Diagnostics), said(want.Diagnostics))
	}
	if new(plainCalls).validate(t.Context(), req) != nil {
		answered["validate"]++
	} else if len(want.Diagnostics) == 0 && config["timeouts"] == nil {
		t.Errorf("%v was left to the framework", config)
	}
}

func (d conversationDraw) sameUpgrade(t *testing.T, quickly, framework *wire, calls *plainCalls, answered map[string]int) {
	t.Helper()
	state := d.state()
	switch d.IntN(8) {
	case 0:
		state["of_another_version"] = d.of(nil, 5)
	case 1:
		delete(state, "closed_at")
	case 2:
		state["id"] = values{"a": 1}
	case 3:
		state["chat_queue_id"] = "x"
	case 4:
		state["timeouts"] = d.of("x", []any{}, values{"create": 1})
	}
	text, err := json.Marshal(state)
	quickly.fatal(err)
	req := &tfprotov6.UpgradeResourceStateRequest{TypeName: thuliumChatConversationName, RawState: &tfprotov6.RawState{JSON: text}}
	got, err := quickly.server.UpgradeResourceState(t.Context(), req)
	quickly.fatal(err)
	want, err := framework.server.UpgradeResourceState(t.Context(), req)
	framework.fatal(err)
	if said(got.Diagnostics) != said(want.Diagnostics) {
		t.Errorf("%s: %s\nwant %s", text, said(got.Diagnostics), said(want.Diagnostics))
	}
	if calls.upgrade(req) != nil {
		answered["upgrade"]++
	}
	d.sameState(t, quickly, text, got.UpgradedState, want.UpgradedState)
}

func (d conversationDraw) sameRefresh(t *testing.T, quickly, framework *wire, calls *plainCalls, answered map[string]int) {
	t.Helper()
	state := d.state()
	req := &tfprotov6.ReadResourceRequest{
		TypeName: thuliumChatConversationName, CurrentState: quickly.dynamic(quickly.schemas.ResourceSchemas[thuliumChatConversationName], state),
	}
	if d.IntN(4) == 0 {
		req.CurrentState = d.inJSON(t, state)
	}
	switch d.IntN(4) {
	case 0:
		req.CurrentIdentity = d.identity(t, state)
	case 1:
		req.CurrentIdentity = d.identity(t, values{"id": d.of("a", nil)})
	}
	if d.IntN(4) == 0 {
		req.Private = []byte(d.of(`{"imported":"dHJ1ZQ==","started_on":"IjIwMjYtMTEtMjIi"}`, `{"imported":"!!"}`, `{`).(string)) //nolint:forcetypeassert // see there
	}
	got, err := quickly.server.ReadResource(t.Context(), req)
	quickly.fatal(err)
	want, err := framework.server.ReadResource(t.Context(), req)
	framework.fatal(err)
	if calls.read(req) != nil {
		answered["refresh"]++
	}
	if failed(want.Diagnostics) && failed(got.Diagnostics) {
		return // the framework gets as far as the order of a map has it
	}
	d.sameState(t, quickly, state, got.NewState, want.NewState)
	gotRest, wantRest := *got, *want
	gotRest.NewState, wantRest.NewState = nil, nil
	if !reflect.DeepEqual(gotRest, wantRest) {
		t.Errorf("%v, known as %v:\n%+v\nwant\n%+v", state, req.CurrentIdentity, gotRest, wantRest)
	}
}

func (d conversationDraw) samePlan(t *testing.T, quickly, framework *wire, config values, answered map[string]int) {
	t.Helper()
	schema := quickly.schemas.ResourceSchemas[thuliumChatConversationName]
	var prior values
	if d.IntN(3) > 0 {
		prior = d.state()
	}
	switch {
	case prior != nil && d.IntN(3) == 0:
		config = nil
	case prior != nil && d.IntN(2) == 0:
		config = d.configOf(prior)
	}
	req := &tfprotov6.PlanResourceChangeRequest{
		TypeName: thuliumChatConversationName, Config: quickly.dynamic(schema, config),
		PriorState: quickly.dynamic(schema, prior), ProposedNewState: quickly.dynamic(schema, proposed(schema, prior, config)),
	}
	if d.IntN(3) == 0 {
		req.PriorPrivate = []byte(d.of(`{"imported":"dHJ1ZQ=="}`, `{"imported":"!!"}`, `{`).(string)) //nolint:forcetypeassert // see there
	}
	if config == nil && d.IntN(3) == 0 {
		req.PriorState, req.ProposedNewState = d.inJSON(t, prior), d.inJSON(t, nil)
	}
	if prior != nil && d.IntN(2) == 0 {
		req.PriorIdentity = d.identity(t, prior)
	}
	got, err := quickly.server.PlanResourceChange(t.Context(), req)
	quickly.fatal(err)
	want, err := framework.server.PlanResourceChange(t.Context(), req)
	framework.fatal(err)

	change, _ := plain(req)
	answered[map[plainChange]string{plainStart: "start", plainEnd: "end", plainNone: "none", notPlain: "other"}[change]]++
	if failed(want.Diagnostics) && failed(got.Diagnostics) {
		return // the framework gets as far as the order of a map has it
	}
	d.sameState(t, quickly, req, got.PlannedState, want.PlannedState)
	gotRest, wantRest := *got, *want
	gotRest.PlannedState, wantRest.PlannedState = nil, nil
	slices.SortFunc(gotRest.RequiresReplace, comparePaths)
	slices.SortFunc(wantRest.RequiresReplace, comparePaths)
	if !reflect.DeepEqual(gotRest, wantRest) {
		t.Errorf("from %v to %v:\n%+v\nwant\n%+v", prior, config, gotRest, wantRest)
	}
}

func (d conversationDraw) inJSON(t *testing.T, state values) *tfprotov6.DynamicValue {
	t.Helper()
	text, err := json.Marshal(state)
	if err != nil {
		t.Fatal(err)
	}
	return &tfprotov6.DynamicValue{JSON: text}
}

func (d conversationDraw) sameState(t *testing.T, w *wire, of any, got, want *tfprotov6.DynamicValue) {
	t.Helper()
	if got == nil || want == nil {
		if got != want {
			t.Errorf("%v: %v, want %v", of, got, want)
		}
		return
	}
	typ := thuliumChatConversationType()
	gotValue, err := got.Unmarshal(typ)
	w.fatal(err)
	wantValue, err := want.Unmarshal(typ)
	w.fatal(err)
	if !gotValue.Equal(wantValue) {
		t.Errorf("%v:\n%s\nwant\n%s", of, gotValue, wantValue)
	}
}

func comparePaths(a, b *tftypes.AttributePath) int {
	return bytes.Compare([]byte(a.String()), []byte(b.String()))
}

// What the framework complained of in one configuration is not forgotten in the next.
func TestPlainPlanAfterAnotherConfiguration(t *testing.T) {
	t.Parallel()
	s := newStage(t, sandbox.Options{Empty: true})
	w := s.configured(t, values{})
	plan := func() string {
		_, diags := w.plan(thuliumChatConversationName, object{}, values{"chat_queue_id": 7})
		return said(diags)
	}
	if complaint := plan() + plan(); complaint != "" {
		t.Fatal(complaint)
	}
	s.Environment[envThuliumPassword] = ""
	block := w.dynamic(w.schemas.Provider, values{})
	configured, err := w.server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: block})
	w.must(err, configured.Diagnostics)
	for range 2 {
		thuliumHas(t, plan(), "Unable to call Thulium", envThuliumPassword)
	}
}

// conversationDraw draws arguments and states of conversations.
type conversationDraw struct{ *rand.Rand }

func (d conversationDraw) of(choices ...any) any { return choices[d.IntN(len(choices))] }

func (d conversationDraw) config() values {
	const unknown = tftypes.UnknownValue
	config := values{
		"chat_queue_id":       d.of(1, 7, 7, 7, 0, unknown, nil),
		"client_name":         d.of(nil, nil, nil, "Anna", "", unknown),
		"client_surname":      d.of(nil, nil, "Nowak"),
		"client_email":        d.of(nil, nil, "anna@example.com", "anna@example.com", "anna", unknown),
		"client_id":           d.of(nil, nil, "c-1"),
		"customer_id":         d.of(nil, nil, nil, 12, -1, unknown),
		"external_chatbot_id": d.of(nil, nil, "bot"),
		"on_closed":           d.of(nil, nil, nil, onClosedRestart, onClosedKeep, "stop", unknown),
		"timeouts":            d.of(nil, nil, nil, values{"create": "1m"}, values{"delete": "x"}, unknown),
	}
	if d.IntN(50) == 0 {
		config["status"] = "OPEN"
	}
	return config
}

// state is one that a provider may have left: after a start, a refresh or an import.
func (d conversationDraw) state() values {
	if d.IntN(5) == 0 {
		return values{"id": "a", "chat_queue_id": 7}
	}
	return values{
		"id": d.of("a", "b", "closed", "not shown"), "chat_queue_id": d.of(1, 7, 7, 1<<62+1, 7.5, 1e30),
		"client_name": d.of(nil, "Zażółć \"<Gęślą>\"\n\u2028"), "client_email": d.of(nil, "anna@example.com"), "customer_id": d.of(nil, 12, 12, 12.5),
		"on_closed": d.of(onClosedRestart, onClosedRestart, onClosedKeep), "started_at": "2026-11-22T10:00:00Z",
		"status": d.of(nil, "OPEN", "CLOSED"), "closed_at": d.of(nil, "2026-11-22 11:00:00"), "timeouts": d.of(nil, nil, values{"create": "1m"}),
	}
}

// configOf is the configuration that a state came from.
func (d conversationDraw) configOf(state values) values {
	config := values{}
	for _, argument := range []string{"chat_queue_id", "client_email", "customer_id", "timeouts"} {
		config[argument] = state[argument]
	}
	config["on_closed"] = d.of(nil, state["on_closed"])
	return config
}

func (d conversationDraw) identity(t *testing.T, state values) *tfprotov6.ResourceIdentityData {
	t.Helper()
	typ := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"id": tftypes.String}}
	encoded, err := tfprotov6.NewDynamicValue(typ, terraformValue(typ, values{"id": state["id"]}))
	if err != nil {
		t.Fatal(err)
	}
	return &tfprotov6.ResourceIdentityData{IdentityData: &encoded}
}
