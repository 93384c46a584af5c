package jelouconversation_test

import (
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// imported imports as Terraform does, by id or else by identity, and refreshes what was
// imported.
func imported(w *providertest.Wire, id string, identity values) (object, []*tfprotov6.Diagnostic) {
	w.T.Helper()
	var got object
	var diags []*tfprotov6.Diagnostic
	if identity != nil {
		got, diags = w.ImportIdentity(conversation, identity)
	} else {
		got, diags = w.ImportID(conversation, id)
	}
	if providertest.Failed(diags) {
		return object{}, diags
	}
	refreshed, more := w.Refresh(conversation, got)
	return refreshed, append(diags, more...)
}

// Each form of an import takes over the bot and the user, and the next apply adopts every
// other argument without a call.
func TestImportAndAdopt(t *testing.T) {
	t.Parallel()
	config := arguments(values{
		"initial_message": "Oi", "metadata": values{"a": "1"}, "assignment": values{"type": "queue", "target": "q"},
		"redirect_payload": values{"type": "edge", "text": "x"}, "on_closed": "keep", "timeouts": values{"delete": "1m"},
	})
	for name, form := range map[string]func(id string) (string, values){
		"id":                   func(id string) (string, values) { return id, nil },
		"project and id":       func(id string) (string, values) { return "project-1/" + id, nil },
		"identity":             func(id string) (string, values) { return "", values{"project_id": "project-1", "id": id} },
		"identity, no project": func(id string) (string, values) { return "", values{"id": id} },
	} {
		for kind, config := range map[string]values{"all arguments": config, "what is required": arguments(nil)} {
			t.Run(name+", "+kind, func(t *testing.T) {
				t.Parallel()
				s := providertest.New(t, sandbox.Options{})
				id := s.OpenJelouConversation(sandbox.JelouProjectID, sandbox.JelouBotID, user)
				w := s.Quick(t)
				byID, identity := form(id)
				have, diags := imported(w, byID, identity)
				if len(diags) > 0 {
					t.Fatal(providertest.Said(diags))
				}
				providertest.Saw(t, s, read, read)
				want := values{"id": id, "project_id": "project-1", "bot_id": "bot-1", "user_id": user, "state": "active"}
				for attribute, value := range have.State {
					if attribute != "room_id" && attribute != "started_at" && attribute != "timeouts" && !reflect.DeepEqual(value, want[attribute]) {
						t.Errorf("%s is %v after the import, want %v", attribute, value, want[attribute])
					}
				}
				if got := w.Identified(conversation, have.Identity); !reflect.DeepEqual(got, values{"project_id": "project-1", "id": id}) {
					t.Errorf("the identity is %v", got)
				}

				w = s.Quick(t) // a later run knows the state alone
				planned, diags := w.Plan(conversation, have, config)
				w.Must(nil, diags)
				if len(planned.RequiresReplace) > 0 || reflect.DeepEqual(w.Values(w.Schemas.ResourceSchemas[conversation], planned.PlannedState), have.State) {
					t.Errorf("the plan replaces for %v, or changes nothing", planned.RequiresReplace)
				}
				adopted := w.MustApply(conversation, have, config)
				providertest.Saw(t, s)
				for attribute, value := range config {
					if attribute != "timeouts" && !reflect.DeepEqual(adopted.State[attribute], value) {
						t.Errorf("%s is %v, want %v", attribute, adopted.State[attribute], value)
					}
				}

				// The mark is used up: from now on a change replaces.
				planned, diags = w.Plan(conversation, adopted, with(config, values{"initial_message": "Another"}))
				w.Must(nil, diags)
				if len(planned.RequiresReplace) != 1 {
					t.Errorf("replaced for %v", planned.RequiresReplace)
				}
				w.MustApply(conversation, adopted, nil)
				providertest.Saw(t, s, read, end)
			})
		}
	}
}

// A configuration for another bot or user replaces what was imported. A user_id that is
// the second id of the same user does not: nobody documents which one a start takes.
func TestImportedPartiesAreNotReplacedByChance(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	s.Set(func(k *sandbox.Knobs) { k.ReadUser = sandbox.ReadUserReference })
	id := s.OpenJelouConversation(sandbox.JelouProjectID, sandbox.JelouBotID, user)
	w := s.Quick(t)
	have, diags := imported(w, id, nil)
	w.Must(nil, diags)
	if have.State["user_id"] != "internal-"+user {
		t.Errorf("the user is %v", have.State["user_id"])
	}
	for _, change := range []values{{"bot_id": "bot-2"}, {"user_id": "user-2"}, {"project_id": "project-2"}} {
		planned, diags := w.Plan(conversation, have, arguments(change))
		w.Must(nil, diags)
		if len(planned.RequiresReplace) != 1 {
			t.Errorf("%v replaces for %v", change, planned.RequiresReplace)
		}
	}
	adopted := w.MustApply(conversation, have, arguments(nil))
	if idOf(adopted) != id || adopted.State["user_id"] != user {
		t.Errorf("adopted as %v", adopted.State)
	}
}

// What cannot be imported is an error, and nothing is imported.
func TestImportRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		id       string
		prepare  func(*providertest.Stage, string)
		provider any
		words    []string
		calls    []string
	}{
		"closed":             {prepare: func(s *providertest.Stage, id string) { s.CloseJelouConversation(id) }, words: []string{"is closed", "Nothing was imported"}, calls: []string{read}},
		"unknown":            {id: "c-9", words: []string{"404", "CONVERSATION_NOT_FOUND", "Nothing was imported"}, calls: []string{read}},
		"unknown project":    {id: "project-9/c-9", words: []string{"404", "/external-support/project-9/"}, calls: []string{read}},
		"empty":              {id: "project-1/", words: []string{"The conversation id must not be empty. Give <project id>/<conversation id>, or the conversation id alone"}},
		"dots":               {id: "..", words: []string{`The conversation id must not be ".."`, "Give <project id>/"}},
		"no project":         {id: "/c-9", words: []string{"The project id must not be empty. Give <project id>/"}},
		"a line end":         {id: "c-9\n", words: []string{"The conversation id must not contain a line end"}},
		"no default project": {id: "c-9", prepare: func(s *providertest.Stage, _ string) { s.Environment["JELOU_PROJECT_ID"] = "" }, words: []string{"JELOU_PROJECT_ID"}},
		"project not known":  {id: "c-9", provider: values{"project_id": tftypes.UnknownValue}, words: []string{"not known yet"}},
		"service not known":  {id: "p/c-9", provider: values{"api_key": tftypes.UnknownValue}, words: []string{"not known yet"}},
		"service not there":  {id: "p/c-9", prepare: func(s *providertest.Stage, _ string) { s.Environment["JELOU_API_KEY"] = "" }, words: []string{"JELOU_API_KEY"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			id := s.OpenJelouConversation(sandbox.JelouProjectID, sandbox.JelouBotID, user)
			if c.prepare != nil {
				c.prepare(s, id)
			}
			if c.id != "" {
				id = c.id
			}
			got, diags := imported(s.Configured(t, values{"jelou": c.provider}), id, nil)
			providertest.Complains(t, diags, c.words...)
			providertest.Saw(t, s, c.calls...)
			if got.State != nil {
				t.Errorf("imported %v", got.State)
			}
		})
	}
}

// An empty id comes with an identity that is null.
func TestImportOfNothing(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	_, diags := s.Quick(t).ImportIdentity(conversation, nil)
	providertest.Complains(t, diags, "Unable to import Jelou conversation", "<project id>/<conversation id>")
	providertest.Saw(t, s)
}

func TestImportWithoutBotOrUserWarns(t *testing.T) {
	t.Parallel()
	for name, parties := range map[string]string{"neither": ``, "no user": `,"Bot":{"id":"bot-1"}`, "no bot": `,"User":{"id":"u-1"},"Bot":null`} {
		s := providertest.New(t, sandbox.Options{})
		answers(s, read, 200, `{"status":1,"data":{"_id":"c-1","state":"active"`+parties+`}}`)
		got, diags := imported(s.Quick(t), "c-1", nil)
		if providertest.Failed(diags) || got.State["id"] != "c-1" {
			t.Errorf("%s: imported %v", name, got.State)
		}
		providertest.Has(t, providertest.Said(diags), "WARNING", "without its bot or user", "terraform apply before you destroy")
	}
}
