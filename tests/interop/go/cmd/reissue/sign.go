package main

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	_ "crypto/md5" // what Go refuses to sign certificates with
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha1" // as above
	_ "crypto/sha256"
	_ "crypto/sha512"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"time"
)

var hashes = map[string]crypto.Hash{
	"": crypto.SHA256, "md5": crypto.MD5, "sha1": crypto.SHA1,
	"sha256": crypto.SHA256, "sha384": crypto.SHA384, "sha512": crypto.SHA512,
}

// signatureAlgorithm is the AlgorithmIdentifier of a key with a hash.
func signatureAlgorithm(signer crypto.Signer, hash string) ([]byte, error) {
	rsaArcs := map[string]int{"": 11, "md5": 4, "sha1": 5, "sha256": 11, "sha384": 12, "sha512": 13}
	ecdsaIDs := map[string]asn1.ObjectIdentifier{
		"": {1, 2, 840, 10045, 4, 3, 2}, "sha1": {1, 2, 840, 10045, 4, 1}, "sha256": {1, 2, 840, 10045, 4, 3, 2},
		"sha384": {1, 2, 840, 10045, 4, 3, 3}, "sha512": {1, 2, 840, 10045, 4, 3, 4},
	}
	switch signer.(type) {
	case *rsa.PrivateKey:
		if arc, isKnown := rsaArcs[hash]; isKnown {
			return asn1.Marshal(struct {
				ID   asn1.ObjectIdentifier
				Null asn1.RawValue
			}{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, arc}, asn1.NullRawValue})
		}
	case *ecdsa.PrivateKey:
		if id, isKnown := ecdsaIDs[hash]; isKnown {
			return asn1.Marshal(struct{ ID asn1.ObjectIdentifier }{id})
		}
	case ed25519.PrivateKey:
		if hash == "" {
			return asn1.Marshal(struct{ ID asn1.ObjectIdentifier }{asn1.ObjectIdentifier{1, 3, 101, 112}})
		}
	}
	return nil, fmt.Errorf("a key of type %T does not sign with %q", signer, hash)
}

// oldHash is the hash that a certificate has been signed with, if its new signer can use it too.
func oldHash(signer crypto.Signer, old []byte) string {
	for name := range hashes {
		if name == "" {
			continue
		}
		if identifier, err := signatureAlgorithm(signer, name); err == nil && bytes.Equal(identifier, old) {
			return name
		}
	}
	return ""
}

func sign(signer crypto.Signer, name string, message []byte) ([]byte, error) {
	if _, isEdwards := signer.(ed25519.PrivateKey); isEdwards {
		return signer.Sign(nil, message, crypto.Hash(0))
	}
	hash := hashes[name]
	digest := hash.New()
	digest.Write(message)
	return signer.Sign(rand.Reader, digest.Sum(nil), hash)
}

// makeList makes a CRL that lists certificates.
func makeList(r request) error {
	_, der, _, err := blocks(r.CA)
	if err != nil {
		return err
	}
	ca, err := x509.ParseCertificate(der)
	if err != nil {
		return err
	}
	signer, err := readKey(r.CAKey)
	if err != nil {
		return err
	}
	thisUpdate, err := time.Parse(time.RFC3339, r.CRL.ThisUpdate)
	if err != nil {
		return err
	}
	nextUpdate, err := time.Parse(time.RFC3339, r.CRL.NextUpdate)
	if err != nil {
		return err
	}
	var entries []x509.RevocationListEntry
	for _, path := range r.CRL.Revoked {
		_, der, _, err := blocks(path)
		if err != nil {
			return err
		}
		// Go's parser refuses some serials that are to be listed here.
		t, err := parse(der)
		if err != nil {
			return err
		}
		number := new(big.Int)
		if _, err := asn1.Unmarshal(t.fields[serial].FullBytes, &number); err != nil {
			return err
		}
		entries = append(entries, x509.RevocationListEntry{SerialNumber: number, RevocationTime: thisUpdate})
	}
	// kubeadm's CAs may not sign CRLs, and old ones have no identifier; readers of CRLs do not care.
	ca.KeyUsage |= x509.KeyUsageCRLSign
	if len(ca.SubjectKeyId) == 0 {
		ca.SubjectKeyId = keyID(ca.RawSubjectPublicKeyInfo)
	}
	made, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
		Number: big.NewInt(1), ThisUpdate: thisUpdate, NextUpdate: nextUpdate, RevokedCertificateEntries: entries,
	}, ca, signer)
	if err != nil {
		return err
	}
	return os.WriteFile(r.CRL.Path, pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: made}), 0o644)
}
