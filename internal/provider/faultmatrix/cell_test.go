package faultmatrix_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

type (
	values = providertest.Values
	object = providertest.Object
)

// cell is a call that meets a fault.
type cell struct {
	t     *testing.T
	call  *call
	fault *fault
	mode  string

	stage *providertest.Stage
	wire  *providertest.Wire
	dials atomic.Int32
	log   *journal

	id    string            // of the conversation that is there before the call
	prior object            // what the state holds before the call
	was   map[string]string // the things of the services before the call

	config   values
	after    object   // of a resource
	answer   values   // of a data source or an ephemeral resource
	progress []string // of an action
	diags    []*tfprotov6.Diagnostic
}

func (c *cell) String() string { return c.call.name + "/" + c.fault.name + "/" + c.mode }

// run makes the call under the fault, in a bubble, where no wait takes time. Each pause between two attempts is as long as the
// time-out of an attempt.
func (c *cell) run(t *testing.T) {
	t.Helper()
	c.t, c.stage = t, providertest.NewInMemory(t, sandbox.Options{})
	if c.call.given != nil {
		c.wire = c.stage.Quick(c.t)
		c.call.given(c)
		c.settle()
	}
	c.stage.ClearRequests()
	c.was = c.things()
	for _, arm := range append(slices.Clone(c.call.first), c.armed()) {
		if arm.Kind != "" {
			c.stage.AddFault(arm)
		}
	}
	wait := attemptTimeout.String()
	http := values{
		"timeout": wait, "max_retries": maxRetries, "retry_wait_min": wait, "retry_wait_max": wait, "ca_certificate": trusted.pem,
	}
	there := &providertest.Stage{Sandbox: c.stage.Sandbox, URL: c.stage.URL, Environment: c.stage.Environment, Dial: c.dial}
	if c.fault.untrusted {
		there.Environment = maps.Collect(sandbox.Environment("https://sandbox.test"))
	}
	block := values{"http": http}
	maps.Copy(block, c.call.settings)
	c.wire = there.Configured(c.t, block)
	c.log = new(journal)
	c.wire.T = providertest.Logged(c.t, c.log)
	began := time.Now()
	c.call.do(c)
	if took := time.Since(began); took > operationTimeout {
		c.t.Errorf("the call took %s, longer than its time-out", took)
	}
}

const (
	maxRetries       = 2
	operationTimeout = 5 * time.Minute // the default of timeouts
)

// settle makes what a step has left what the next one finds.
func (c *cell) settle() {
	c.t.Helper()
	if c.after.State == nil {
		return
	}
	c.wire.Must(nil, c.diags)
	if id, ok := c.after.State["id"].(string); ok {
		c.id = id
	}
	c.prior, c.after, c.config = c.after, object{}, nil
}

// things are what the services hold, by id, with the state that it is in. A message
// of a chat has no id of its own.
func (c *cell) things() map[string]string {
	c.t.Helper()
	things := map[string]string{}
	for _, chat := range c.stage.Conversations() {
		things[chat.ID] = over[chat.ClosedAt != nil]
		for i := range chat.Messages {
			things[fmt.Sprint(chat.ID, " message ", i)] = ""
		}
	}
	for _, conversation := range c.stage.JelouConversations() {
		things[conversation.ID] = over[conversation.EndAt != nil]
	}
	var saved struct {
		Threads []struct {
			ThreadID string `json:"thread_id"`
			Thread   struct {
				Mode, WebhookURL, ChatUser any
				Messages                   []struct{ MessageID string }
			}
		}
	}
	state, err := c.stage.SaveState()
	if err == nil {
		err = json.Unmarshal(state, &saved)
	}
	if err != nil {
		c.t.Fatal(err)
	}
	for _, t := range saved.Threads {
		things[t.ThreadID] = fmt.Sprint(t.Thread.Mode, t.Thread.WebhookURL, t.Thread.ChatUser)
		for _, message := range t.Thread.Messages {
			things[message.MessageID] = ""
		}
	}
	return things
}

var over = map[bool]string{true: "over", false: "open"}

// changed returns the ids of all that the services have changed since the call began.
func (c *cell) changed() []string {
	var ids []string
	for id, state := range c.things() {
		if before, ok := c.was[id]; !ok || before != state {
			ids = append(ids, strings.Fields(id)[0])
		}
	}
	return ids
}

// journal keeps the log of a provider. It is the only place where an attempt shows that
// has reached nobody.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(line []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(line)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// attempt is what the provider logs of one attempt.
type attempt struct {
	Method  string `json:"method"`
	URL     string `json:"url"`
	Number  int    `json:"attempt"` // from 1 within its call
	Outcome string `json:"outcome"`
	request string
}

// attempts returns the attempts in order.
func (j *journal) attempts() []attempt {
	var made []attempt
	for decoder := json.NewDecoder(bytes.NewBufferString(j.String())); ; {
		var a attempt
		if err := decoder.Decode(&a); err != nil {
			return made
		}
		if a.Number > 0 {
			a.request = requestTo(a.Method, a.URL)
			made = append(made, a)
		}
	}
}

// outcomes returns, by request, the outcome of its last call: that of the last attempt,
// unless an earlier one may have acted.
func (c *cell) outcomes() map[string]string {
	outcomes := map[string]string{}
	for _, a := range c.log.attempts() {
		if a.Number > 1 && outcomes[a.request] == unknown && requests[a.request].acts() && a.Outcome != done {
			continue
		}
		outcomes[a.request] = a.Outcome
	}
	return outcomes
}
