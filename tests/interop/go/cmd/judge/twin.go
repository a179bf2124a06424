package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"math/big"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"hardway.invalid/interop/internal/cluster"
	"hardway.invalid/interop/internal/raw"
)

// checkTwin makes the whole certificate again from spec and seed alone, and compares every byte.
func (j *judge) checkTwin(p, issuer *parsed, keySeed []byte) {
	spki, err := x509.MarshalPKIXPublicKey(p.own.Public())
	if err != nil {
		panic(err)
	}
	issuerSPKI, err := x509.MarshalPKIXPublicKey(issuer.own.Public())
	if err != nil {
		panic(err)
	}
	build := func(serial []byte) []byte {
		var builder cryptobyte.Builder
		builder.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddBytes([]byte{0xa0, 3, 2, 1, 2})
			b.AddASN1BigInt(new(big.Int).SetBytes(serial))
			b.AddBytes(signatureAlgorithms[p.want.IssuerAlgorithm])
			addName(b, issuer.want)
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				addTime(b, p.want.NotBefore)
				addTime(b, p.want.NotAfter)
			})
			addName(b, p.want)
			b.AddBytes(spki)
			b.AddASN1(cbasn1.Tag(3).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) {
				b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
					for _, item := range wantedExtensions(p.want, spki, issuerSPKI) {
						b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
							b.AddASN1ObjectIdentifier(item.id)
							if item.critical {
								b.AddASN1Boolean(true)
							}
							b.AddASN1OctetString(item.value)
						})
					}
				})
			})
		})
		return builder.BytesOrPanic()
	}
	mac := hmac.New(sha256.New, keySeed)
	mac.Write(build([]byte{1}))
	serial := mac.Sum(nil)[:16]
	serial[0] &= 0x7f
	serial[15] |= 1
	content := build(serial)
	var builder cryptobyte.Builder
	builder.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(content)
		b.AddBytes(signatureAlgorithms[p.want.IssuerAlgorithm])
		b.AddASN1BitString(raw.Sign(issuer.own, content))
	})
	twin := builder.BytesOrPanic()
	j.check(bytes.Equal(twin, p.Raw), "twin", p.want.Path, "made anew from spec and seed it is\n%x\nand not\n%x", twin, p.Raw)
}

func addName(b *cryptobyte.Builder, want *cluster.Certificate) {
	add := func(b *cryptobyte.Builder, kind asn1.ObjectIdentifier, value string) {
		b.AddASN1(cbasn1.SET, func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1ObjectIdentifier(kind)
				b.AddASN1(cbasn1.UTF8String, func(b *cryptobyte.Builder) { b.AddBytes([]byte(value)) })
			})
		})
	}
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		for _, organization := range want.O {
			add(b, asn1.ObjectIdentifier{2, 5, 4, 10}, organization)
		}
		add(b, asn1.ObjectIdentifier{2, 5, 4, 3}, want.CN)
	})
}

func addTime(b *cryptobyte.Builder, moment time.Time) {
	if moment.Year() < 2050 {
		b.AddASN1UTCTime(moment)
	} else {
		b.AddASN1GeneralizedTime(moment)
	}
}
