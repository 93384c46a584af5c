package provider

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

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

const thuliumImportID = "0b6ab1f4-31c0-4e22-b7d7-7c15bb39d6a7"

// thuliumImportStage has one open chat that somebody else has started.
func thuliumImportStage(t *testing.T) *stage {
	t.Helper()
	s := newStage(t, sandbox.Options{})
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
func thuliumAdopted(s *stage) []statecheck.StateCheck {
	return []statecheck.StateCheck{
		thuliumPosts{stage: s},
		statecheck.ExpectKnownValue(thuliumAddress, tfjsonpath.New("id"), knownvalue.StringExact(thuliumImportID)),
		statecheck.ExpectKnownValue(thuliumAddress, tfjsonpath.New("client_name"), knownvalue.StringExact("Jan")),
		statecheck.ExpectKnownValue(thuliumAddress, tfjsonpath.New("on_closed"), knownvalue.StringExact("keep")),
		statecheck.ExpectKnownValue(thuliumAddress, tfjsonpath.New("started_at"), knownvalue.Null()),
		statecheck.ExpectKnownValue(thuliumAddress, tfjsonpath.New("status"), knownvalue.StringExact("OPEN")),
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
			requires(t, featureImportBlock)
			if name == "identity" {
				requires(t, featureIdentity)
			}
			s := thuliumImportStage(t)
			resource.ParallelTest(t, resource.TestCase{
				ProtoV6ProviderFactories: s.factories(),
				Steps: []resource.TestStep{
					{
						Config: quick + fmt.Sprintf("import {\n to = %s\n %s\n}\n", thuliumAddress, block) + thuliumFullBlock,
						ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
							plancheck.ExpectResourceAction(thuliumAddress, plancheck.ResourceActionUpdate),
							thuliumPosts{stage: s},
						}},
						ConfigStateChecks: thuliumAdopted(s),
					},
					{
						Config:             quick + thuliumChangedBlock,
						PlanOnly:           true,
						ExpectNonEmptyPlan: true,
						ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{
							plancheck.ExpectResourceAction(thuliumAddress, plancheck.ResourceActionDestroyBeforeCreate),
						}},
					},
				},
			})
			if err := (thuliumPosts{s, 0, 1}).wrong(); err != nil {
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
			exercised(t, "thulium: import command")
			s := thuliumImportStage(t)
			resource.ParallelTest(t, resource.TestCase{
				ProtoV6ProviderFactories: s.factories(),
				Steps: []resource.TestStep{
					{Config: thuliumRequired + quick},
					{
						Config:             thuliumRequired + quick + thuliumFullBlock,
						ResourceName:       thuliumAddress,
						ImportState:        true,
						ImportStateId:      prefix + thuliumImportID,
						ImportStatePersist: true,
						ImportStateCheck: func(states []*tfstate.InstanceState) error {
							if len(states) != 1 {
								return fmt.Errorf("%d resources were imported", len(states))
							}
							want := map[string]string{"id": thuliumImportID, "chat_queue_id": "3", "status": "OPEN"}
							for attribute, value := range states[0].Attributes {
								if value != want[attribute] && attribute != "%" {
									return fmt.Errorf("%s was imported as %q, want %q", attribute, value, want[attribute])
								}
							}
							return nil
						},
					},
					{
						Config: thuliumRequired + quick + thuliumFullBlock,
						ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
							plancheck.ExpectResourceAction(thuliumAddress, plancheck.ResourceActionUpdate),
						}},
						ConfigStateChecks: thuliumAdopted(s),
					},
				},
			})
			if err := (thuliumPosts{s, 0, 1}).wrong(); err != nil {
				t.Error(err)
			}
		})
	}
}

// -generate-config-out writes a block that plans an update, never a replacement.
func TestThuliumImportGeneratesConfiguration(t *testing.T) {
	requires(t, featureGenerateConfig)
	s := thuliumImportStage(t)
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.factories(),
		Steps: []resource.TestStep{
			{
				Config: thuliumRequired + quick + fmt.Sprintf(`
import {
  provider = conversation
  to       = %s
  id       = %q
}
`, thuliumAddress, thuliumImportID),
				ResourceName:           thuliumAddress,
				ImportState:            true,
				ImportStateKind:        resource.ImportBlockWithID,
				ImportStateConfigExact: true,
				ImportStateId:          thuliumImportID,
				GenerateConfig:         true,
				ExpectNonEmptyPlan:     true,
				ImportPlanChecks: resource.ImportPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(thuliumAddress, plancheck.ResourceActionUpdate),
					plancheck.ExpectKnownValue(thuliumAddress, tfjsonpath.New("chat_queue_id"), knownvalue.Int64Exact(3)),
					plancheck.ExpectKnownValue(thuliumAddress, tfjsonpath.New("on_closed"), knownvalue.StringExact("restart")),
					thuliumPosts{stage: s},
				}},
			},
		},
	})
}

// What cannot be imported stops the CLI before anything is in the state.
func TestThuliumImportCommandRefused(t *testing.T) {
	exercised(t, "thulium: import refused")
	s := thuliumImportStage(t)
	s.CloseConversation(thuliumImportID)
	refused := func(id, says string) resource.TestStep {
		return resource.TestStep{
			Config:        thuliumRequired + quick + thuliumFullBlock,
			ResourceName:  thuliumAddress,
			ImportState:   true,
			ImportStateId: id,
			ExpectError:   regexp.MustCompile(says),
		}
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.factories(),
		Steps: []resource.TestStep{
			refused(thuliumImportID, `is\s+closed`),
			refused("3/"+thuliumImportID, `Nothing\s+was\s+imported`),
			refused("3/22222222-31c0-4e22-b7d7-7c15bb39d6a7", `366\s+days`),
			refused("x/y", `<chat\s+queue\s+id>/<conversation\s+id>`),
		},
	})
	if err := (thuliumPosts{stage: s}).wrong(); err != nil {
		t.Error(err)
	}
}
