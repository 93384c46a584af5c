package guides

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// languages are the info strings that a code block may have. What is none of HCL and shell is for reading only.
var languages = []string{languageHCL, languageTerraform, languageShell, "dockerfile", "json", "text", "yaml"}

const (
	languageHCL       = "hcl"
	languageTerraform = "terraform"
	languageShell     = "shell"
)

// The oldest supported versions.
const (
	oldestTerraform = "1.5"
	oldestOpenTofu  = "1.8"
)

// block is a fenced code block with what the comment before it says to the test.
type block struct {
	language string
	text     string
	line     int // of its first fence, from 1
	mark     mark
}

// mark is the comment <!-- test: … --> in the line before a block. Its parts are separated by "; ".
type mark struct {
	fragment    bool   // HCL: validated, not applied
	mistake     bool   // HCL: written and no more, because the shell block after it is to see the error
	continued   bool   // HCL: goes into the directory of the scene before it, instead of beginning one
	file        string // HCL: its name there
	terraform   string // HCL: versions that have what it shows; "" for all that are supported
	opentofu    string
	checkout    bool     // shell: runs in the root of the checkout
	dryRun      bool     // shell: its make targets run under make -n, since this test is one of them
	realAccount bool     // shell: needs one, so that only its syntax is checked
	fails       bool     // shell: has to fail
	says        []string // shell: what it has to print
	sweeps      bool     // shell: no conversation is open after it, the seeded leftover included
}

func parseMark(text string) (m mark, err error) {
	m.terraform, m.opentofu = oldestTerraform, oldestOpenTofu
	for part := range strings.SplitSeq(text, "; ") {
		word, rest, _ := strings.Cut(strings.TrimSpace(part), " ")
		switch word {
		case "fragment":
			m.fragment = true
		case "mistake":
			m.mistake = true
		case "continued":
			m.continued = true
		case "file":
			m.file = rest
		case "needs":
			m.terraform, m.opentofu, _ = strings.Cut(rest, " ")
			m.opentofu = strings.TrimPrefix(m.opentofu, "-") // in no version
		case "checkout":
			m.checkout = true
		case "make":
			m.checkout, m.dryRun = true, true
		case "real":
			m.realAccount = rest == "account"
		case "fails":
			m.fails = true
		case "says":
			m.says = append(m.says, rest)
		case "sweeps":
			m.sweeps = true
		default:
			return m, fmt.Errorf("unknown mark %q", part)
		}
	}
	return m, nil
}

// parse returns the code blocks of a Markdown text.
func parse(text string) (blocks []block, err error) {
	const markStart, markEnd, fence = "<!-- test: ", " -->", "```"
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		language, opens := strings.CutPrefix(lines[i], fence)
		if !opens {
			continue
		}
		b := block{language: language, line: i + 1, mark: mark{terraform: oldestTerraform, opentofu: oldestOpenTofu}}
		if i > 0 && strings.HasPrefix(lines[i-1], markStart) {
			comment := strings.TrimSuffix(strings.TrimPrefix(lines[i-1], markStart), markEnd)
			if b.mark, err = parseMark(comment); err != nil {
				return nil, fmt.Errorf("line %d: %w", i, err)
			}
		}
		if !slices.Contains(languages, language) {
			return nil, fmt.Errorf("line %d: a block of the language %q", b.line, language)
		}
		var body []string
		for i++; i < len(lines) && lines[i] != fence; i++ {
			body = append(body, lines[i])
		}
		if i == len(lines) {
			return nil, fmt.Errorf("line %d: the block has no end", b.line)
		}
		b.text = strings.Join(body, "\n") + "\n"
		blocks = append(blocks, b)
	}
	return blocks, nil
}

// documents returns the pages with blocks, by their path from the root of the checkout. The pages of types show
// examples, which have a test of their own.
func documents(t *testing.T, root string) []string {
	t.Helper()
	paths := []string{"README.md", "CONTRIBUTING.md", "SECURITY.md"}
	for _, pattern := range []string{"templates/guides/*", ".github/decisions/*.md"} {
		found, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pattern)))
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(found), err)
		}
		for _, path := range found {
			rel, err := filepath.Rel(root, path)
			if err != nil {
				t.Fatal(err)
			}
			paths = append(paths, filepath.ToSlash(rel))
		}
	}
	return paths
}

func TestParse(t *testing.T) {
	t.Parallel()
	blocks, err := parse("# Title\n\n```terraform\na = 1\n\nb = 2\n```\n\n<!-- test: continued; file x.tf; needs 1.14 - -->\n" +
		"```hcl\nc\n```\n<!-- test: fails; says no; says never -->\n```shell\nd\n```\n")
	if err != nil {
		t.Fatal(err)
	}
	want := []block{
		{language: "terraform", text: "a = 1\n\nb = 2\n", line: 3, mark: mark{terraform: "1.5", opentofu: "1.8"}},
		{language: "hcl", text: "c\n", line: 10, mark: mark{continued: true, file: "x.tf", terraform: "1.14"}},
		{language: "shell", text: "d\n", line: 14, mark: mark{fails: true, says: []string{"no", "never"}, terraform: "1.5", opentofu: "1.8"}},
	}
	if got, expected := fmt.Sprintf("%+v", blocks), fmt.Sprintf("%+v", want); got != expected {
		t.Errorf("got\n%s\nwant\n%s", got, expected)
	}
	for _, wrong := range []string{"```\nx\n```\n", "```shell\nx\n", "<!-- test: frament -->\n```hcl\n```\n"} {
		if _, err := parse(wrong); err == nil {
			t.Errorf("%q is no error", wrong)
		}
	}
}

// text returns a page.
func text(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// read returns the blocks of a page.
func read(t *testing.T, path string) []block {
	t.Helper()
	blocks, err := parse(text(t, path))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return blocks
}
