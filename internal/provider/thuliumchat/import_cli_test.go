package thuliumchat_test

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	tfstate "github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

const thuliumImportID = "0b6ab1f4-31c0-4e22-b7d7-7c15bb39d6a7"

// thuliumImportStage has one open chat that somebody else has started.
func thuliumImportStage(t *testing.T) *providertest.Stage {
	t.Helper()
	s := providertest.New(t, sandbox.Options{})
	s.AddConversation(sandbox.Conversation{ID: thuliumImportID, QueueID: 3, ClientName: "Somebody", CreatedAt: time.Now().Add(-time.Hour)})
	return s
}

// thuliumRequired stands before the configuration of an import, to which
// terraform-plugin-testing adds none.
const thuliumRequired = `
terraform {
  required_providers {
    conversation = {
      source = "conversation-tools/conversation"
    }
  }
}
`

// thuliumFullBlock sets every argument.
const thuliumFullBlock = `
resource "thulium_chat_conversation" "test" {
  provider            = conversation
  chat_queue_id       = 3
  client_name         = "Jan"
  client_surname      = "Kowalski"
  client_email        = "jan@example.com"
  client_id           = "17"
  customer_id         = 4711
  external_chatbot_id = "bot"
  on_closed           = "keep"
}
`

// thuliumAdopted checks that the conversation in the state is the imported one
// with the arguments of the block.
func thuliumAdopted(s *providertest.Stage) []statecheck.StateCheck {
	return []statecheck.StateCheck{
		providertest.ThuliumCalls{Stage: s},
		statecheck.ExpectKnownValue("thulium_chat_conversation.test", tfjsonpath.New("id"), knownvalue.StringExact(thuliumImportID)),
		statecheck.ExpectKnownValue("thulium_chat_conversation.test", tfjsonpath.New("client_name"), knownvalue.StringExact("Jan")),
		statecheck.ExpectKnownValue("thulium_chat_conversation.test", tfjsonpath.New("on_closed"), knownvalue.StringExact("keep")),
		statecheck.ExpectKnownValue("thulium_chat_conversation.test", tfjsonpath.New("started_at"), knownvalue.Null()),
		statecheck.ExpectKnownValue("thulium_chat_conversation.test", tfjsonpath.New("status"), knownvalue.StringExact("CREATED")),
	}
}

// An import block imports and adopts in one apply, without a call; afterwards a
// change replaces as ever.
func TestThuliumImportBlock(t *testing.T) {
	for name, block := range map[string]string{
		"id":           fmt.Sprintf("provider = conversation\n id = %q", thuliumImportID),
		"queue and id": fmt.Sprintf("provider = conversation\n id = %q", "3/"+thuliumImportID),
		"identity":     fmt.Sprintf("provider = conversation\n identity = { id = %q }", thuliumImportID),
	} {
		t.Run(name, func(t *testing.T) {
			providertest.Requires(t, providertest.ImportBlock)
			if name == "identity" {
				providertest.Requires(t, providertest.Identity)
			}
			s := thuliumImportStage(t)
			resource.ParallelTest(t, resource.TestCase{
				ProtoV6ProviderFactories: s.Factories(),
				Steps: []resource.TestStep{
					{
						Config: providertest.Quick + fmt.Sprintf("import {\n to = %s\n %s\n}\n", "thulium_chat_conversation.test", block) + thuliumFullBlock,
						ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
							plancheck.ExpectResourceAction("thulium_chat_conversation.test", plancheck.ResourceActionUpdate),
							providertest.ThuliumCalls{Stage: s},
						}},
						ConfigStateChecks: thuliumAdopted(s),
					},
					{
						Config:             providertest.Quick + thuliumChangedBlock,
						PlanOnly:           true,
						ExpectNonEmptyPlan: true,
						ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{
							plancheck.ExpectResourceAction("thulium_chat_conversation.test", plancheck.ResourceActionDestroyBeforeCreate),
						}},
					},
				},
			})
			if err := (providertest.ThuliumCalls{Stage: s, Starts: 0, Stops: 1}).Wrong(); err != nil {
				t.Error(err)
			}
			if got := s.Conversations(); len(got) != 1 || got[0].StoppedWith != "bot" {
				t.Errorf("in the end there are %+v", got)
			}
		})
	}
}

const thuliumChangedBlock = `
resource "thulium_chat_conversation" "test" {
  provider      = conversation
  chat_queue_id = 3
  client_name   = "Ewa"
}
`

// The import command writes the id and the queue; the next apply adopts.
func TestThuliumImportCommand(t *testing.T) {
	for _, prefix := range []string{"", "3/"} {
		t.Run("prefix "+prefix, func(t *testing.T) {
			s := thuliumImportStage(t)
			resource.ParallelTest(t, resource.TestCase{
				ProtoV6ProviderFactories: s.Factories(),
				Steps: []resource.TestStep{
					{Config: thuliumRequired + providertest.Quick},
					{
						Config:             thuliumRequired + providertest.Quick + thuliumFullBlock,
						ResourceName:       "thulium_chat_conversation.test",
						ImportState:        true,
						ImportStateId:      prefix + thuliumImportID,
						ImportStatePersist: true,
						ImportStateCheck: func(states []*tfstate.InstanceState) error {
							if len(states) != 1 {
								return fmt.Errorf("%d resources were imported", len(states))
							}
							want := map[string]string{"id": thuliumImportID, "chat_queue_id": "3", "status": "CREATED"}
							for attribute, value := range states[0].Attributes {
								if value != want[attribute] && attribute != "%" {
									return fmt.Errorf("%s was imported as %q, want %q", attribute, value, want[attribute])
								}
							}
							return nil
						},
					},
					{
						Config: thuliumRequired + providertest.Quick + thuliumFullBlock,
						ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
							plancheck.ExpectResourceAction("thulium_chat_conversation.test", plancheck.ResourceActionUpdate),
						}},
						ConfigStateChecks: thuliumAdopted(s),
					},
				},
			})
			if err := (providertest.ThuliumCalls{Stage: s, Starts: 0, Stops: 1}).Wrong(); err != nil {
				t.Error(err)
			}
		})
	}
}

// -generate-config-out writes a block that plans an update, never a replacement.
func TestThuliumImportGeneratesConfiguration(t *testing.T) {
	providertest.Requires(t, providertest.GenerateConfig)
	s := thuliumImportStage(t)
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		Steps: []resource.TestStep{
			{
				Config: thuliumRequired + providertest.Quick + fmt.Sprintf(`
import {
  provider = conversation
  to       = %s
  id       = %q
}
`, "thulium_chat_conversation.test", thuliumImportID),
				ResourceName:           "thulium_chat_conversation.test",
				ImportState:            true,
				ImportStateKind:        resource.ImportBlockWithID,
				ImportStateConfigExact: true,
				ImportStateId:          thuliumImportID,
				GenerateConfig:         true,
				ExpectNonEmptyPlan:     true,
				ImportPlanChecks: resource.ImportPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction("thulium_chat_conversation.test", plancheck.ResourceActionUpdate),
					plancheck.ExpectKnownValue("thulium_chat_conversation.test", tfjsonpath.New("chat_queue_id"), knownvalue.Int64Exact(3)),
					plancheck.ExpectKnownValue("thulium_chat_conversation.test", tfjsonpath.New("on_closed"), knownvalue.StringExact("restart")),
					providertest.ThuliumCalls{Stage: s},
				}},
			},
		},
	})
}

// What cannot be imported stops the CLI before anything is in the state.
func TestThuliumImportCommandRefused(t *testing.T) {
	s := thuliumImportStage(t)
	s.CloseConversation(thuliumImportID)
	refused := func(id, says string) resource.TestStep {
		return resource.TestStep{
			Config:        thuliumRequired + providertest.Quick + thuliumFullBlock,
			ResourceName:  "thulium_chat_conversation.test",
			ImportState:   true,
			ImportStateId: id,
			ExpectError:   regexp.MustCompile(says),
		}
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		Steps: []resource.TestStep{
			refused(thuliumImportID, `is\s+closed`),
			refused("3/"+thuliumImportID, `Nothing\s+was\s+imported`),
			refused("3/22222222-31c0-4e22-b7d7-7c15bb39d6a7", `366\s+days`),
			refused("x/y", `<chat\s+queue\s+id>/<conversation\s+id>`),
		},
	})
	if err := (providertest.ThuliumCalls{Stage: s}).Wrong(); err != nil {
		t.Error(err)
	}
}
