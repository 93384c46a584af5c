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

// server is the framework's server, but for the messages of a thread. The
// framework converts, copies, compares and transforms every value of a state
// before it encodes it, which for 20,000 messages takes ten times as long as to
// read and to encode them. So a thread is read without its messages, and they
// are put into the encoded answer.
type server struct {
	protocolServer
}

// NewServer returns the constructor of a server for the provider that newProvider makes.
func NewServer(newProvider func() provider.Provider) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer {
		framework := providerserver.NewProtocol6(newProvider())()
		if complete, ok := framework.(protocolServer); ok {
			return &server{complete}
		}
		return framework
	}
}

// ReadDataSource reads a data source.
func (s *server) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	var messages []byte
	resp, err := s.protocolServer.ReadDataSource(context.WithValue(ctx, messagesKey{}, &messages), req)
	if err == nil && messages != nil {
		err = insertMessages(resp.State, messages)
	}
	return resp, err
}

// OpenEphemeralResource opens an ephemeral resource.
func (s *server) OpenEphemeralResource(ctx context.Context, req *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	var messages []byte
	resp, err := s.protocolServer.OpenEphemeralResource(context.WithValue(ctx, messagesKey{}, &messages), req)
	if err == nil && messages != nil {
		err = insertMessages(resp.Result, messages)
	}
	return resp, err
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
	name := packed(nil).name("messages")
	before, after, found := bytes.Cut(thread.MsgPack, name.null())
	if !found {
		return errors.New("the thread has no place for its messages: this is a fault of the provider")
	}
	thread.MsgPack = slices.Concat(before, name, messages, after)
	return nil
}
