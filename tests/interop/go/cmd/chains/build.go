package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/md5"
	crand "crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"math/rand"
)

// key is a signer and its SubjectPublicKeyInfo; the signer is nil where Go cannot sign with such a key.
type key struct {
	signer crypto.Signer
	spki   []byte
}

// spec is a certificate that can be wrong in every way.
type spec struct {
	version         int
	serial          *big.Int
	issuer, subject []byte
	before, after   int64
	key             key
	extensions      []pkix.Extension
	algorithm       string
	isBroken        bool
}

type tbsCertificate struct {
	Version    int `asn1:"optional,explicit,default:0,tag:0"`
	Serial     *big.Int
	Algorithm  asn1.RawValue
	Issuer     asn1.RawValue
	Validity   asn1.RawValue
	Subject    asn1.RawValue
	Key        asn1.RawValue
	Extensions []pkix.Extension `asn1:"omitempty,optional,explicit,tag:3"`
}

type certificate struct {
	TBS       asn1.RawValue
	Algorithm asn1.RawValue
	Signature asn1.BitString
}

func marshal(value any, params ...string) []byte {
	param := ""
	if len(params) > 0 {
		param = params[0]
	}
	der, err := asn1.MarshalWithParams(value, param)
	if err != nil {
		panic(err)
	}
	return der
}

func rawOf(der []byte) asn1.RawValue { return asn1.RawValue{FullBytes: der} }

// wrap gives octets a tag and a length.
func wrap(tag byte, parts ...[]byte) []byte {
	var content []byte
	for _, part := range parts {
		content = append(content, part...)
	}
	switch n := len(content); {
	case n < 128:
		return append([]byte{tag, byte(n)}, content...)
	case n < 256:
		return append([]byte{tag, 0x81, byte(n)}, content...)
	case n < 65536:
		return append([]byte{tag, 0x82, byte(n >> 8), byte(n)}, content...)
	default:
		return append([]byte{tag, 0x83, byte(n >> 16), byte(n >> 8), byte(n)}, content...)
	}
}

func oid(arcs ...int) []byte { return marshal(asn1.ObjectIdentifier(arcs)) }

var null = []byte{5, 0}

func pss(hash int, salt byte) []byte {
	digest := wrap(0x30, oid(2, 16, 840, 1, 101, 3, 4, 2, hash), null)
	return wrap(0x30, oid(1, 2, 840, 113549, 1, 1, 10), wrap(0x30,
		wrap(0xa0, digest),
		wrap(0xa1, wrap(0x30, oid(1, 2, 840, 113549, 1, 1, 8), digest)),
		wrap(0xa2, []byte{2, 1, salt})))
}

var algorithms = map[string][]byte{
	"rsa-md5":      wrap(0x30, oid(1, 2, 840, 113549, 1, 1, 4), null),
	"rsa-sha1":     wrap(0x30, oid(1, 2, 840, 113549, 1, 1, 5), null),
	"rsa-sha224":   wrap(0x30, oid(1, 2, 840, 113549, 1, 1, 14), null),
	"rsa-sha256":   wrap(0x30, oid(1, 2, 840, 113549, 1, 1, 11), null),
	"rsa-sha384":   wrap(0x30, oid(1, 2, 840, 113549, 1, 1, 12), null),
	"rsa-sha512":   wrap(0x30, oid(1, 2, 840, 113549, 1, 1, 13)),
	"pss-sha256":   pss(1, 32),
	"pss-sha384":   pss(2, 48),
	"pss-sha512":   pss(3, 64),
	"pss-salt":     pss(1, 20),
	"ecdsa-sha1":   wrap(0x30, oid(1, 2, 840, 10045, 4, 1)),
	"ecdsa-sha224": wrap(0x30, oid(1, 2, 840, 10045, 4, 3, 1)),
	"ecdsa-sha256": wrap(0x30, oid(1, 2, 840, 10045, 4, 3, 2)),
	"ecdsa-sha384": wrap(0x30, oid(1, 2, 840, 10045, 4, 3, 3)),
	"ecdsa-sha512": wrap(0x30, oid(1, 2, 840, 10045, 4, 3, 4), null),
	"dsa-sha1":     wrap(0x30, oid(1, 2, 840, 10040, 4, 3)),
	"dsa-sha256":   wrap(0x30, oid(2, 16, 840, 1, 101, 3, 4, 3, 2)),
	"ed25519":      wrap(0x30, oid(1, 3, 101, 112)),
	"ed25519-null": wrap(0x30, oid(1, 3, 101, 112), null),
	"ed448":        wrap(0x30, oid(1, 3, 101, 113)),
	"ml-dsa-44":    wrap(0x30, oid(2, 16, 840, 1, 101, 3, 4, 3, 17)),
}

func digestOf(algorithm string, message []byte) (crypto.Hash, []byte) {
	name := algorithm
	for i := range name {
		if name[i] == '-' {
			name = name[i+1:]
			break
		}
	}
	switch name {
	case "md5":
		sum := md5.Sum(message)
		return crypto.MD5, sum[:]
	case "sha1":
		sum := sha1.Sum(message)
		return crypto.SHA1, sum[:]
	case "sha384":
		sum := sha512.Sum384(message)
		return crypto.SHA384, sum[:]
	case "sha512":
		sum := sha512.Sum512(message)
		return crypto.SHA512, sum[:]
	}
	sum := sha256.Sum256(message)
	return crypto.SHA256, sum[:]
}

// sign signs as the algorithm says, or with what the key can do when it cannot do that.
func sign(signer crypto.Signer, algorithm string, message []byte) []byte {
	hash, digest := digestOf(algorithm, message)
	var signature []byte
	var err error
	switch private := signer.(type) {
	case *rsa.PrivateKey:
		if algorithm[:3] == "pss" {
			signature, err = rsa.SignPSS(crand.Reader, private, hash, digest, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
			if err != nil { // Too small for this salt.
				signature, err = make([]byte, private.Size()), nil
			}
		} else {
			signature, err = rsa.SignPKCS1v15(nil, private, hash, digest)
		}
	case *ecdsa.PrivateKey:
		signature, err = private.Sign(crand.Reader, digest, hash)
	case ed25519.PrivateKey:
		signature = ed25519.Sign(private, message)
	default:
		signature = make([]byte, 114)
	}
	if err != nil {
		panic(err)
	}
	return signature
}

func timeOf(seconds int64) []byte { return marshal(unix(seconds)) }

// build makes the certificate, signed with a key.
func build(s spec, by key) []byte {
	algorithm := algorithms[s.algorithm]
	tbs := marshal(tbsCertificate{
		Version:    s.version - 1,
		Serial:     s.serial,
		Algorithm:  rawOf(algorithm),
		Issuer:     rawOf(s.issuer),
		Validity:   rawOf(wrap(0x30, timeOf(s.before), timeOf(s.after))),
		Subject:    rawOf(s.subject),
		Key:        rawOf(s.key.spki),
		Extensions: s.extensions,
	})
	signature := sign(by.signer, s.algorithm, tbs)
	if s.isBroken {
		signature[len(signature)/2] ^= 4
	}
	return marshal(certificate{
		TBS:       rawOf(tbs),
		Algorithm: rawOf(algorithm),
		Signature: asn1.BitString{Bytes: signature, BitLength: 8 * len(signature)},
	})
}

func newKey(signer crypto.Signer) key {
	spki, err := x509.MarshalPKIXPublicKey(signer.Public())
	if err != nil {
		panic(err)
	}
	return key{signer, spki}
}

// newKeys makes keys of every kind; the first half dozen are the quick ones.
func newKeys(random *rand.Rand) []key {
	var keys []key
	for range 6 {
		seed := make([]byte, ed25519.SeedSize)
		random.Read(seed)
		keys = append(keys, newKey(ed25519.NewKeyFromSeed(seed)))
	}
	for _, curve := range []elliptic.Curve{elliptic.P224(), elliptic.P256(), elliptic.P384(), elliptic.P521()} {
		private, err := ecdsa.GenerateKey(curve, crand.Reader)
		if err != nil {
			panic(err)
		}
		keys = append(keys, newKey(private))
	}
	for _, bits := range []int{1024, 2048} {
		private, err := rsa.GenerateKey(crand.Reader, bits)
		if err != nil {
			panic(err)
		}
		keys = append(keys, newKey(private))
	}
	modulus := new(big.Int).Lsh(big.NewInt(1), 1015)
	modulus.Add(modulus, big.NewInt(12345))
	even := new(big.Int).Lsh(big.NewInt(1), 2047)
	for _, public := range []rsa.PublicKey{{N: modulus, E: 65537}, {N: even, E: 65537}, {N: even, E: 4}} {
		spki, err := x509.MarshalPKIXPublicKey(&public)
		if err != nil {
			panic(err)
		}
		keys = append(keys, key{nil, spki})
	}
	octets := make([]byte, 58)
	random.Read(octets)
	numbers := wrap(0x30, marshal(big.NewInt(23)), marshal(big.NewInt(11)), marshal(big.NewInt(4)))
	return append(keys,
		key{nil, wrap(0x30, algorithms["ed448"], wrap(0x03, octets))},
		key{nil, wrap(0x30, wrap(0x30, oid(1, 2, 840, 10040, 4, 1), numbers), wrap(0x03, []byte{0}, marshal(big.NewInt(8))))},
		key{nil, wrap(0x30, algorithms["pss-sha256"], wrap(0x03, []byte{0}, octets))},
	)
}
