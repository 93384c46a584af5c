package provider

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// threadServer reads threads whose messages are a null, and keeps the context.
type threadServer struct {
	protocolServer
	ctx context.Context
}

func (s *threadServer) read(ctx context.Context) *tfprotov6.DynamicValue {
	s.ctx = ctx
	if into, ok := ctx.Value(messagesKey{}).(*[]byte); ok {
		*into = newPacker(0).null().bytes()
	}
	return &tfprotov6.DynamicValue{MsgPack: newPacker(0).name("messages").null().bytes()}
}

func (s *threadServer) ReadDataSource(ctx context.Context, _ *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return &tfprotov6.ReadDataSourceResponse{State: s.read(ctx)}, nil
}

func (s *threadServer) OpenEphemeralResource(ctx context.Context, _ *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	return &tfprotov6.OpenEphemeralResourceResponse{Result: s.read(ctx)}, nil
}

// The framework keeps the context of each call until the process ends. It must
// not keep the thread with it, which may have hundreds of megabytes.
func TestServerKeepsNothingOfAThread(t *testing.T) {
	t.Parallel()
	for name, call := range map[string]func(context.Context, *server) error{
		"data source": func(ctx context.Context, s *server) error {
			_, err := s.ReadDataSource(ctx, nil)
			return err
		},
		"ephemeral resource": func(ctx context.Context, s *server) error {
			_, err := s.OpenEphemeralResource(ctx, nil)
			return err
		},
	} {
		for _, silent := range []bool{true, false} {
			framework := &threadServer{}
			ctx := context.WithValue(t.Context(), contextKey{}, "value")
			if err := call(ctx, &server{protocolServer: framework, silent: silent}); err != nil {
				t.Fatal(err)
			}
			if carries := framework.ctx.Value(contextKey{}) != nil; carries == silent {
				t.Errorf("%s, silent %t: the context carries values: %t", name, silent, carries)
			}
			messages, ok := framework.ctx.Value(messagesKey{}).(*[]byte)
			if !ok || *messages != nil {
				t.Errorf("%s, silent %t: the context takes messages: %t, and keeps some: %t", name, silent, ok, ok && *messages != nil)
			}
		}
	}
}
