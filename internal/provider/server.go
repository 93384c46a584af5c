package provider

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// protocolServer is what Terraform calls of a provider's server.
type protocolServer interface {
	tfprotov6.ProviderServer
	tfprotov6.ActionServer
}

// server is the framework's server, relieved of three burdens.
//
// Its calls come with a context that carries the state of all loggers. The
// framework extends it for each attribute, and keeps it of every call until the
// process ends: after a plan of 1,000 conversations, most of the memory. Without
// a log to write, the calls that are made for each block (those below) give the
// framework a context that carries nothing of that.
//
// Most calls about conversations are plain. Without a log to write, they are
// answered without the framework; see plainCalls.
//
// The framework converts, copies, compares and transforms each value of a state
// before it encodes it. For a thread of 20,000 messages that takes thirty times
// as long as to decode the service's answer. So the framework sees a thread
// without its messages, and they are put into what it has encoded.
type server struct {
	protocolServer

	silent bool // nobody has asked for a log
	plain  plainCalls
}

// newServer returns a server for p. silent says that no log is written.
func newServer(p provider.Provider, silent bool) tfprotov6.ProviderServer {
	framework := providerserver.NewProtocol6(p)()
	complete, ok := framework.(protocolServer)
	if !ok {
		return framework
	}
	s := &server{protocolServer: complete, silent: silent}
	s.plain.lister, _ = p.(lister)
	return s
}

// ConfigureProvider is called before all others that make calls.
func (s *server) ConfigureProvider(ctx context.Context, req *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	s.plain.forget()
	return s.protocolServer.ConfigureProvider(ctx, req)
}

// The calls that Terraform makes for each resource.

// UpgradeResourceState is called for each resource of the state.
func (s *server) UpgradeResourceState(ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	if s.silent {
		if resp := s.plain.upgrade(req); resp != nil {
			return resp, nil
		}
	}
	return relieved(ctx, s, req, s.protocolServer.UpgradeResourceState)
}

// UpgradeResourceIdentity is called for each resource of the state.
func (s *server) UpgradeResourceIdentity(ctx context.Context, req *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return relieved(ctx, s, req, s.protocolServer.UpgradeResourceIdentity)
}

// ValidateResourceConfig checks the arguments of a resource.
func (s *server) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	if s.silent {
		if resp := s.plain.validate(ctx, req); resp != nil {
			return resp, nil
		}
	}
	resp, err := relieved(ctx, s, req, s.protocolServer.ValidateResourceConfig)
	if err == nil {
		resp.Diagnostics = s.wholeNumbers(ctx, resp.Diagnostics, req.Config, func(schemas *tfprotov6.GetProviderSchemaResponse) *tfprotov6.Schema {
			return schemas.ResourceSchemas[req.TypeName]
		})
	}
	return resp, err
}

// ReadResource refreshes a resource.
func (s *server) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	if s.silent {
		if resp := s.plain.read(req); resp != nil {
			return resp, nil
		}
	}
	return relieved(ctx, s, req, s.protocolServer.ReadResource)
}

// PlanResourceChange plans a change of a resource.
func (s *server) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	framework := func() (*tfprotov6.PlanResourceChangeResponse, error) {
		return relieved(ctx, s, req, s.protocolServer.PlanResourceChange)
	}
	if s.silent {
		return s.plain.plan(req, framework)
	}
	return framework()
}

// ApplyResourceChange creates, updates or destroys a resource.
func (s *server) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return relieved(ctx, s, req, s.protocolServer.ApplyResourceChange)
}

// relieved makes a call with a context that carries nothing but its end, unless
// there is a log to write.
func relieved[Q, A any](ctx context.Context, s *server, req Q, call func(context.Context, Q) (A, error)) (A, error) {
	if !s.silent {
		return call(ctx, req)
	}
	bare, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	defer context.AfterFunc(ctx, func() { cancel(context.Cause(ctx)) })()
	return call(bare, req)
}

// ReadDataSource reads a data source.
func (s *server) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	resp, messages, err := withMessages(ctx, s, req, s.protocolServer.ReadDataSource)
	if err == nil && messages != nil {
		err = insertMessages(resp.State, messages)
	}
	return resp, err
}

// OpenEphemeralResource opens an ephemeral resource.
func (s *server) OpenEphemeralResource(ctx context.Context, req *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	resp, messages, err := withMessages(ctx, s, req, s.protocolServer.OpenEphemeralResource)
	if err == nil && messages != nil {
		err = insertMessages(resp.Result, messages)
	}
	return resp, err
}

// withMessages makes a call that may read a thread, and returns the thread's
// encoded messages apart. The framework keeps the context, but not these.
func withMessages[Q, A any](ctx context.Context, s *server, req Q, call func(context.Context, Q) (A, error)) (resp A, messages []byte, err error) {
	var taken []byte
	resp, err = relieved(ctx, s, req, func(ctx context.Context, req Q) (A, error) {
		return call(context.WithValue(ctx, messagesKey{}, &taken), req)
	})
	messages, taken = taken, nil
	return resp, messages, err
}

// messagesKey is the context's key of a *[]byte that takes encoded messages.
type messagesKey struct{}

// insertMessages puts encoded messages in the place of the null that an encoded
// thread has for them.
func insertMessages(thread *tfprotov6.DynamicValue, messages []byte) error {
	if thread == nil {
		return nil // the answer is an error
	}
	// The byte of null is none of UTF-8: no text of the thread looks like this.
	place := newPacker(0).name("messages").null().bytes()
	before, after, found := bytes.Cut(thread.MsgPack, place)
	if !found {
		return errors.New("the thread has no place for its messages: this is a fault of the provider")
	}
	name := newPacker(0).name("messages").bytes()
	thread.MsgPack = slices.Concat(before, name, messages, after)
	return nil
}
