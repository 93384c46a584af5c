package provider

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-log/tflog"
	"github.com/hashicorp/terraform-plugin-log/tfsdklog"
)

func TestWantsLogs(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		environment []string
		want        bool
	}{
		"nothing":                  {nil, false},
		"other variables":          {[]string{"PATH=/bin", "TF_INPUT=0", "TF_CLI_ARGS=-no-color", "XTF_LOG=TRACE", "odd"}, false},
		"empty":                    {[]string{"TF_LOG=", "TF_LOG_PROVIDER="}, false},
		"everything":               {[]string{"TF_LOG=TRACE"}, true},
		"any level":                {[]string{"TF_LOG=json"}, true},
		"Terraform alone":          {[]string{"TF_LOG_CORE=DEBUG"}, true},
		"providers":                {[]string{"TF_LOG_PROVIDER=DEBUG"}, true},
		"this provider":            {[]string{"TF_LOG_PROVIDER_CONVERSATION=DEBUG"}, true},
		"one service of it":        {[]string{"TF_LOG_PROVIDER_CONVERSATION_THULIUM=DEBUG"}, true},
		"the SDK":                  {[]string{"TF_LOG_SDK=TRACE"}, true},
		"the protocol":             {[]string{"TF_LOG_SDK_PROTO=TRACE"}, true},
		"the protocol's data":      {[]string{"TF_LOG_SDK_PROTO_DATA_DIR=/tmp"}, true},
		"a file":                   {[]string{"TF_LOG_PATH=/tmp/log"}, true},
		"one of several variables": {[]string{"TF_LOG=", "TF_LOG_SDK_FRAMEWORK=WARN"}, true},
	} {
		if got := wantsLogs(test.environment); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

// contextServer keeps the context of the last call.
type contextServer struct {
	protocolServer
	ctx context.Context
	end func(context.Context) error // what the call does; nil: nothing
}

func (s *contextServer) ReadResource(ctx context.Context, _ *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	s.ctx = ctx
	if s.end != nil {
		return nil, s.end(ctx)
	}
	return &tfprotov6.ReadResourceResponse{}, nil
}

type contextKey struct{}

func TestServerKeepsNothingOfACall(t *testing.T) {
	t.Parallel()
	logged := tflog.SetField(tfsdklog.NewRootProviderLogger(t.Context()), "call", 1)
	ctx := context.WithValue(logged, contextKey{}, "value")
	for _, silent := range []bool{true, false} {
		framework := &contextServer{}
		if _, err := (&server{protocolServer: framework, silent: silent}).ReadResource(ctx, nil); err != nil {
			t.Fatal(err)
		}
		if carries := framework.ctx.Value(contextKey{}) != nil; carries == silent {
			t.Errorf("silent %t: the context carries values: %t", silent, carries)
		}
		if ended := framework.ctx.Err() != nil; ended != silent {
			t.Errorf("silent %t: the context has ended: %t", silent, ended)
		}
	}
}

func TestServerEndsACallWithItsContext(t *testing.T) {
	t.Parallel()
	stop := errors.New("stop")
	ctx, cancel := context.WithCancelCause(t.Context())
	framework := &contextServer{end: func(ctx context.Context) error {
		cancel(stop)
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(10 * time.Second):
			return errors.New("the call goes on")
		}
	}}
	if _, err := (&server{protocolServer: framework, silent: true}).ReadResource(ctx, nil); !errors.Is(err, stop) {
		t.Error(err)
	}
	if !errors.Is(framework.ctx.Err(), context.Canceled) {
		t.Error(framework.ctx.Err())
	}
}
