// Command strict decodes Kubernetes manifests as the API server does with fieldValidation=Strict: an unknown or doubled
// field is an error. It prints a line of JSON for each object: what tests look at.
//
//	strict FILE
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	batchv1 "k8s.io/api/batch/v1"
	certificatesv1 "k8s.io/api/certificates/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: strict FILE")
		os.Exit(2)
	}
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		fail(err)
	}
	for _, document := range bytes.Split(text, []byte("\n---\n")) {
		object, err := decode(document)
		if err != nil {
			fail(err)
		}
		line, err := json.Marshal(object)
		if err != nil {
			fail(err)
		}
		fmt.Println(string(line))
	}
}

// decode reads one document into the type that its kind names.
func decode(document []byte) (any, error) {
	var kind metav1.TypeMeta
	if err := yaml.Unmarshal(document, &kind); err != nil {
		return nil, err
	}
	var object any
	switch kind.APIVersion + " " + kind.Kind {
	case "batch/v1 Job":
		object = &batchv1.Job{}
	case "certificates.k8s.io/v1 CertificateSigningRequest":
		object = &certificatesv1.CertificateSigningRequest{}
	case "v1 PersistentVolumeClaim":
		object = &corev1.PersistentVolumeClaim{}
	default:
		return nil, fmt.Errorf("unexpected %s %s", kind.APIVersion, kind.Kind)
	}
	return object, yaml.UnmarshalStrict(document, object)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
