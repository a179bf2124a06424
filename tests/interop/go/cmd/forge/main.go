// Command forge puts one fault into a certificate and signs it again with its CA's key, so that the tests can see
// each judge fail.
//
//	forge FAULT CERTIFICATE CA-KEY
//
// The certificate is replaced in place. Without arguments it lists the faults.
package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"os"
	"slices"

	"hardway.invalid/interop/internal/raw"
)

// certificate is what a fault may change.
type certificate struct {
	raw.TBS
	extensions []pkix.Extension
	outer      []byte
	sign       func(message []byte) []byte
}

func (c *certificate) extension(arc int) *pkix.Extension {
	at := slices.IndexFunc(c.extensions, func(item pkix.Extension) bool { return item.Id[3] == arc })
	if at < 0 {
		panic(fmt.Sprintf("no extension 2.5.29.%d", arc))
	}
	return &c.extensions[at]
}

func (c *certificate) remove(arc int) {
	c.extensions = slices.DeleteFunc(c.extensions, func(item pkix.Extension) bool { return item.Id[3] == arc })
}

// names edits the members of subjectAltName.
func (c *certificate) names(edit func([]asn1.RawValue) []asn1.RawValue) {
	san := c.extension(17)
	var names []asn1.RawValue
	must(asn1.Unmarshal(san.Value, &names))
	san.Value = must(asn1.Marshal(edit(names)))
}

const (
	subjectKeyID = 14
	keyUsage     = 15
	altName      = 17
	constraints  = 19
	authorityID  = 35
	extKeyUsage  = 37
)

var faults = map[string]func(*certificate){
	"none":   func(*certificate) {},
	"serial": func(c *certificate) { c.Serial = asn1.RawValue{FullBytes: []byte{2, 1, 1}} },
	"serial-long": func(c *certificate) {
		c.Serial = asn1.RawValue{FullBytes: append([]byte{2, 21}, slices.Repeat([]byte{0x11}, 21)...)}
	},
	"serial-negative":        func(c *certificate) { c.Serial = asn1.RawValue{FullBytes: []byte{2, 1, 0x81}} },
	"version-2":              func(c *certificate) { c.Version = asn1.RawValue{FullBytes: []byte{0xa0, 3, 2, 1, 1}} },
	"extension-order":        func(c *certificate) { slices.Reverse(c.extensions[:2]) },
	"no-authority-key-id":    func(c *certificate) { c.remove(authorityID) },
	"no-subject-key-id":      func(c *certificate) { c.remove(subjectKeyID) },
	"key-id":                 func(c *certificate) { c.extension(subjectKeyID).Value[10] ^= 1 },
	"authority-key-id":       func(c *certificate) { c.extension(authorityID).Value[10] ^= 1 },
	"path-length":            func(c *certificate) { c.extension(constraints).Value = []byte{0x30, 6, 1, 1, 0xff, 2, 1, 0} },
	"leaf-is-ca":             func(c *certificate) { c.extension(constraints).Value = []byte{0x30, 3, 1, 1, 0xff} },
	"ca-is-leaf":             func(c *certificate) { c.extension(constraints).Value = []byte{0x30, 0} },
	"constraints-uncritical": func(c *certificate) { c.extension(constraints).Critical = false },
	"key-encipherment":       func(c *certificate) { c.extension(keyUsage).Value = []byte{3, 2, 5, 0xa0} },
	"ca-without-cert-sign":   func(c *certificate) { c.extension(keyUsage).Value = []byte{3, 2, 1, 2} },
	"no-purpose":             func(c *certificate) { c.remove(extKeyUsage) },
	"purpose-order": func(c *certificate) {
		value := c.extension(extKeyUsage).Value
		c.extension(extKeyUsage).Value = slices.Concat(value[:2], value[12:], value[2:12])
	},
	"other-purpose":  func(c *certificate) { c.extension(extKeyUsage).Value[11] ^= 3 }, // server <-> client
	"no-names":       func(c *certificate) { c.remove(altName) },
	"names-critical": func(c *certificate) { c.extension(altName).Critical = true },
	"name-order": func(c *certificate) {
		c.names(func(names []asn1.RawValue) []asn1.RawValue { slices.Reverse(names); return names })
	},
	"name-twice": func(c *certificate) {
		c.names(func(names []asn1.RawValue) []asn1.RawValue { return append(names, names[len(names)-1]) })
	},
	"name-missing": func(c *certificate) {
		c.names(func(names []asn1.RawValue) []asn1.RawValue { return names[1:] })
	},
	"name-upper-case": func(c *certificate) {
		c.names(func(names []asn1.RawValue) []asn1.RawValue {
			names[0].Bytes[0] -= 'a' - 'A'
			names[0].FullBytes = nil
			return names
		})
	},
	"name-malformed": func(c *certificate) {
		c.names(func(names []asn1.RawValue) []asn1.RawValue {
			names[0].Bytes[1] = '_'
			names[0].Bytes[0] = '-'
			names[0].FullBytes = nil
			return names
		})
	},
	"subject-printable": func(c *certificate) {
		c.editSubject(func(rdns [][]attribute) [][]attribute {
			rdns[len(rdns)-1][0].Value.Tag = asn1.TagPrintableString
			return rdns
		})
	},
	"subject-order": func(c *certificate) {
		c.editSubject(func(rdns [][]attribute) [][]attribute { slices.Reverse(rdns); return rdns })
	},
	"subject-empty": func(c *certificate) { c.Subject = asn1.RawValue{FullBytes: []byte{0x30, 0}} },
	"subject-other": func(c *certificate) {
		c.editSubject(func(rdns [][]attribute) [][]attribute { rdns[len(rdns)-1][0].Value.Bytes[0] ^= 1; return rdns })
	},
	"second-longer": func(c *certificate) {
		bytes := c.Validity.FullBytes
		bytes[len(bytes)-2]++
	},
	// It ends in the second in which it starts.
	"ended": func(c *certificate) {
		start := c.Validity.Bytes[:2+c.Validity.Bytes[1]]
		c.Validity = asn1.RawValue{FullBytes: slices.Concat([]byte{0x30, byte(2 * len(start))}, start, start)}
	},
	"early-generalized": func(c *certificate) {
		after := c.Validity.FullBytes[17:]
		c.Validity.FullBytes = slices.Concat([]byte{0x30, 32}, c.Validity.FullBytes[2:17], []byte{0x18, 15}, []byte("20"), after[2:])
	},
	"algorithm-without-null": func(c *certificate) {
		c.outer = append([]byte{0x30, 0x0b}, c.Algorithm.FullBytes[2:13]...)
		c.Algorithm = asn1.RawValue{FullBytes: c.outer}
	},
	"algorithm-with-null": func(c *certificate) {
		c.outer = append([]byte{0x30, 0x0c}, append(slices.Clone(c.Algorithm.FullBytes[2:]), 5, 0)...)
		c.Algorithm = asn1.RawValue{FullBytes: c.outer}
	},
	"signature": func(c *certificate) {
		sign := c.sign
		c.sign = func(message []byte) []byte { return sign(append(message, 0)) }
	},
	// Valid, and not the signature of RFC 6979.
	"random-nonce": nil,
}

type attribute struct {
	Type  asn1.ObjectIdentifier
	Value asn1.RawValue
}

func (c *certificate) editSubject(edit func([][]attribute) [][]attribute) {
	type rdnSET []attribute
	var rdns []rdnSET
	must(asn1.Unmarshal(c.Subject.FullBytes, &rdns))
	var list [][]attribute
	for _, rdn := range rdns {
		for i := range rdn {
			rdn[i].Value.FullBytes = nil
		}
		list = append(list, rdn)
	}
	rdns = nil
	for _, rdn := range edit(list) {
		rdns = append(rdns, rdn)
	}
	c.Subject = asn1.RawValue{FullBytes: must(asn1.Marshal(rdns))}
}

func main() {
	if len(os.Args) != 4 {
		for name := range faults {
			fmt.Println(name)
		}
		return
	}
	name, path := os.Args[1], os.Args[2]
	key := must(x509.ParsePKCS8PrivateKey(decode(os.Args[3]))).(crypto.Signer)
	var whole raw.Certificate
	must(asn1.Unmarshal(decode(path), &whole))
	c := &certificate{outer: whole.Algorithm.FullBytes}
	must(asn1.Unmarshal(whole.TBS.FullBytes, &c.TBS))
	must(asn1.Unmarshal(c.Extensions.Bytes, &c.extensions))
	c.sign = func(message []byte) []byte { return raw.Sign(key, message) }
	if name == "random-nonce" {
		c.sign = func(message []byte) []byte {
			private := key.(*ecdsa.PrivateKey)
			return must(ecdsa.SignASN1(rand.Reader, private, raw.Digest(private, message)))
		}
	} else if apply, isKnown := faults[name]; isKnown {
		apply(c)
	} else {
		panic("no fault " + name)
	}
	c.Extensions = asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 3, IsCompound: true, Bytes: must(asn1.Marshal(c.extensions))}
	content := must(asn1.Marshal(c.TBS))
	signature := c.sign(content)
	der := must(asn1.Marshal(raw.Certificate{
		TBS:       asn1.RawValue{FullBytes: content},
		Algorithm: asn1.RawValue{FullBytes: c.outer},
		Signature: asn1.BitString{Bytes: signature, BitLength: 8 * len(signature)},
	}))
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o644); err != nil {
		panic(err)
	}
}

func decode(path string) []byte {
	block, _ := pem.Decode(must(os.ReadFile(path)))
	return block.Bytes
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
