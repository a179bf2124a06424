// Command credentials makes and judges tokens and the documents around them with the code of Kubernetes itself: of the
// API server, of the controller-manager, and of kubeadm.
//
// Standard input is a JSON list of {"op", "in"}; standard output is a JSON list of {"out"} or {"error"}, one for each.
package main

import (
	"encoding/json"
	"fmt"
	"os"
)

type request struct {
	Op string          `json:"op"`
	In json.RawMessage `json:"in"`
}

type answer struct {
	Out   any    `json:"out,omitempty"`
	Error string `json:"error,omitempty"`
}

var operations = map[string]func(json.RawMessage) (any, error){
	"authenticate":  operation(authenticate),
	"bootstrap":     operation(bootstrap),
	"cluster-info":  operation(clusterInfo),
	"constants":     operation(constants),
	"csv":           operation(tokenFile),
	"detached":      operation(detached),
	"discover":      operation(discover),
	"discover-file": operation(discoverByFile),
	"documents":     operation(documents),
	"groups":        operation(groups),
	"json":          operation(marshal),
	"legacy":        operation(legacyToken),
	"names":         operation(names),
	"pin":           operation(pin),
	"request":       operation(tokenRequest),
	"token":         operation(boundToken),
}

func operation[In any](work func(In) (any, error)) func(json.RawMessage) (any, error) {
	return func(raw json.RawMessage) (any, error) {
		var in In
		if err := json.Unmarshal(raw, &in); err != nil {
			return nil, err
		}
		return work(in)
	}
}

func main() {
	// kubeadm prints what it does: that goes elsewhere.
	output := os.Stdout
	os.Stdout = os.Stderr
	var requests []request
	if err := json.NewDecoder(os.Stdin).Decode(&requests); err != nil {
		fail(err)
	}
	answers := []answer{}
	for _, each := range requests {
		work, isKnown := operations[each.Op]
		if !isKnown {
			fail(fmt.Errorf("no operation %q", each.Op))
		}
		out, err := work(each.In)
		if err != nil {
			answers = append(answers, answer{Error: err.Error()})
			continue
		}
		answers = append(answers, answer{Out: out})
	}
	if err := json.NewEncoder(output).Encode(answers); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
