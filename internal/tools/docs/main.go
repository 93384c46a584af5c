// Command docs writes what tfplugindocs reads: the provider's schema as JSON, from the provider's own code, and the
// examples. Both are below a directory that it empties first.
//
// tfplugindocs takes for granted that the names of types begin with the provider's. Ours do not, so each gets the
// prefix here, and the templates take it off again.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider"
)

const (
	providerName = "conversation"
	prefix       = providerName + "_"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "docs:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) != 1 {
		return errors.New("usage: docs DIRECTORY, in the root of the checkout")
	}
	dir := args[0]
	server, err := providerserver.NewProtocol6WithError(provider.New(provider.Options{Version: "docs"})())()
	if err != nil {
		return err
	}
	schemas, err := providerSchemas(ctx, server)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(schemas, "", "  ")
	if err != nil {
		return err
	}
	examples := filepath.Join(dir, "examples")
	if err := os.RemoveAll(examples); err != nil {
		return err
	}
	if err := stageExamples("examples", examples, prefix); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "schema.json"), text, 0o644)
}
