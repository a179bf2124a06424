// Command loop makes ECDSA P-256 keys and leaf certificates as a program would that has Go's standard library and
// nothing else in mind: one key, one certificate, two PEM files after the other. It is the rival that hardway's large
// sets are measured against.
//
//	loop [-certificates N] [-goroutines N] FOLDER
//
// The files lie as in hardway's tree: pki/kubelet/<node>/ holds a server's and a client's pair.
package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"flag"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// authority is a CA that signs.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func main() {
	certificates := flag.Int("certificates", 10_000, "how many leaves to make, an even number")
	goroutines := flag.Int("goroutines", 1, "how many loops run at a time")
	flag.Parse()
	if flag.NArg() != 1 || *certificates < 0 || *certificates%2 != 0 || *goroutines < 1 {
		flag.Usage()
		os.Exit(2)
	}
	pki := filepath.Join(flag.Arg(0), "pki")
	check(os.MkdirAll(pki, 0o700))
	ca := newAuthority(filepath.Join(pki, "ca"))
	var loops sync.WaitGroup
	for first := range *goroutines {
		loops.Go(func() {
			for node := first; node < *certificates/2; node += *goroutines {
				ca.makeNode(pki, node)
			}
		})
	}
	loops.Wait()
}

// makeNode makes the two certificates of a kubelet.
func (ca *authority) makeNode(pki string, node int) {
	name := fmt.Sprintf("pool-%04d", node)
	folder := filepath.Join(pki, "kubelet", name)
	check(os.MkdirAll(folder, 0o700))
	ca.makeLeaf(filepath.Join(folder, "kubelet"), &x509.Certificate{
		Subject:     pkix.Name{CommonName: name},
		DNSNames:    []string{name},
		IPAddresses: []net.IP{net.IPv4(10, 241, byte(node>>8), byte(node))},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	})
	ca.makeLeaf(filepath.Join(folder, "kubelet-client"), &x509.Certificate{
		Subject:     pkix.Name{Organization: []string{"system:nodes"}, CommonName: "system:node:" + name},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
}

func (ca *authority) makeLeaf(path string, template *x509.Certificate) {
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	template.SerialNumber = newSerial()
	template.NotBefore = ca.certificate.NotBefore
	template.NotAfter = template.NotBefore.AddDate(1, 0, 0)
	template.KeyUsage = x509.KeyUsageDigitalSignature
	template.BasicConstraintsValid = true
	der := must(x509.CreateCertificate(rand.Reader, template, ca.certificate, key.Public(), ca.key))
	writePair(path, der, key)
}

func newAuthority(path string) *authority {
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	start := time.Now().Add(-5 * time.Minute)
	template := &x509.Certificate{
		SerialNumber:          newSerial(),
		Subject:               pkix.Name{CommonName: "kubernetes-ca"},
		NotBefore:             start,
		NotAfter:              start.AddDate(10, 0, 0),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
	der := must(x509.CreateCertificate(rand.Reader, template, template, key.Public(), key))
	writePair(path, der, key)
	return &authority{must(x509.ParseCertificate(der)), key}
}

func newSerial() *big.Int {
	return must(rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127)))
}

func writePair(path string, certificate []byte, key crypto.PrivateKey) {
	write(path+".crt", "CERTIFICATE", certificate, 0o644)
	write(path+".key", "PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(key)), 0o600)
}

func write(path, kind string, der []byte, mode os.FileMode) {
	check(os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), mode))
}

func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
