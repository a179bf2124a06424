package main

import (
	"bytes"
	"crypto"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"hardway.invalid/interop/internal/cluster"
	"hardway.invalid/interop/internal/raw"
)

// parsed is a certificate of the tree with what stands beside it.
type parsed struct {
	*x509.Certificate
	want *cluster.Certificate
	// own is the key that the seed gives, made by filippo.io/keygen.
	own crypto.Signer
}

var signatureAlgorithms = map[string][]byte{
	// sha256WithRSAEncryption with NULL; the others without parameters.
	"RSA-2048":   {0x30, 0x0d, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 0x0b, 5, 0},
	"RSA-3072":   {0x30, 0x0d, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 0x0b, 5, 0},
	"RSA-4096":   {0x30, 0x0d, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 0x0b, 5, 0},
	"ECDSA-P256": {0x30, 0x0a, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2},
	"ECDSA-P384": {0x30, 0x0a, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3},
	"Ed25519":    {0x30, 5, 6, 3, 0x2b, 0x65, 0x70},
}

// decodePEM reads one PEM block and sees that Go would write it just so: 64 columns, LF, nothing else.
func (j *judge) decodePEM(path, label string) []byte {
	block, rest := pem.Decode(j.files[path])
	if !j.check(block != nil, "pem", path, "no PEM block") {
		return nil
	}
	j.equal("pem", path, "the label", block.Type, label)
	j.check(len(rest) == 0 && bytes.Equal(pem.EncodeToMemory(block), j.files[path]), "pem", path, "not the canonical PEM")
	return block.Bytes
}

func (j *judge) checkCertificate(want *cluster.Certificate) {
	path := want.Path
	der := j.decodePEM(path, "CERTIFICATE")
	certificate, err := x509.ParseCertificate(der)
	if !j.check(err == nil, "parse", path, "crypto/x509 does not read it: %v", err) {
		return
	}
	keySeed := j.seed.KeySeed(j.expected.Cluster, want.Authority, want.ID, want.Generation)
	own := makeKey(want.Algorithm, keySeed)
	p := &parsed{certificate, want, own}
	j.certs[want.ID] = p
	issuer := j.certs[want.Issuer]
	if !j.check(issuer != nil, "parse", path, "its issuer could not be read") {
		return
	}

	var whole raw.Certificate
	var part raw.TBS
	rest, err := asn1.Unmarshal(der, &whole)
	if !j.check(err == nil && len(rest) == 0, "parse", path, "encoding/asn1 does not read it: %v", err) {
		return
	}
	rest, err = asn1.Unmarshal(whole.TBS.FullBytes, &part)
	if !j.check(err == nil && len(rest) == 0, "parse", path, "encoding/asn1 does not read its TBS: %v", err) {
		return
	}
	j.checkShape(p, issuer, whole, part)
	j.checkKey(p, part.PublicKey.FullBytes)
	j.checkSerial(p, part, keySeed)
	j.checkSignature(p, issuer, whole)
	j.checkTwin(p, issuer, keySeed)
}

func (j *judge) checkShape(p, issuer *parsed, whole raw.Certificate, part raw.TBS) {
	want, path := p.want, p.want.Path
	j.equal("version", path, "the version", p.Version, 3)
	j.check(bytes.Equal(part.Version.FullBytes, []byte{0xa0, 3, 2, 1, 2}), "version", path, "the version is not explicit v3")

	algorithm := signatureAlgorithms[want.IssuerAlgorithm]
	j.equal("algorithm", path, "the inner algorithm", hex(part.Algorithm.FullBytes), hex(algorithm))
	j.equal("algorithm", path, "the outer algorithm", hex(whole.Algorithm.FullBytes), hex(algorithm))
	j.equal("algorithm", path, "the signature's unused bits", whole.Signature.BitLength%8, 0)

	j.checkName(path, "subject", part.Subject.FullBytes, want.O, want.CN)
	j.checkName(path, "issuer", part.Issuer.FullBytes, issuer.want.O, issuer.want.CN)
	j.check(bytes.Equal(part.Issuer.FullBytes, issuer.RawSubject), "issuer", path, "the issuer is not the CA's subject, byte for byte")

	j.checkValidity(p, part.Validity.Bytes)
	j.checkExtensions(p, issuer, part.Extensions)
}

// checkName wants each O in an RDN of its own, then CN, all UTF8String.
func (j *judge) checkName(path, what string, der []byte, organizations []string, cn string) {
	var got []string
	input := cryptobyte.String(der)
	var name cryptobyte.String
	ok := input.ReadASN1(&name, cbasn1.SEQUENCE) && input.Empty()
	for ok && !name.Empty() {
		var rdn, pair, value cryptobyte.String
		var kind asn1.ObjectIdentifier
		ok = name.ReadASN1(&rdn, cbasn1.SET) && rdn.ReadASN1(&pair, cbasn1.SEQUENCE) && rdn.Empty() &&
			pair.ReadASN1ObjectIdentifier(&kind) && pair.ReadASN1(&value, cbasn1.UTF8String) && pair.Empty()
		got = append(got, fmt.Sprintf("%v=%q", kind, string(value)))
	}
	j.check(ok, what, path, "the %s is not one attribute of type UTF8String in each RDN: %x", what, der)
	var want []string
	for _, organization := range organizations {
		want = append(want, fmt.Sprintf("2.5.4.10=%q", organization))
	}
	j.equal(what, path, "the "+what, got, append(want, fmt.Sprintf("2.5.4.3=%q", cn)))
}

func (j *judge) checkValidity(p *parsed, der []byte) {
	path, input := p.want.Path, cryptobyte.String(der)
	for _, side := range []struct {
		name string
		want time.Time
	}{{"notBefore", p.want.NotBefore}, {"notAfter", p.want.NotAfter}} {
		var value cryptobyte.String
		var tag cbasn1.Tag
		j.check(input.ReadAnyASN1(&value, &tag), "validity", path, "%s is missing", side.name)
		wantTag, form := cbasn1.UTCTime, "060102150405Z"
		if side.want.Year() >= 2050 {
			wantTag, form = cbasn1.GeneralizedTime, "20060102150405Z"
		}
		j.equal("validity", path, side.name+"'s tag", tag, wantTag)
		j.equal("validity", path, side.name, string(value), side.want.Format(form))
	}
	j.check(input.Empty(), "validity", path, "more than two times")
	j.check(p.NotBefore.Equal(p.want.NotBefore) && p.NotAfter.Equal(p.want.NotAfter), "validity", path, "Go reads other times")
	if ca := j.certs[p.want.Issuer]; ca != nil {
		j.check(p.NotBefore.Equal(ca.NotBefore), "validity", path, "it does not start with its CA")
		j.check(!p.NotAfter.After(ca.NotAfter), "validity", path, "it outlives its CA")
	}
}

func (j *judge) checkSerial(p *parsed, part raw.TBS, keySeed []byte) {
	path, serial := p.want.Path, p.SerialNumber
	j.check(serial.Sign() > 0 && len(part.Serial.Bytes) <= 16, "serial", path, "the serial %x is not positive in 16 octets", part.Serial.Bytes)
	part.Serial = asn1.RawValue{FullBytes: []byte{2, 1, 1}}
	content, err := asn1.Marshal(part)
	j.check(err == nil, "serial", path, "%v", err)
	mac := hmac.New(sha256.New, keySeed)
	mac.Write(content)
	sum := mac.Sum(nil)[:16]
	sum[0] &= 0x7f
	sum[15] |= 1
	j.equal("serial", path, "the serial", serial.Text(16), new(big.Int).SetBytes(sum).Text(16))
}

// checkSignature verifies the signature and makes it again with the CA's own key file.
func (j *judge) checkSignature(p, issuer *parsed, whole raw.Certificate) {
	path := p.want.Path
	err := p.CheckSignatureFrom(issuer.Certificate)
	j.check(err == nil, "signature", path, "Go refuses the signature: %v", err)
	key, err := x509.ParsePKCS8PrivateKey(j.decodePEM(issuer.want.KeyPath, "PRIVATE KEY"))
	if !j.check(err == nil, "signature", path, "the CA's key: %v", err) {
		return
	}
	signer, isSigner := key.(crypto.Signer)
	if !j.check(isSigner, "signature", path, "the CA's key cannot sign") {
		return
	}
	j.equal("signature-again", path, "the signature", hex(whole.Signature.Bytes), hex(raw.Sign(signer, whole.TBS.FullBytes)))
}

func hex(bytes []byte) string { return fmt.Sprintf("%x", bytes) }
