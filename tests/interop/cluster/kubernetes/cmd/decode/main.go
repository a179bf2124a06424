// Command decode reads Kubernetes objects as their own programs do, but strictly: an unknown field, a doubled key or a
// wrong type is a fault, and so is what the program's own validation finds.
//
// Standard input is a JSON list of {"name", "text"}; a text may hold several YAML documents, or one object a line where
// its name ends in .jsonl. Standard output is a JSON list of {"name", "kind", "faults"}, one for each document.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

type file struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

type verdict struct {
	Name   string   `json:"name"`
	Kind   string   `json:"kind"`
	Faults []string `json:"faults"`
}

func main() {
	var files []file
	if err := json.NewDecoder(os.Stdin).Decode(&files); err != nil {
		fail(err)
	}
	verdicts := []verdict{}
	for _, each := range files {
		cut := split
		if strings.HasSuffix(each.Name, ".jsonl") {
			cut = lines
		}
		documents, err := cut(each.Text)
		if err != nil {
			fail(fmt.Errorf("%s: %w", each.Name, err))
		}
		for _, document := range documents {
			kind, faults := judge(document)
			verdicts = append(verdicts, verdict{Name: each.Name, Kind: kind, Faults: faults})
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(verdicts); err != nil {
		fail(err)
	}
}

// split cuts a text into its documents.
func split(text string) ([][]byte, error) {
	reader := utilyaml.NewYAMLReader(bufio.NewReader(strings.NewReader(text)))
	var documents [][]byte
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return documents, nil
		}
		if err != nil {
			return nil, err
		}
		documents = append(documents, document)
	}
}

// lines cuts a text into its lines, without comments, as the API server does with a policy file.
func lines(text string) ([][]byte, error) {
	var documents [][]byte
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			documents = append(documents, []byte(line))
		}
	}
	return documents, nil
}

// judge finds the reader of a document by its kind.
func judge(document []byte) (string, []string) {
	var meta metav1.TypeMeta
	if err := yaml.Unmarshal(document, &meta); err != nil {
		return "", []string{err.Error()}
	}
	kind := meta.APIVersion + " " + meta.Kind
	read, isKnown := readers[kind]
	if !isKnown {
		return kind, []string{"no program reads such an object"}
	}
	faults := []string{}
	for _, err := range read(document) {
		faults = append(faults, err.Error())
	}
	return kind, faults
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
