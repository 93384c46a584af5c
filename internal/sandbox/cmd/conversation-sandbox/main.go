// Command conversation-sandbox serves three customer-service APIs from memory, so that a configuration can be tried and
// tested without an account anywhere. It prints the environment that points the provider at it, or runs a command in it.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"slices"
	"time"
	_ "time/tzdata" // Thulium's times are in Warsaw's zone, also in an image that has no zones

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// version is set by the linker.
var version = "dev"

// Exit codes. With a command its own is returned, or what a shell returns for one that it cannot run.
const (
	exitOK            = 0
	exitFailed        = 1
	exitUsage         = 2
	exitNotExecutable = 126
	exitNotFound      = 127
	exitSignal        = 128 // and the signal's number
)

const defaultListen = "127.0.0.1:8420"

// freePort is where a command's sandbox listens.
const freePort = "127.0.0.1:0"

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr))
}

// options are the command line.
type options struct {
	listen, state, format, webhook, check string
	latency                               time.Duration
	faults, hosts                         []string
	quiet, version                        bool
	command                               []string // nil: serve until a signal comes
}

// parse reads the command line. It writes the usage, if asked for, to stdout and returns flag.ErrHelp.
func parse(args []string, stdout io.Writer) (o options, err error) {
	if i := slices.Index(args, "--"); i >= 0 {
		args, o.command = args[:i], args[i+1:]
	}
	flags := flag.NewFlagSet("conversation-sandbox", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // an error is one line, and run writes it
	flags.StringVar(&o.listen, "listen", "", "`address` to listen on ("+defaultListen+"; with a command a free port); port 0 picks a free one")
	flags.Func("host", "further `name` that the sandbox may be called by; repeatable", appendTo(&o.hosts))
	flags.StringVar(&o.state, "state", "", "`file` that the state is loaded from, if it exists, and saved to at the end")
	flags.DurationVar(&o.latency, "latency", 0, "every call takes so long")
	flags.Func("fault", "`JSON` of a fault, such as {\"call\":\"thulium.start\",\"kind\":\"reset_after\",\"times\":1}; repeatable", appendTo(&o.faults))
	flags.StringVar(&o.format, "format", "text", "`form` of the lines at the start: text, json")
	flags.StringVar(&o.webhook, "webhook", "", "`URL` that Jelou's events are posted to, signed with "+sandbox.JelouWebhookSecret)
	flags.BoolVar(&o.quiet, "quiet", false, "do not log requests to stderr")
	flags.StringVar(&o.check, "check", "", "ask the sandbox at `URL` how it is, and exit with 0 if it is well")
	flags.BoolVar(&o.version, "version", false, "print the version")
	switch err = flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		flags.SetOutput(stdout)
		_, _ = fmt.Fprintln(stdout, "Usage: conversation-sandbox [flags] [-- COMMAND ARGUMENT...]")
		_, _ = fmt.Fprintln(stdout, "Without a command it serves until SIGINT or SIGTERM. With one it ends when the command does, with its exit code.")
		flags.PrintDefaults()
		return o, err
	case err != nil:
		return o, err
	case flags.NArg() > 0:
		return o, fmt.Errorf("unexpected argument %q: a command stands after --", flags.Arg(0))
	case o.command != nil && len(o.command) == 0:
		return o, errors.New("no command after --")
	case o.command != nil && o.check != "":
		return o, errors.New("-check takes no command")
	case o.format != "text" && o.format != "json":
		return o, fmt.Errorf("-format %q is neither text nor json", o.format)
	}
	switch {
	case o.listen != "":
	case o.command != nil:
		o.listen = freePort
	default:
		o.listen = defaultListen
	}
	return o, nil
}

func appendTo(list *[]string) func(string) error {
	return func(text string) error {
		*list = append(*list, text)
		return nil
	}
}

// run is the program. It returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	logger := log.New(stderr, "conversation-sandbox: ", 0) // one writer for all goroutines
	o, err := parse(args, stdout)
	code := exitOK
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		err = usageError{err}
	case o.version:
		_, _ = fmt.Fprintln(stdout, "conversation-sandbox "+version)
	case o.check != "":
		err = check(ctx, o.check)
	case o.command != nil:
		code, err = runCommand(ctx, o, stdout, stderr, logger)
	default:
		err = serve(ctx, o, stdout, logger)
	}
	if err == nil {
		return code
	}
	if o.command == nil && o.check == "" {
		sayFailed(stdout, o.format, err)
	}
	var usage usageError
	if errors.As(err, &usage) {
		logger.Printf("%v (see -help)", err)
		return exitUsage
	}
	logger.Print(err)
	if code != exitOK {
		return code
	}
	return exitFailed
}

// usageError is a mistake on the command line.
type usageError struct{ error }

// sayFailed tells those who read stdout: a shell that evaluates it fails, and does not go on against a real account.
func sayFailed(stdout io.Writer, format string, err error) {
	if format == "json" {
		_ = json.NewEncoder(stdout).Encode(map[string]any{"ready": false, "error": err.Error()})
		return
	}
	_, _ = fmt.Fprintln(stdout, "false")
}
