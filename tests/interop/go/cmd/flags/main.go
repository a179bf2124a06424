// Command flags reads command lines with pflag, as Kubernetes' programs do, or with Go's own package flag, as etcd
// does, and prints which flags were set, in order.
//
//	flags < LINES      each line: {"program": "pflag"|"flag", "switches": [...], "values": [...], "words": [...]}
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/pflag"
)

type request struct {
	Program  string   `json:"program"`
	Switches []string `json:"switches"`
	Values   []string `json:"values"`
	Words    []string `json:"words"`
}

type answer struct {
	Set   [][2]string `json:"set"`
	Error string      `json:"error,omitempty"`
}

// record notes each setting of one flag.
type record struct {
	name     string
	isSwitch bool
	set      *[][2]string
}

func (r record) String() string   { return "" }
func (r record) Type() string     { return "string" }
func (r record) IsBoolFlag() bool { return r.isSwitch }
func (r record) Set(value string) error {
	*r.set = append(*r.set, [2]string{r.name, value})
	return nil
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var asked request
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		told, err := json.Marshal(read(asked))
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(string(told))
	}
}

func read(asked request) answer {
	told := answer{Set: [][2]string{}}
	var err error
	if asked.Program == "flag" {
		flags := flag.NewFlagSet("program", flag.ContinueOnError)
		flags.SetOutput(io.Discard)
		for _, name := range asked.Switches {
			flags.Var(record{name, true, &told.Set}, name, "")
		}
		for _, name := range asked.Values {
			flags.Var(record{name, false, &told.Set}, name, "")
		}
		err = flags.Parse(asked.Words)
	} else {
		flags := pflag.NewFlagSet("program", pflag.ContinueOnError)
		flags.SetOutput(io.Discard)
		flags.SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
			return pflag.NormalizedName(strings.ReplaceAll(name, "_", "-"))
		})
		for _, name := range asked.Switches {
			flags.VarPF(record{name, true, &told.Set}, name, "", "").NoOptDefVal = "true"
		}
		for _, name := range asked.Values {
			short := ""
			if name == "v" {
				short = "v"
			}
			flags.VarP(record{name, false, &told.Set}, name, short, "")
		}
		err = flags.Parse(asked.Words)
	}
	if err != nil {
		told.Error = err.Error()
	}
	return told
}
