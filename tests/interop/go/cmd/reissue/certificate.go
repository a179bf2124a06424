package main

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"slices"
	"time"

	"hardway.invalid/interop/internal/raw"
)

// tbs is a certificate's signed part; version and extensions may be missing.
type tbs struct {
	version    *asn1.RawValue
	fields     []asn1.RawValue // serial, algorithm, issuer, validity, subject, key
	unique     []asn1.RawValue
	extensions []pkix.Extension
}

const (
	serial = iota
	algorithm
	issuer
	validity
	subject
	publicKey
)

func parse(der []byte) (*tbs, error) {
	var whole raw.Certificate
	if _, err := asn1.Unmarshal(der, &whole); err != nil {
		return nil, err
	}
	var parts []asn1.RawValue
	if _, err := asn1.Unmarshal(whole.TBS.FullBytes, &parts); err != nil {
		return nil, err
	}
	t := &tbs{}
	if parts[0].Class == asn1.ClassContextSpecific {
		t.version = &parts[0]
		parts = parts[1:]
	}
	t.fields, parts = parts[:6], parts[6:]
	for _, part := range parts {
		if part.Tag != 3 {
			t.unique = append(t.unique, part)
		} else if _, err := asn1.Unmarshal(part.Bytes, &t.extensions); err != nil {
			return nil, err
		}
	}
	return t, nil
}

func (t *tbs) bytes() []byte {
	var content []byte
	if len(t.extensions) > 0 {
		t.version = &asn1.RawValue{FullBytes: []byte{0xa0, 3, 2, 1, 2}}
	}
	if t.version != nil {
		content = append(content, t.version.FullBytes...)
	}
	for _, field := range slices.Concat(t.fields, t.unique) {
		content = append(content, field.FullBytes...)
	}
	if len(t.extensions) > 0 {
		inner := must(asn1.Marshal(t.extensions))
		content = append(content, must(asn1.Marshal(asn1.RawValue{Class: 2, Tag: 3, IsCompound: true, Bytes: inner}))...)
	}
	return must(asn1.Marshal(asn1.RawValue{Tag: asn1.TagSequence, IsCompound: true, Bytes: content}))
}

// set replaces an extension in its place, adds it at the end, or removes it when value is nil.
func (t *tbs) set(arc int, isCritical bool, value []byte) {
	id := asn1.ObjectIdentifier{2, 5, 29, arc}
	at := slices.IndexFunc(t.extensions, func(item pkix.Extension) bool { return item.Id.Equal(id) })
	switch {
	case value == nil && at >= 0:
		t.extensions = slices.Delete(t.extensions, at, at+1)
	case value == nil:
	case at >= 0:
		t.extensions[at].Value, t.extensions[at].Critical = value, isCritical
	default:
		t.extensions = append(t.extensions, pkix.Extension{Id: id, Critical: isCritical, Value: value})
	}
}

// isCritical tells what an extension is now, or what it becomes when it is new.
func (t *tbs) isCritical(arc int, otherwise bool) bool {
	for _, item := range t.extensions {
		if item.Id.Equal(asn1.ObjectIdentifier{2, 5, 29, arc}) {
			return item.Critical
		}
	}
	return otherwise
}

func reissue(r request) error {
	before, der, rest, err := blocks(r.Certificate)
	if err != nil {
		return err
	}
	_, caDER, _, err := blocks(r.CA)
	if err != nil {
		return err
	}
	t, err := parse(der)
	if err != nil {
		return err
	}
	ca, err := parse(caDER)
	if err != nil {
		return err
	}
	isOwn := bytes.Equal(der, caDER)
	if !bytes.Equal(t.fields[issuer].FullBytes, ca.fields[subject].FullBytes) {
		t.fields[issuer] = ca.fields[subject]
	}
	if err := t.moveAuthority(ca, isOwn); err != nil {
		return err
	}
	c := r.Changes
	signer, err := readKey(r.CAKey)
	if err != nil {
		return err
	}
	if c.KeyAlgorithm != "" {
		key, err := newKey(c.KeyAlgorithm, r.Key)
		if err != nil {
			return err
		}
		t.fields[publicKey] = asn1.RawValue{FullBytes: must(x509.MarshalPKIXPublicKey(key.Public()))}
		if t.has(14) {
			t.set(14, false, must(asn1.Marshal(keyID(t.fields[publicKey].FullBytes))))
		}
		if isOwn {
			signer = key
		}
	}
	if err := t.change(c, isOwn); err != nil {
		return err
	}
	if c.SignWith != "" {
		if signer, err = readKey(c.SignWith); err != nil {
			return err
		}
	}
	if c.SignatureHash == "" {
		c.SignatureHash = oldHash(signer, t.fields[algorithm].FullBytes)
	}
	identifier, err := signatureAlgorithm(signer, c.SignatureHash)
	if err != nil {
		return err
	}
	t.fields[algorithm] = asn1.RawValue{FullBytes: identifier}
	content := t.bytes()
	signature, err := sign(signer, c.SignatureHash, content)
	if err != nil {
		return err
	}
	if c.SpoilSignature {
		signature[len(signature)-1] ^= 1
	}
	made := must(asn1.Marshal(raw.Certificate{
		TBS:       asn1.RawValue{FullBytes: content},
		Algorithm: asn1.RawValue{FullBytes: identifier},
		Signature: asn1.BitString{Bytes: signature, BitLength: 8 * len(signature)},
	}))
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: made})
	return os.WriteFile(r.Certificate, slices.Concat(before, block, rest), 0o644)
}

func (t *tbs) has(arc int) bool {
	return slices.ContainsFunc(t.extensions, func(item pkix.Extension) bool {
		return item.Id.Equal(asn1.ObjectIdentifier{2, 5, 29, arc})
	})
}

// moveAuthority makes an authority key identifier that is there point to the CA, if the CA has an identifier.
func (t *tbs) moveAuthority(ca *tbs, isOwn bool) error {
	if !t.has(35) || isOwn {
		return nil
	}
	for _, item := range ca.extensions {
		if item.Id.Equal(asn1.ObjectIdentifier{2, 5, 29, 14}) {
			var id []byte
			if _, err := asn1.Unmarshal(item.Value, &id); err != nil {
				return err
			}
			t.set(35, t.isCritical(35, false), authorityKeyID(id))
		}
	}
	return nil
}

func authorityKeyID(id []byte) []byte {
	return must(asn1.Marshal(struct {
		ID []byte `asn1:"tag:0"`
	}{id}))
}

func (t *tbs) change(c changes, isOwn bool) error {
	if err := t.changeValidity(c); err != nil {
		return err
	}
	if c.Serial != nil {
		number, isNumber := new(big.Int).SetString(*c.Serial, 0)
		if !isNumber {
			return fmt.Errorf("serial %q is no number", *c.Serial)
		}
		t.fields[serial] = asn1.RawValue{FullBytes: must(asn1.Marshal(number))}
	}
	for at, wanted := range map[int]*name{subject: c.Subject, issuer: c.IssuerName} {
		if wanted == nil {
			continue
		}
		changed, err := changeName(t.fields[at].FullBytes, *wanted)
		if err != nil {
			return err
		}
		t.fields[at] = asn1.RawValue{FullBytes: changed}
		if isOwn && at == subject {
			t.fields[issuer] = t.fields[subject]
		}
	}
	if c.NoSubjectKeyID {
		t.set(14, false, nil)
	}
	if c.NoAuthorityKeyID {
		t.set(35, false, nil)
	}
	if c.AuthorityKeyID != nil {
		id, err := hex.DecodeString(*c.AuthorityKeyID)
		if err != nil {
			return err
		}
		t.set(35, false, authorityKeyID(id))
	}
	return t.changeExtensions(c)
}

func (t *tbs) changeValidity(c changes) error {
	var times struct{ NotBefore, NotAfter asn1.RawValue }
	if _, err := asn1.Unmarshal(t.fields[validity].FullBytes, &times); err != nil {
		return err
	}
	for text, at := range map[*string]*asn1.RawValue{c.NotBefore: &times.NotBefore, c.NotAfter: &times.NotAfter} {
		if text == nil {
			continue
		}
		moment, err := time.Parse(time.RFC3339, *text)
		if err != nil {
			return err
		}
		// UTCTime up to 2049, GeneralizedTime from then on, as RFC 5280 wants it.
		*at = asn1.RawValue{FullBytes: must(asn1.Marshal(moment.UTC().Truncate(time.Second)))}
	}
	t.fields[validity] = asn1.RawValue{FullBytes: must(asn1.Marshal(times))}
	return nil
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
