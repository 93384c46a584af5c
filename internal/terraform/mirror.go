package terraform

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
)

// Hosts are the registries that a source without a host stands for: the first in Terraform, the second in OpenTofu.
var Hosts = []string{"registry.terraform.io", "registry.opentofu.org"}

const (
	providerSource = "conversation-tools/conversation"
	providerName   = "terraform-provider-conversation"
	// ProviderVersion is what the provider built for a mirror calls itself. It is no pre-release: those are not
	// selected by a constraint such as "~> 0.1".
	ProviderVersion = "0.1.0"
)

// Mirror is a directory that init installs the provider of this checkout from.
type Mirror struct {
	Dir    string
	Binary string // the provider's executable
	Config string // a CLI configuration file that knows this directory and nothing else
}

// mirrors are those built by this process, by directory. A failure is not kept.
var mirrors struct {
	sync.Mutex
	built map[string]*Mirror
}

// BuildProvider builds the provider into a mirror under dir, once per process and directory.
func BuildProvider(ctx context.Context, dir string) (*Mirror, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	mirrors.Lock()
	defer mirrors.Unlock()
	if m := mirrors.built[dir]; m != nil {
		return m, nil
	}
	m, err := BuildMirror(ctx, dir, ".", "-ldflags=-X main.version="+ProviderVersion)
	if err != nil {
		return nil, err
	}
	if mirrors.built == nil {
		mirrors.built = map[string]*Mirror{}
	}
	mirrors.built[dir] = m
	return m, nil
}

// BuildMirror builds the provider of a package of this module into a mirror under dir, under this project's address.
// The flags are those of go build.
func BuildMirror(ctx context.Context, dir, path string, flags ...string) (*Mirror, error) {
	m := &Mirror{Dir: filepath.Join(dir, "mirror"), Config: filepath.Join(dir, "cli.tfrc")}
	for i, host := range Hosts {
		file := filepath.Join(m.Dir, packagePath(host, ProviderVersion))
		err := os.MkdirAll(filepath.Dir(file), 0o755)
		switch {
		case err != nil:
		case i == 0:
			m.Binary = file
			err = Build(ctx, path, file, flags...)
		default:
			_ = os.Remove(file)
			err = os.Link(m.Binary, file)
		}
		if err != nil {
			return nil, err
		}
	}
	return m, WriteConfig(m.Config, m.Dir)
}

// packagePath is where a mirror keeps the provider's executable, as Terraform's unpacked layout has it.
func packagePath(host, version string) string {
	return filepath.Join(host, filepath.FromSlash(providerSource), version, runtime.GOOS+"_"+runtime.GOARCH,
		providerName+"_v"+version)
}

// WriteConfig writes a CLI configuration file with mirror as the only place that providers come from.
func WriteConfig(file, mirror string) error {
	return os.WriteFile(file, []byte(configText(mirror)), 0o644)
}

// configText names no "direct" block on purpose: whatever the mirror lacks is an error at once and not a request.
func configText(mirror string) string {
	return fmt.Sprintf(`disable_checkpoint = true

provider_installation {
  filesystem_mirror {
    path = %s
  }
}
`, strconv.Quote(mirror))
}
