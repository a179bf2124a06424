// Package raw has RFC 5280's outer structures with everything kept as bytes, and the signatures of the design.
package raw

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	_ "crypto/sha512" // SHA-384
	"encoding/asn1"
)

// Certificate is the outer SEQUENCE.
type Certificate struct {
	TBS       asn1.RawValue
	Algorithm asn1.RawValue
	Signature asn1.BitString
}

// TBS is the signed part.
type TBS struct {
	Version    asn1.RawValue
	Serial     asn1.RawValue
	Algorithm  asn1.RawValue
	Issuer     asn1.RawValue
	Validity   asn1.RawValue
	Subject    asn1.RawValue
	PublicKey  asn1.RawValue
	Extensions asn1.RawValue
}

// Sign makes the one signature that the design allows; a nil reader makes Go use RFC 6979.
func Sign(signer crypto.Signer, message []byte) []byte {
	var signature []byte
	var err error
	switch key := signer.(type) {
	case *ecdsa.PrivateKey:
		signature, err = key.Sign(nil, Digest(key, message), Hash(key))
	case *rsa.PrivateKey:
		digest := sha256.Sum256(message)
		signature, err = rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:])
	case ed25519.PrivateKey:
		signature = ed25519.Sign(key, message)
	default:
		panic("unknown key")
	}
	if err != nil {
		panic(err)
	}
	return signature
}

// Hash is the one that goes with a curve.
func Hash(key *ecdsa.PrivateKey) crypto.Hash {
	if key.Params().BitSize == 384 {
		return crypto.SHA384
	}
	return crypto.SHA256
}

// Digest hashes a message for a curve.
func Digest(key *ecdsa.PrivateKey, message []byte) []byte {
	digest := Hash(key).New()
	digest.Write(message)
	return digest.Sum(nil)
}
