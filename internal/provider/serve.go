package provider

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
)

// Address is where the registry has this provider.
const Address = "registry.terraform.io/conversation-tools/conversation"

// Serve serves the provider that newProvider makes until Terraform ends it.
// With attach, Terraform does not start this process, but is told by a developer
// where to find it.
func Serve(newProvider func() provider.Provider, attach bool) error {
	tuneMemory()
	if !attach && !wantsLogs(os.Environ()) {
		silence()
	}
	var options []tf6server.ServeOpt
	if attach {
		options = append(options, tf6server.WithManagedDebug())
	}
	return tf6server.Serve(Address, providerserver.NewProtocol6(newProvider()), options...)
}

// How the provider collects garbage. A thread of thousands of messages becomes some hundred megabytes of short-lived values
// in the framework: with Go's 100 percent, the reading takes about a tenth longer (BenchmarkReadThread). The
// limit, in bytes, bounds what the percentage would let grow.
const (
	collectAt   = 400       // percent of new memory
	memoryLimit = 340 << 20 // a thread of 20,000 messages takes 490 MB without it
)

// tuneMemory sets what the user has not set.
func tuneMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
		followHeap()
	}
}

// followHeap raises the memory limit after each collection that leaves more than two thirds of it.
// Near the limit Go collects without end: a thread of 100,000 messages took five times as long.
func followHeap() {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	if limit := int64(live[0].Value.Uint64() / 2 * 3); limit > debug.SetMemoryLimit(-1) { //nolint:gosec // no memory has 2^62 bytes
		debug.SetMemoryLimit(limit)
	}
	runtime.AddCleanup(new(*int), func(struct{}) { followHeap() }, struct{}{}) // of garbage, so at the next collection
}

// loggers are the variables that set the level of each root logger: the SDK's
// own, those of its parts, and the provider's.
var loggers = []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_PROVIDER_CONVERSATION"}

// silence switches all loggers off. Where nobody has asked for a log they write
// each line at TRACE all the same, and Terraform reads and drops it: a third of
// what the provider costs.
func silence() {
	for _, logger := range loggers {
		_ = os.Setenv(logger, "OFF") // fails for no such name
	}
}

// wantsLogs reports whether any variable of the environment asks for a log, of
// whatever part: TF_LOG, TF_LOG_CORE, TF_LOG_PROVIDER_CONVERSATION, ….
func wantsLogs(environment []string) bool {
	for _, variable := range environment {
		name, value, _ := strings.Cut(variable, "=")
		if strings.HasPrefix(name, "TF_LOG") && value != "" {
			return true
		}
	}
	return false
}
