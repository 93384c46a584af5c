package provider

import (
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

func TestWantsLogs(t *testing.T) {
	t.Parallel()
	wants := func(environment ...string) {
		t.Helper()
		if !wantsLogs(environment) {
			t.Errorf("%q asks for no log", environment)
		}
	}
	for _, quiet := range [][]string{
		nil, {"PATH=/bin", "TF_INPUT=0", "TF_CLI_ARGS=-no-color", "XTF_LOG=TRACE", "odd"}, {"TF_LOG=", "TF_LOG_PROVIDER="},
	} {
		if wantsLogs(quiet) {
			t.Errorf("%q asks for a log", quiet)
		}
	}
	for _, setting := range []string{
		"TF_LOG=TRACE", "TF_LOG=json", "TF_LOG_CORE=DEBUG", "TF_LOG_PROVIDER=DEBUG", "TF_LOG_PROVIDER_CONVERSATION=DEBUG",
		"TF_LOG_PROVIDER_CONVERSATION_THULIUM=DEBUG", "TF_LOG_SDK=TRACE", "TF_LOG_SDK_PROTO=TRACE", "TF_LOG_SDK_PROTO_DATA_DIR=/tmp", "TF_LOG_PATH=/tmp/log",
	} {
		wants(setting)
	}
	wants("TF_LOG=", "TF_LOG_SDK_FRAMEWORK=WARN")
}

// The memory limit makes way for live values that come near to it. The test is not parallel,
// because the limit is that of the process.
func TestMemoryLimitFollowsTheHeap(t *testing.T) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(1 << 20))
	followHeap()
	live := make([]byte, 256<<20)
	for deadline := time.Now().Add(time.Minute); debug.SetMemoryLimit(-1) < 3*int64(len(live))/2; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("a limit of %d for %d bytes", debug.SetMemoryLimit(-1), len(live))
		}
		runtime.GC()
	}
	runtime.KeepAlive(live)
}
