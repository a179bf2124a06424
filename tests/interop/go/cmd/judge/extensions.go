package main

import (
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"slices"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"hardway.invalid/interop/internal/cluster"
)

// extension is one line of the design's list.
type extension struct {
	name     string
	id       asn1.ObjectIdentifier
	critical bool
	value    []byte
}

// keyIdentifier is RFC 7093 method 1, over the bits of the subjectPublicKey.
func keyIdentifier(spki []byte) []byte {
	var info struct {
		Algorithm asn1.RawValue
		PublicKey asn1.BitString
	}
	if _, err := asn1.Unmarshal(spki, &info); err != nil {
		panic(err)
	}
	sum := sha256.Sum256(info.PublicKey.Bytes)
	return sum[:20]
}

// wantedExtensions writes the design's list out for one certificate.
func wantedExtensions(want *cluster.Certificate, spki, issuerSPKI []byte) []extension {
	constraints, usage := []byte{0x30, 0}, []byte{3, 2, 7, 0x80}
	// Only a server is sent a key: RFC 5280 section 4.2.1.12.
	if want.Algorithm[:3] == "RSA" && want.Server {
		usage = []byte{3, 2, 5, 0xa0}
	}
	if want.IsCA {
		constraints, usage = []byte{0x30, 3, 1, 1, 0xff}, []byte{3, 2, 1, 6}
	}
	list := []extension{
		{"basicConstraints", asn1.ObjectIdentifier{2, 5, 29, 19}, true, constraints},
		{"keyUsage", asn1.ObjectIdentifier{2, 5, 29, 15}, true, usage},
	}
	if !want.IsCA {
		var purposes []byte
		if want.Server {
			purposes = append(purposes, 6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 1)
		}
		if want.Client {
			purposes = append(purposes, 6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 2)
		}
		value := append([]byte{0x30, byte(len(purposes))}, purposes...)
		list = append(list, extension{"extKeyUsage", asn1.ObjectIdentifier{2, 5, 29, 37}, false, value})
	}
	list = append(list,
		extension{"subjectKeyIdentifier", asn1.ObjectIdentifier{2, 5, 29, 14}, false, append([]byte{4, 20}, keyIdentifier(spki)...)},
		extension{"authorityKeyIdentifier", asn1.ObjectIdentifier{2, 5, 29, 35}, false, append([]byte{0x30, 22, 0x80, 20}, keyIdentifier(issuerSPKI)...)},
	)
	if len(want.DNS)+len(want.IPs) > 0 {
		var builder cryptobyte.Builder
		builder.AddASN1(cbasn1.SEQUENCE, func(names *cryptobyte.Builder) {
			for _, name := range want.DNS {
				names.AddASN1(cbasn1.Tag(2).ContextSpecific(), func(b *cryptobyte.Builder) { b.AddBytes([]byte(name)) })
			}
			for _, ip := range want.IPs {
				names.AddASN1(cbasn1.Tag(7).ContextSpecific(), func(b *cryptobyte.Builder) { b.AddBytes(ip.AsSlice()) })
			}
		})
		list = append(list, extension{"subjectAltName", asn1.ObjectIdentifier{2, 5, 29, 17}, false, builder.BytesOrPanic()})
	}
	return list
}

func (j *judge) checkExtensions(p, issuer *parsed, field asn1.RawValue) {
	path := p.want.Path
	wanted := wantedExtensions(p.want, p.RawSubjectPublicKeyInfo, issuer.RawSubjectPublicKeyInfo)
	var gotOrder, wantOrder []string
	for _, item := range p.Extensions {
		gotOrder = append(gotOrder, item.Id.String())
	}
	for _, item := range wanted {
		wantOrder = append(wantOrder, item.id.String())
	}
	j.equal("extension-order", path, "the list of extensions", gotOrder, wantOrder)
	for _, item := range wanted {
		at := slices.IndexFunc(p.Extensions, func(other pkix.Extension) bool { return other.Id.Equal(item.id) })
		if !j.check(at >= 0, item.name, path, "%s is missing", item.name) {
			continue
		}
		j.equal(item.name, path, item.name+"'s criticality", p.Extensions[at].Critical, item.critical)
		j.equal(item.name, path, item.name, hex(p.Extensions[at].Value), hex(item.value))
	}
	// DER leaves `critical` out when it is FALSE; Go's encoder does the same.
	encoded, err := asn1.Marshal(p.Extensions)
	j.check(err == nil && string(encoded) == string(field.Bytes), "extension-order", path, "the list is not DER")

	// The same statements once more, by what Go's parser makes of them.
	j.equal("basicConstraints", path, "CA", fmt.Sprint(p.IsCA, p.BasicConstraintsValid, p.MaxPathLen, p.MaxPathLenZero), fmt.Sprint(p.want.IsCA, true, -1, false))
	usage, purposes := x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage(nil)
	switch {
	case p.want.IsCA:
		usage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	case p.want.Algorithm[:3] == "RSA" && p.want.Server:
		usage |= x509.KeyUsageKeyEncipherment
	}
	if p.want.Server {
		purposes = append(purposes, x509.ExtKeyUsageServerAuth)
	}
	if p.want.Client {
		purposes = append(purposes, x509.ExtKeyUsageClientAuth)
	}
	j.equal("keyUsage", path, "Go's key usage", p.KeyUsage, usage)
	j.equal("extKeyUsage", path, "Go's extended key usage", p.ExtKeyUsage, purposes)
	j.equal("subjectAltName", path, "Go's DNS names", p.DNSNames, p.want.DNS)
	j.equal("subjectAltName", path, "Go's addresses", p.IPAddresses, p.want.IPs)
	j.check(len(p.EmailAddresses)+len(p.URIs)+len(p.UnhandledCriticalExtensions) == 0, "subjectAltName", path, "names or extensions of another kind")
}
