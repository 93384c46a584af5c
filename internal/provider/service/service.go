// Package service is what every type is given: the client of a service or what stands
// in its way, the time of an operation, and a failed call as a diagnostic.
package service

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/chatbot"
	"github.com/conversation-tools/terraform-provider-conversation/internal/jelou"
	"github.com/conversation-tools/terraform-provider-conversation/internal/thulium"
)

// Services are the three services as one provider configuration sees them.
type Services struct {
	Thulium Thulium
	Jelou   Jelou
	Chatbot Service[*chatbot.Client]
}

// Thulium is the service with what its block sets beside the account.
type Thulium struct {
	Service[*thulium.Client]

	Refresh types.Bool     // whether a refresh asks GET chats; unknown while it is not known
	Zone    *time.Location // of Thulium's times; nil where time_zone is not set or not known yet
	ZoneSet bool           // whether the configuration sets time_zone, known or not
}

// Jelou is the service with what its block sets beside the account.
type Jelou struct {
	Service[*jelou.Client]

	ProjectID   types.String // the default of each block; may be null or unknown
	ProjectFrom string       // what sets the default: an attribute or a variable
}

// Service is one service as far as its configuration is known.
type Service[C any] struct {
	Account Account

	client  C
	ready   bool
	inShell bool      // the credentials come from environment variables
	problem string    // what is missing or wrong; "" when nothing is
	unknown path.Path // what is not known yet, when ready is false and problem empty

	warned  sync.Map    // the summaries of what this run has warned of already
	limited atomic.Bool // a refresh of this run has ended because the service limits its calls
}

// Connect gives the service its client. inShell says whether its credentials come from
// environment variables.
func (s *Service[C]) Connect(client C, inShell bool) {
	s.client, s.ready, s.inShell = client, true, inShell
}

// InShell returns how a command in a shell gives a credential: the variable that the
// provider took it from, or else the name to put a value for.
func (s *Service[C]) InShell(c Credential) string {
	if s.inShell {
		return "$" + c.Variable
	}
	return strings.ToUpper(c.Name)
}

// Refuse keeps what is missing or wrong in the configuration.
func (s *Service[C]) Refuse(problem error) { s.problem = strings.TrimSuffix(problem.Error(), ".") }

// Await keeps which value of the configuration is not known yet.
func (s *Service[C]) Await(unknown path.Path) { s.unknown = unknown }

// Check adds an error when the service is not usable and will not become so. It is for
// the plan, because what is not known yet may be known at apply. named tells which block it
// is about, where Terraform does not: at destroy.
func (s *Service[C]) Check(diags *diag.Diagnostics, named ...string) {
	if s.problem != "" {
		needs := "This block needs " + s.Account.Service + ", but " + s.problem + "."
		diags.AddError("Unable to call "+s.Account.Service, Paragraphs(append(named, needs)...))
	}
}

// Client returns the client, and adds an error when no call can be made now. named is as in
// Check.
func (s *Service[C]) Client(diags *diag.Diagnostics, named ...string) C {
	s.Check(diags, named...)
	if s.problem == "" && !s.ready {
		diags.AddError("Unable to call "+s.Account.Service, Paragraphs(append(named,
			fmt.Sprintf("The value of %s in the provider block is not known yet, but this block has to call %s now. "+
				"Apply what the value depends on first, for example with -target. A data source can also wait for the apply with depends_on, and an "+
				"ephemeral resource with an argument that is known only then.",
				s.unknown, s.Account.Service))...))
	}
	return s.client
}
