package main

import (
	"crypto/sha1"
	"encoding/asn1"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
)

var (
	commonName   = asn1.ObjectIdentifier{2, 5, 4, 3}
	organization = asn1.ObjectIdentifier{2, 5, 4, 10}
)

type attribute struct {
	Type  asn1.ObjectIdentifier
	Value asn1.RawValue
}

type rdnSET []attribute

// changeName replaces the common name or all organizations; the rest keeps its bytes and its order. Organizations
// come first, one an RDN, as kubeadm's do not and OpenSSL's do.
func changeName(der []byte, wanted name) ([]byte, error) {
	var rdns []rdnSET
	if _, err := asn1.Unmarshal(der, &rdns); err != nil {
		return nil, err
	}
	remove := func(id asn1.ObjectIdentifier) {
		for i := range rdns {
			rdns[i] = slices.DeleteFunc(rdns[i], func(item attribute) bool { return item.Type.Equal(id) })
		}
		rdns = slices.DeleteFunc(rdns, func(rdn rdnSET) bool { return len(rdn) == 0 })
	}
	text := func(id asn1.ObjectIdentifier, value string) rdnSET {
		return rdnSET{{id, asn1.RawValue{Tag: asn1.TagUTF8String, Bytes: []byte(value)}}}
	}
	if wanted.Organizations != nil {
		remove(organization)
		var list []rdnSET
		for _, value := range *wanted.Organizations {
			list = append(list, text(organization, value))
		}
		rdns = slices.Concat(list, rdns)
	}
	if wanted.CN != nil {
		remove(commonName)
		if *wanted.CN != "" {
			rdns = append(rdns, text(commonName, *wanted.CN))
		}
	}
	if rdns == nil {
		rdns = []rdnSET{}
	}
	return asn1.Marshal(rdns)
}

func (t *tbs) changeExtensions(c changes) error {
	if c.SANs != nil {
		value, err := names(*c.SANs, false)
		if err != nil {
			return err
		}
		t.set(17, t.isCritical(17, false), value)
	}
	if c.EKU != nil {
		value, err := purposes(*c.EKU)
		if err != nil {
			return err
		}
		t.set(37, t.isCritical(37, false), value)
	}
	if c.KU != nil {
		value, err := usages(*c.KU)
		if err != nil {
			return err
		}
		t.set(15, t.isCritical(15, true), value)
	}
	if c.NoConstraints {
		t.set(19, false, nil)
	}
	if c.IsCA != nil || c.MaxPathLength != nil {
		value := struct {
			IsCA          bool `asn1:"optional"`
			MaxPathLength int  `asn1:"optional,default:-1"`
		}{c.IsCA == nil || *c.IsCA, -1}
		if c.MaxPathLength != nil {
			value.MaxPathLength = *c.MaxPathLength
		}
		t.set(19, t.isCritical(19, true), must(asn1.Marshal(value)))
	}
	if len(c.PermittedNames)+len(c.ExcludedNames) > 0 {
		var content []byte
		for tag, list := range [][]string{c.PermittedNames, c.ExcludedNames} {
			subtrees, err := subtrees(list)
			if err != nil {
				return err
			}
			if len(list) > 0 {
				content = append(content, must(asn1.Marshal(asn1.RawValue{Class: 2, Tag: tag, IsCompound: true, Bytes: subtrees}))...)
			}
		}
		t.set(30, true, sequence(content))
	}
	if c.UnknownCritical {
		t.set(9999, true, []byte{5, 0})
	}
	return nil
}

func sequence(content []byte) []byte {
	return must(asn1.Marshal(asn1.RawValue{Tag: asn1.TagSequence, IsCompound: true, Bytes: content}))
}

// names gives GeneralNames; nil for none. Addresses of name constraints have a mask.
func names(list []string, isMasked bool) ([]byte, error) {
	if len(list) == 0 {
		return nil, nil
	}
	var content []byte
	for _, item := range list {
		name, err := generalName(item, isMasked)
		if err != nil {
			return nil, err
		}
		content = append(content, name...)
	}
	return sequence(content), nil
}

func subtrees(list []string) ([]byte, error) {
	var content []byte
	for _, item := range list {
		name, err := generalName(item, true)
		if err != nil {
			return nil, err
		}
		content = append(content, sequence(name)...)
	}
	return content, nil
}

func generalName(item string, isMasked bool) ([]byte, error) {
	kind, value, _ := strings.Cut(item, ":")
	tags := map[string]int{"email": 1, "DNS": 2, "URI": 6, "IP": 7}
	tag, isKnown := tags[kind]
	if !isKnown {
		return nil, fmt.Errorf("name %q has no kind", item)
	}
	bytes := []byte(value)
	if kind == "IP" && isMasked {
		_, network, err := net.ParseCIDR(value)
		if err != nil {
			return nil, err
		}
		bytes = slices.Concat([]byte(network.IP), []byte(network.Mask))
	} else if kind == "IP" {
		address := net.ParseIP(value)
		if address == nil {
			return nil, fmt.Errorf("%q is no address", value)
		}
		bytes = address
		if short := address.To4(); short != nil {
			bytes = short
		}
	}
	return asn1.Marshal(asn1.RawValue{Class: 2, Tag: tag, Bytes: bytes})
}

func purposes(list []string) ([]byte, error) {
	if len(list) == 0 {
		return nil, nil
	}
	known := map[string]string{
		"any": "2.5.29.37.0", "serverAuth": "1.3.6.1.5.5.7.3.1", "clientAuth": "1.3.6.1.5.5.7.3.2",
		"codeSigning": "1.3.6.1.5.5.7.3.3", "emailProtection": "1.3.6.1.5.5.7.3.4",
	}
	var ids []asn1.ObjectIdentifier
	for _, item := range list {
		if dotted, isKnown := known[item]; isKnown {
			item = dotted
		}
		var id asn1.ObjectIdentifier
		for _, part := range strings.Split(item, ".") {
			number, err := strconv.Atoi(part)
			if err != nil {
				return nil, fmt.Errorf("no purpose %q", item)
			}
			id = append(id, number)
		}
		ids = append(ids, id)
	}
	return asn1.Marshal(ids)
}

func usages(list []string) ([]byte, error) {
	if len(list) == 0 {
		return nil, nil
	}
	order := []string{
		"digitalSignature", "contentCommitment", "keyEncipherment", "dataEncipherment", "keyAgreement",
		"keyCertSign", "cRLSign", "encipherOnly", "decipherOnly",
	}
	bits := make([]byte, 2)
	length := 0
	for _, item := range list {
		at := slices.Index(order, item)
		if at < 0 {
			return nil, fmt.Errorf("no usage %q", item)
		}
		bits[at/8] |= 0x80 >> (at % 8)
		length = max(length, at+1)
	}
	return asn1.Marshal(asn1.BitString{Bytes: bits[:(length+7)/8], BitLength: length})
}

// keyID is RFC 5280's first method: SHA-1 over the bits of the key.
func keyID(spki []byte) []byte {
	var info struct {
		Algorithm asn1.RawValue
		Key       asn1.BitString
	}
	must(asn1.Unmarshal(spki, &info))
	digest := sha1.Sum(info.Key.Bytes)
	return digest[:]
}
