// Command requests says what Go makes of certificate signing requests: what the Kubernetes API server and its
// controller-manager see of one.
//
//	requests parse   reads a list of PEM texts as base64 strings, and prints for each its error or its content
//	requests verify  reads {ca, certificates} as base64 of DER, and prints an error for each certificate, empty when good;
//	                 with server they are a server's, else a client's, and with host they have to be of that name or address
package main

import (
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"os"
	"time"

	"encoding/asn1"
)

// request is one request, by what a signer keeps of it.
type request struct {
	Error   string   `json:"error"`
	Subject string   `json:"subject"`
	DNS     []string `json:"dns"`
	Emails  []string `json:"emails"`
	IPs     []string `json:"ips"`
	URIs    []string `json:"uris"`
}

func main() {
	if len(os.Args) != 2 {
		fail(fmt.Errorf("usage: requests parse|verify"))
	}
	switch os.Args[1] {
	case "parse":
		var texts [][]byte
		read(&texts)
		answers := make([]request, len(texts))
		for i, text := range texts {
			answers[i] = parse(text)
		}
		print(answers)
	case "verify":
		var job struct {
			CA           []byte   `json:"ca"`
			Certificates [][]byte `json:"certificates"`
			At           int64    `json:"at"`
			Server       bool     `json:"server"`
			Host         string   `json:"host"`
		}
		read(&job)
		usage := x509.ExtKeyUsageClientAuth
		if job.Server {
			usage = x509.ExtKeyUsageServerAuth
		}
		answers := make([]string, len(job.Certificates))
		for i, der := range job.Certificates {
			if err := verify(job.CA, der, usage, job.Host, time.Unix(job.At, 0)); err != nil {
				answers[i] = err.Error()
			}
		}
		print(answers)
	default:
		fail(fmt.Errorf("no such job: %s", os.Args[1]))
	}
}

// parse does what the API server's validation does.
func parse(text []byte) request {
	block, _ := pem.Decode(text)
	if block == nil || block.Type != "CERTIFICATE REQUEST" {
		return request{Error: "PEM block type must be CERTIFICATE REQUEST"}
	}
	csr, err := x509.ParseCertificateRequest(block.Bytes)
	if err == nil {
		err = csr.CheckSignature()
	}
	if err != nil {
		return request{Error: err.Error()}
	}
	subject, err := asn1.Marshal(csr.Subject.ToRDNSequence())
	if err != nil {
		fail(err)
	}
	found := request{Subject: hex.EncodeToString(subject), DNS: csr.DNSNames, Emails: csr.EmailAddresses}
	for _, ip := range csr.IPAddresses {
		found.IPs = append(found.IPs, hex.EncodeToString(ip))
	}
	for _, uri := range csr.URIs {
		found.URIs = append(found.URIs, uri.String())
	}
	return found
}

func verify(ca, der []byte, usage x509.ExtKeyUsage, host string, at time.Time) error {
	root, err := x509.ParseCertificate(ca)
	if err != nil {
		return err
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return err
	}
	roots := x509.NewCertPool()
	roots.AddCert(root)
	_, err = certificate.Verify(x509.VerifyOptions{
		Roots:       roots,
		CurrentTime: at,
		DNSName:     host,
		KeyUsages:   []x509.ExtKeyUsage{usage},
	})
	return err
}

func read(value any) {
	if err := json.NewDecoder(os.Stdin).Decode(value); err != nil {
		fail(err)
	}
}

func print(value any) {
	if err := json.NewEncoder(os.Stdout).Encode(value); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
