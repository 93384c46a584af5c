package thuliumchat_test

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// thuliumStateFile is a state that was written by Terraform 1.11 with schema
// version 0. It is kept as it is: a later version has to read it.
const thuliumStateFile = "state.json"

// thuliumInstance is one conversation of a state file.
type thuliumInstance struct {
	Version    int64           `json:"schema_version"`
	Attributes json.RawMessage `json:"attributes"`
	Private    string          `json:"private"`
	Columns    struct {
		ID        string  `json:"id"`
		Queue     int64   `json:"chat_queue_id"`
		StartedAt string  `json:"started_at"`
		ClosedAt  *string `json:"closed_at"`
	} `json:"-"`
}

// thuliumKeptState reads a kept state and files its conversations with the service.
func thuliumKeptState(t *testing.T, s *providertest.Stage, name string) (string, []thuliumInstance) {
	t.Helper()
	s.Set(func(k *sandbox.Knobs) { k.OpenStatus = "OPEN" }) // as the service said then
	text, err := os.ReadFile(filepath.Join("testdata", "state", name, thuliumStateFile))
	if err != nil {
		t.Fatal(err)
	}
	var state struct {
		Resources []struct {
			Instances []thuliumInstance `json:"instances"`
		} `json:"resources"`
	}
	if err := json.Unmarshal(text, &state); err != nil {
		t.Fatal(err)
	}
	var all []thuliumInstance
	for _, resource := range state.Resources {
		for _, instance := range resource.Instances {
			if err := json.Unmarshal(instance.Attributes, &instance.Columns); err != nil {
				t.Fatal(err)
			}
			chat := sandbox.Conversation{ID: instance.Columns.ID, QueueID: instance.Columns.Queue}
			// An imported conversation has no start, and is the same day's as the others.
			chat.CreatedAt = time.Date(2026, 11, 22, 21, 10, 33, 0, time.UTC)
			if closed := instance.Columns.ClosedAt; closed != nil {
				at, err := time.ParseInLocation("2006-01-02 15:04:05.000", *closed, time.FixedZone("", 3600))
				if err != nil {
					t.Fatal(err)
				}
				chat.ClosedAt = &at
			}
			s.AddConversation(chat)
			all = append(all, instance)
		}
	}
	return string(text), all
}

// A state that was written long ago plans clean, and is destroyed as it stands.
func TestThuliumKeptState(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		plan  string // its exit code would be 0, or 2 with this summary
		stops int
	}{
		"conversation": {"No changes.", 2}, // the third is closed, and kept
		"imported":     {"0 to add, 1 to change, 0 to destroy", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{Location: time.FixedZone("", 3600)})
			text, _ := thuliumKeptState(t, s, name)
			config, err := os.ReadFile(filepath.Join("testdata", "state", name, "main.tf"))
			if err != nil {
				t.Fatal(err)
			}
			w := providertest.NewWorkspace(t, s, map[string]string{
				"main.tf":           string(config),
				"terraform.tfstate": strings.ReplaceAll(text, "registry.terraform.io", os.Getenv("TF_ACC_PROVIDER_HOST")),
			})
			providertest.Has(t, w.Succeeds("plan", "-no-color"), tc.plan)
			w.Succeeds("apply", "-no-color", "-auto-approve")
			w.Clean()
			if err := (providertest.ThuliumCalls{Stage: s}).Wrong(); err != nil {
				t.Error(err)
			}
			w.Succeeds("destroy", "-no-color", "-auto-approve")
			if err := (providertest.ThuliumCalls{Stage: s, Starts: 0, Stops: tc.stops}).Wrong(); err != nil {
				t.Error(err)
			}
			if open := s.Open(); len(open) > 0 {
				t.Errorf("left open: %v", open)
			}
		})
	}
}

// The same over the protocol: upgraded, refreshed and planned without a difference.
func TestThuliumKeptStateUpgrades(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{Location: time.FixedZone("", 3600)})
	_, instances := thuliumKeptState(t, s, "conversation")
	_, imported := thuliumKeptState(t, s, "imported")
	w := s.Quick(t)
	schema := w.Schemas.ResourceSchemas["thulium_chat_conversation"]
	for _, instance := range append(instances, imported...) {
		upgraded, err := w.Server.UpgradeResourceState(t.Context(), &tfprotov6.UpgradeResourceStateRequest{
			TypeName: "thulium_chat_conversation", Version: instance.Version, RawState: &tfprotov6.RawState{JSON: instance.Attributes},
		})
		w.Must(err, upgraded.Diagnostics)
		private, err := base64.StdEncoding.DecodeString(instance.Private)
		w.Fatal(err)
		prior := providertest.Object{State: w.Values(schema, upgraded.UpgradedState), Private: private}
		if prior.State["id"] != instance.Columns.ID {
			t.Errorf("upgraded to %v", prior.State)
		}
		after, diags := w.Refresh("thulium_chat_conversation", prior)
		if len(diags) > 0 || !reflect.DeepEqual(after.State, prior.State) {
			t.Errorf("refreshed to\n%v, want\n%v: %s", after.State, prior.State, providertest.Said(diags))
		}
		config := providertest.Values{}
		for _, attribute := range schema.Block.Attributes {
			if attribute.Required || attribute.Optional {
				config[attribute.Name] = after.State[attribute.Name]
			}
		}
		planned, diags := w.Plan("thulium_chat_conversation", after, config)
		w.Must(nil, diags)
		want := after.State
		if instance.Private != "" {
			want["on_closed"] = "restart" // the change that adopts
		}
		if got := w.Values(schema, planned.PlannedState); !reflect.DeepEqual(got, want) || len(planned.RequiresReplace) > 0 {
			t.Errorf("planned\n%v, want\n%v, replacing %v", got, want, planned.RequiresReplace)
		}
	}
	if n := s.Count("*"); n != s.Count("thulium.list") {
		t.Errorf("%d requests, %d of the listing", n, s.Count("thulium.list"))
	}
}
