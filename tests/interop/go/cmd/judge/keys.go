package main

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"math/big"
	"strconv"

	"filippo.io/keygen"
)

// makeKey makes the key of a key seed: C2SP det-keygen, or RFC 8032 of the first 32 bytes.
func makeKey(algorithm string, keySeed []byte) crypto.Signer {
	var key crypto.Signer
	var err error
	switch algorithm {
	case "ECDSA-P256":
		key, err = keygen.ECDSA(elliptic.P256(), keySeed)
	case "ECDSA-P384":
		key, err = keygen.ECDSA(elliptic.P384(), keySeed)
	case "Ed25519":
		key = ed25519.NewKeyFromSeed(keySeed[:32])
	default:
		bits, _ := strconv.Atoi(algorithm[len("RSA-"):])
		key, err = keygen.RSA(bits, keySeed)
	}
	if err != nil {
		panic(err)
	}
	return key
}

type pkcs8 struct {
	Version   int
	Algorithm asn1.RawValue
	Key       []byte
}

type ecPrivateKey struct {
	Version   int
	Key       []byte
	PublicKey asn1.BitString `asn1:"explicit,tag:1"`
}

type rsaPrivateKey struct {
	Version         int
	N               *big.Int
	E               int
	D, P, Q, DP, DQ *big.Int
	Coefficient     *big.Int
}

// encodePKCS8 writes a private key as the design says. It does not use x509.MarshalPKCS8PrivateKey, which would
// also be right: two encoders find more than one.
func encodePKCS8(key crypto.Signer) []byte {
	var inner any
	switch key := key.(type) {
	case *ecdsa.PrivateKey:
		public, err := key.PublicKey.Bytes()
		if err != nil {
			panic(err)
		}
		size := (key.Params().BitSize + 7) / 8
		scalar, err := key.Bytes()
		if err != nil || len(scalar) != size {
			panic("scalar")
		}
		inner = ecPrivateKey{1, scalar, asn1.BitString{Bytes: public, BitLength: 8 * len(public)}}
	case *rsa.PrivateKey:
		p, q, one := key.Primes[0], key.Primes[1], big.NewInt(1)
		p1, q1 := new(big.Int).Sub(p, one), new(big.Int).Sub(q, one)
		lcm := new(big.Int).Mul(p1, q1)
		lcm.Div(lcm, new(big.Int).GCD(nil, nil, p1, q1))
		d := new(big.Int).ModInverse(big.NewInt(65537), lcm)
		inner = rsaPrivateKey{
			0, new(big.Int).Mul(p, q), 65537, d, p, q,
			new(big.Int).Mod(d, p1), new(big.Int).Mod(d, q1), new(big.Int).ModInverse(q, p),
		}
	case ed25519.PrivateKey:
		inner = key.Seed()
	}
	content, err := asn1.Marshal(inner)
	if err != nil {
		panic(err)
	}
	spki, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		panic(err)
	}
	var info struct {
		Algorithm asn1.RawValue
		PublicKey asn1.BitString
	}
	if _, err := asn1.Unmarshal(spki, &info); err != nil {
		panic(err)
	}
	der, err := asn1.Marshal(pkcs8{0, info.Algorithm, content})
	if err != nil {
		panic(err)
	}
	return der
}

// checkKey compares a key file with the seed's key and with the certificate.
func (j *judge) checkKey(p *parsed, spki []byte) {
	j.checkKeyFile(p.want.KeyPath, p.want.Algorithm, p.own)
	own, err := x509.MarshalPKIXPublicKey(p.own.Public())
	j.check(err == nil && bytes.Equal(spki, own), "public-key", p.want.Path, "the certified key is not the seed's, or is encoded in another way")
}

func (j *judge) checkKeyFile(path, algorithm string, own crypto.Signer) {
	der := j.decodePEM(path, "PRIVATE KEY")
	key, err := x509.ParsePKCS8PrivateKey(der)
	if !j.check(err == nil, "key", path, "Go does not read it: %v", err) {
		return
	}
	var shell pkcs8
	rest, err := asn1.Unmarshal(der, &shell)
	if !j.check(err == nil && len(rest) == 0, "key-shape", path, "not PKCS#8: %v", err) {
		return
	}
	j.equal("key-shape", path, "the version", shell.Version, 0)
	switch key := key.(type) {
	case *ecdsa.PrivateKey:
		j.equal("key", path, "the algorithm", "ECDSA-"+key.Params().Name, "ECDSA-P-"+algorithm[len("ECDSA-P"):])
		var inner ecPrivateKey
		// Parameters would be [0] before [1]: this structure has no place for them.
		rest, err := asn1.Unmarshal(shell.Key, &inner)
		j.check(err == nil && len(rest) == 0, "key-shape", path, "not an ECPrivateKey with public key and without parameters: %v", err)
		j.equal("key-shape", path, "ECPrivateKey's version", inner.Version, 1)
	case *rsa.PrivateKey:
		j.equal("key", path, "the algorithm", "RSA-"+strconv.Itoa(key.N.BitLen()), algorithm)
		j.check(key.Validate() == nil && key.E == 65537, "key", path, "Go refuses the numbers")
		theirs := own.(*rsa.PrivateKey)
		j.check(key.Primes[0].Cmp(theirs.Primes[0]) == 0, "key-shape", path, "p is not the prime found first")
		j.check(key.D.Cmp(theirs.D) == 0, "key-shape", path, "d is not that of keygen, modulo the least common multiple")
	case ed25519.PrivateKey:
		j.equal("key", path, "the algorithm", "Ed25519", algorithm)
	}
	equal, _ := own.(interface{ Equal(crypto.PrivateKey) bool })
	j.check(equal != nil && equal.Equal(key), "key-derivation", path, "not the key that filippo.io/keygen makes of the seed")
	j.check(bytes.Equal(der, encodePKCS8(own)), "key-shape", path, "the DER differs from the seed's key encoded anew")
	standard, err := x509.MarshalPKCS8PrivateKey(key)
	j.check(err == nil && bytes.Equal(der, standard), "key-shape", path, "the DER differs from Go's own encoding")
}

func (j *judge) checkServiceAccount() {
	algorithm := j.expected.ServiceAccount
	keySeed := j.seed.KeySeed(j.expected.Cluster, "service-account", "service-account", j.expected.ServiceAccountGeneration)
	own := makeKey(algorithm, keySeed)
	j.checkKeyFile("pki/sa.key", algorithm, own)
	spki, err := x509.MarshalPKIXPublicKey(own.Public())
	j.check(err == nil && bytes.Equal(j.decodePEM("pki/sa.pub", "PUBLIC KEY"), spki), "public-key", "pki/sa.pub", "not the public half of the seed's key")
}
