// Command judge reads one tree that hardway wrote and says everything that differs from the design, by Go's own
// X.509, by an encoder of its own and by the key generation of filippo.io/keygen.
//
//	judge TREE SPEC.json HARDWAY-SEED-1...
//
// It prints {"counts": {check: number}, "findings": [{code, path, message}]}.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"hardway.invalid/interop/internal/cluster"
)

type finding struct {
	Code    string `json:"code"`
	Path    string `json:"path"`
	Message string `json:"message"`
}

// report collects what the checks say.
type report struct {
	Counts   map[string]int `json:"counts"`
	Findings []finding      `json:"findings"`
}

// check counts one statement and records it when it does not hold.
func (r *report) check(holds bool, code, path, format string, arguments ...any) bool {
	r.Counts[code]++
	if !holds {
		r.Findings = append(r.Findings, finding{code, path, fmt.Sprintf(format, arguments...)})
	}
	return holds
}

// equal is check for two values that print alike when they are alike.
func (r *report) equal(code, path, what string, got, want any) bool {
	left, right := fmt.Sprintf("%v", got), fmt.Sprintf("%v", want)
	return r.check(left == right, code, path, "%s is %s, expected %s", what, left, right)
}

// judge holds what the checks share.
type judge struct {
	*report
	root     string
	seed     *cluster.Seed
	expected *cluster.Expected
	files    map[string][]byte
	certs    map[string]*parsed
}

func main() {
	if err := run(os.Args); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

func run(arguments []string) error {
	if len(arguments) != 4 {
		return fmt.Errorf("usage: judge TREE SPEC.json SEED")
	}
	spec, err := cluster.ReadSpec(arguments[2])
	if err != nil {
		return err
	}
	seed, err := cluster.ParseSeed(arguments[3])
	if err != nil {
		return err
	}
	j := &judge{
		report:   &report{Counts: map[string]int{}, Findings: []finding{}},
		root:     arguments[1],
		seed:     seed,
		expected: cluster.Expect(spec, seed.Created),
		files:    map[string][]byte{},
		certs:    map[string]*parsed{},
	}
	if err := j.readFiles(); err != nil {
		return err
	}
	j.checkSet()
	// The CAs come first: leaves are checked against them.
	for _, certificate := range j.expected.Certificates {
		j.checkCertificate(certificate)
	}
	j.checkServiceAccount()
	j.checkCollisions()
	j.checkChains()
	j.checkKubeconfigs()
	j.checkManifest()
	return json.NewEncoder(os.Stdout).Encode(j.report)
}

func (j *judge) readFiles() error {
	return filepath.WalkDir(j.root, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(j.root, path)
		if err != nil {
			return err
		}
		j.files[name], err = os.ReadFile(path)
		return err
	})
}

// checkSet compares the files on disk with the design's table: none missing, none besides.
func (j *judge) checkSet() {
	want := map[string]os.FileMode{"manifest.json": 0o644, "pki/sa.key": 0o600, "pki/sa.pub": 0o644}
	for _, certificate := range j.expected.Certificates {
		want[certificate.Path], want[certificate.KeyPath] = 0o644, 0o600
	}
	for _, kubeconfig := range j.expected.Kubeconfigs {
		want[kubeconfig.Path] = 0o600
	}
	for path, mode := range want {
		info, err := os.Lstat(filepath.Join(j.root, path))
		if j.check(err == nil, "set", path, "the file is missing") {
			j.equal("mode", path, "the mode", info.Mode(), mode)
		}
	}
	for path := range j.files {
		_, isWanted := want[path]
		j.check(isWanted, "set", path, "the file should not be there")
	}
}
