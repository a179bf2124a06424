//go:debug rsa1024min=0

// Command reissue signs a certificate again with something changed, or makes a CRL, so that tests can put exactly one
// fault into a tree. What is not named stays as it is, byte for byte.
//
//	reissue < REQUEST
//
// The request is JSON, see request. The certificate is the first one in its file; what else stands there stays.
package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"strings"
)

// request says what to do. Paths are of this machine; times are RFC 3339.
type request struct {
	// Certificate is signed again and replaced in place, in a PEM file.
	Certificate string
	// CA is the certificate of its issuer, or its own path.
	CA string
	// CAKey signs.
	CAKey string
	// Key is where a new key goes, if the changes name an algorithm.
	Key     string
	Changes changes
	// CRL makes a list instead, signed with CAKey.
	CRL *list
}

// changes has nil for what stays.
type changes struct {
	NotBefore, NotAfter *string
	Subject             *name
	// IssuerName is another name of the issuer than the CA's.
	IssuerName *name
	// SANs are such as DNS:a, IP:10.0.0.1, email:a@b, URI:https://a; an empty list removes the extension.
	SANs *[]string
	// EKU has RFC 5280's names, or OIDs; an empty list removes the extension.
	EKU *[]string
	// KU has RFC 5280's names; an empty list removes the extension.
	KU *[]string
	// IsCA and MaxPathLength replace basicConstraints; NoConstraints removes it.
	IsCA          *bool
	MaxPathLength *int
	NoConstraints bool
	// Serial is decimal, or hexadecimal behind 0x, with a sign.
	Serial *string
	// SignatureHash is md5, sha1, sha256, sha384 or sha512.
	SignatureHash string
	// SignWith is the path of another key that signs; no name changes.
	SignWith string
	// KeyAlgorithm is rsa512, rsa1024, rsa2048, rsa4096, p224, p256, p384, p521 or ed25519.
	KeyAlgorithm string
	// PermittedNames and ExcludedNames are DNS:, IP: (CIDR) for nameConstraints, critical.
	PermittedNames, ExcludedNames []string
	// NoSubjectKeyID and NoAuthorityKeyID remove the extensions; AuthorityKeyID is other bytes, in hex.
	NoSubjectKeyID, NoAuthorityKeyID bool
	AuthorityKeyID                   *string
	// SpoilSignature changes a bit of the signature.
	SpoilSignature bool
	// UnknownCritical adds a critical extension that nobody knows.
	UnknownCritical bool
}

// name is a subject; nil parts stay.
type name struct {
	CN            *string
	Organizations *[]string
}

type list struct {
	Path                   string
	Revoked                []string
	ThisUpdate, NextUpdate string
}

func main() {
	if err := work(); err != nil {
		fmt.Fprintln(os.Stderr, "reissue:", err)
		os.Exit(1)
	}
}

func work() error {
	decoder := json.NewDecoder(os.Stdin)
	decoder.DisallowUnknownFields()
	var r request
	if err := decoder.Decode(&r); err != nil {
		return err
	}
	if r.CRL != nil {
		return makeList(r)
	}
	return reissue(r)
}

// blocks splits a PEM file at its first certificate.
func blocks(path string) (before []byte, der []byte, rest []byte, err error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, nil, err
	}
	at := strings.Index(string(data), "-----BEGIN CERTIFICATE-----")
	if at < 0 {
		return nil, nil, nil, fmt.Errorf("%s: no certificate", path)
	}
	block, rest := pem.Decode(data[at:])
	if block == nil {
		return nil, nil, nil, fmt.Errorf("%s: no PEM", path)
	}
	return data[:at], block.Bytes, rest, nil
}

func readKey(path string) (crypto.Signer, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		var key any
		var err error
		switch block.Type {
		case "PRIVATE KEY":
			key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
		case "RSA PRIVATE KEY":
			key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
		case "EC PRIVATE KEY":
			key, err = x509.ParseECPrivateKey(block.Bytes)
		default:
			continue
		}
		if err != nil {
			return nil, err
		}
		signer, isSigner := key.(crypto.Signer)
		if !isSigner {
			return nil, fmt.Errorf("%s: a key that cannot sign", path)
		}
		return signer, nil
	}
	return nil, fmt.Errorf("%s: no private key", path)
}

// newKey makes a key and writes it as PKCS#8.
func newKey(algorithm string, path string) (crypto.Signer, error) {
	if path == "" {
		return nil, errors.New("a new key needs the path of the key")
	}
	curves := map[string]elliptic.Curve{
		"p224": elliptic.P224(), "p256": elliptic.P256(), "p384": elliptic.P384(), "p521": elliptic.P521(),
	}
	sizes := map[string]int{"rsa512": 512, "rsa1024": 1024, "rsa2048": 2048, "rsa4096": 4096}
	var key crypto.Signer
	var err error
	if curve, isCurve := curves[algorithm]; isCurve {
		key, err = ecdsa.GenerateKey(curve, rand.Reader)
	} else if bits, isRSA := sizes[algorithm]; isRSA {
		key, err = rsa.GenerateKey(rand.Reader, bits)
	} else if algorithm == "ed25519" {
		_, key, err = ed25519.GenerateKey(rand.Reader)
	} else {
		err = fmt.Errorf("no algorithm %s", algorithm)
	}
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return key, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600)
}
