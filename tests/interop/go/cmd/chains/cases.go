package main

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"math/big"
	"math/rand"
	"time"
)

// now is when the cases are judged.
const now = 1_700_000_000
const year = 365 * 86400

func unix(seconds int64) time.Time { return time.Unix(seconds, 0).UTC() }

type maker struct {
	*rand.Rand
	keys   []key
	serial int64
}

func newMaker(random *rand.Rand) *maker { return &maker{Rand: random, keys: newKeys(random)} }

// rarely is true that often in a hundred times.
func (m *maker) rarely(percent int) bool { return m.Intn(100) < percent }

func pick[T any](m *maker, list []T) T { return list[m.Intn(len(list))] }

func some[T any](m *maker, most int, list []T) []T {
	var picked []T
	for range m.Intn(most + 1) {
		picked = append(picked, pick(m, list))
	}
	return picked
}

func (m *maker) key() key {
	if m.rarely(85) {
		return m.keys[m.Intn(6)]
	}
	return pick(m, m.keys)
}

// algorithmFor is one that goes with a key, most of the time.
func (m *maker) algorithmFor(k key) string {
	strange := []string{"ecdsa-sha224", "rsa-sha224", "dsa-sha1", "dsa-sha256", "ed448", "ml-dsa-44", "ed25519-null", "ed25519", "ecdsa-sha256", "rsa-sha256", "pss-salt", "rsa-md5"}
	if m.rarely(2) {
		return pick(m, strange)
	}
	switch k.signer.(type) {
	case *rsa.PrivateKey:
		return pick(m, []string{"rsa-md5", "rsa-sha1", "rsa-sha256", "rsa-sha384", "rsa-sha512", "pss-sha256", "pss-sha384", "pss-sha512", "pss-salt"})
	case *ecdsa.PrivateKey:
		return pick(m, []string{"ecdsa-sha1", "ecdsa-sha256", "ecdsa-sha384", "ecdsa-sha512"})
	case ed25519.PrivateKey:
		return "ed25519"
	}
	return pick(m, []string{"rsa-sha256", "ed448", "dsa-sha256", "pss-sha256", "dsa-sha1"})
}

func nameOf(text string, tag byte) []byte {
	if text == "" {
		return wrap(0x30)
	}
	return wrap(0x30, wrap(0x31, wrap(0x30, oid(2, 5, 4, 3), wrap(tag, []byte(text)))))
}

var dnsNames = []string{
	"example.com", "a.example.com", "*.example.com", "b.a.example.com", "EXAMPLE.com", "A.Example.COM", "*.a.example.com", "*.com", "*",
	"f*.example.com", "a.*.com", "example.com.", ".example.com", "", "localhost", "foo_bar.example.com", "-a.example.com", "a-.example.com",
	"testexample.com", "kubernetes.default.svc.cluster.local", "10.0.0.1", "a..b", "xn--bcher-kva.example", "a b.example.com", "example.org",
	"*.*.example.com", "system:node:node-0", "[::1]", "*.", "a.b.c.d.e.example.com", "com", "a-b.example.com", ".",
}

var hosts = []string{
	"example.com", "a.example.com", "b.a.example.com", "EXAMPLE.COM", "example.com.", "a.example.com.", "a.example.com..", "", ".", "*", "*.example.com",
	"localhost", "foo_bar.example.com", "-a.example.com", "10.0.0.1", "[10.0.0.1]", "010.0.0.1", "::1", "[::1]", "[::1", "::ffff:10.0.0.1", "[::ffff:a00:1]",
	"fe80::1%eth0", "[fe80::1%25eth0]", "fd00::1", "FD00:0:0::1", "fd00:0:0:0:0:0:0:0001", "1.2.3", "a..b", "xn--bcher-kva.example", "bücher.example",
	"system:node:node-0", "a.*.com", "x.com", "f.example.com", ".example.com", "[]", "[a]", "::", "::1.2.3.4", "1::2::3", "a b.example.com",
	"1:2:3:4:5:6:7:8", "1:2:3:4::5:6:7:8", "1:2:3:4:5:6:7::", "1:2:3:4:5:6:1.2.3.4", "1.2.3.4:80", "12345::", "kubernetes.default.svc.cluster.local",
}

var emails = []string{
	"a@example.com", "A@example.com", "a@EXAMPLE.com", "a@b.example.com", "\"a b\"@example.com", "\"a\\\"b\"@example.com", "a", "@example.com",
	"a@", "a..b@example.com", ".a@example.com", "a\\@b@example.com", "a@example.com.", "a@b@example.com", "\"a\tb\"@example.com", "", "\"\"@example.com", "a@example.org",
}

var uris = []string{
	"https://example.com/a", "https://example.com:443/", "https://a.example.com", "spiffe://example.com/ns/a", "urn:a:b", "https://10.0.0.1/", "https://[::1]/",
	"https://[::1]:80/", "https://[fe80::1%25en0]/", "https://example.com./", "https://example.com.:80/", "//example.com/a", "/a/b", "a/b:c", "a:b", ":a", "1a:b",
	"https://user:pw@example.com/", "https://us er@example.com/", "https://example.com/%zz", "https://example.com/%41", "https://ex%41mple.com/", "https://ex%25mple.com/",
	"https://a:b:c/", "foo://a:b:80/", "foo://a:b:c/", "https://example.com:port/", "https://:80/", "https:///a", "*", "", "https://EXAMPLE.com/", "https://a..b/",
	"https://example.com/?q#f", "https://example.com/#%4", "https://example.com?a?b", "http://a]b:80/", "http://[1.2.3.4]/", "http://a[b]/", "http://[::1", "http://a b/",
	"http://%ff.com/", "http://[fe80::1%25e%20n]/", "http://[fe80::1%25%41]/", "http://[fe80::1%en0]/", "http://[::ffff:1.2.3.4]/", "http://[fe80::1%25]/", "http://u%4@a/", "x://a:1/",
	"///a", "//a:b", "http://a/\x7f", "https://example.org/", "http://u@v@a.example.com/", "http:a", "http:/a", "http://a\"<>b/",
}

var addresses = [][]byte{
	{10, 0, 0, 1}, {10, 1, 2, 3}, {192, 168, 1, 1}, {127, 0, 0, 1},
	{15: 1}, {0xfd, 15: 1}, {10: 0xff, 11: 0xff, 12: 10, 15: 1}, {0xfe, 0x80, 15: 1}, {0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8},
}

var ruleDomains = []string{"example.com", ".example.com", "a.example.com", "com", "", "EXAMPLE.com", "org", "*.example.com", "example.com.", "b.a.example.com", "a b", ".", "..a", "mple.com", "1.2.3.4", "::1", "local", "default.svc.cluster.local", ".a.example.com", "a-b.example.com"}
var ruleEmails = []string{"a@example.com", "a@EXAMPLE.com", "example.com", ".example.com", "\"a b\"@example.com", "a", "@", "a@b@", "", "example.org"}
var ruleNetworks = [][]byte{
	{10, 0, 0, 0, 255, 0, 0, 0}, {10, 0, 5, 1, 255, 0, 0, 0}, {10, 0, 0, 0, 255, 255, 0, 0}, {0, 0, 0, 0, 0, 0, 0, 0}, {9, 0, 0, 0, 255, 0, 0, 0}, {192, 168, 0, 0, 255, 255, 0, 0},
	{10, 0, 0, 1, 255, 255, 255, 255}, {10, 0, 0, 0, 255, 0, 255, 0}, {10, 0, 0}, {31: 0}, {0: 0xfd, 16: 0xff, 31: 0},
	{10: 0xff, 11: 0xff, 12: 10, 16: 255, 17: 255, 18: 255, 19: 255, 20: 255, 21: 255, 22: 255, 23: 255, 24: 255, 25: 255, 26: 255, 27: 255, 28: 255, 31: 0},
	{127, 0, 0, 1, 255, 255, 255, 254}, {10, 1, 0, 0, 255, 255, 128, 0},
}

// altNames are sensible most of the time, as one bad name makes all else invisible.
func (m *maker) altNames() []byte {
	var names [][]byte
	for _, name := range some(m, 3, dnsNames) {
		names = append(names, wrap(0x82, []byte(name)))
	}
	for _, address := range some(m, 2, addresses) {
		names = append(names, wrap(0x87, address))
	}
	if m.rarely(25) {
		for _, email := range some(m, 2, emails) {
			names = append(names, wrap(0x81, []byte(email)))
		}
	}
	if m.rarely(25) {
		for _, uri := range some(m, 2, uris) {
			names = append(names, wrap(0x86, []byte(uri)))
		}
	}
	if m.rarely(3) {
		names = append(names, pick(m, [][]byte{wrap(0x87, []byte{1, 2, 3, 4, 5}), wrap(0x82, []byte{0xe9}), wrap(0x88, []byte{42, 3}), wrap(0xa4, nameOf("x", 0x0c)), wrap(0xa0, oid(1, 2, 3), wrap(0xa0, null))}))
	}
	return wrap(0x30, names...)
}

func (m *maker) subtrees() []byte {
	var rules [][]byte
	add := func(tag byte, content []byte) { rules = append(rules, wrap(0x30, wrap(tag, content))) }
	if m.rarely(70) {
		for _, domain := range some(m, 3, ruleDomains) {
			add(0x82, []byte(domain))
		}
	}
	if m.rarely(40) {
		for _, network := range some(m, 3, ruleNetworks) {
			add(0x87, network)
		}
	}
	if m.rarely(20) {
		for _, email := range some(m, 2, ruleEmails) {
			add(0x81, []byte(email))
		}
	}
	if m.rarely(20) {
		for _, domain := range some(m, 2, ruleDomains) {
			add(0x86, []byte(domain))
		}
	}
	if m.rarely(4) {
		add(0xa4, nameOf("x", 0x0c))
	}
	return wrap(0x30, rules...)
}

func (m *maker) nameConstraints() []byte {
	// The tag of the list becomes that of the field.
	field := func(tag byte) []byte {
		list := m.subtrees()
		list[0] = tag
		return list
	}
	switch m.Intn(4) {
	case 0:
		return wrap(0x30, field(0xa0))
	case 1:
		return wrap(0x30, field(0xa1))
	default:
		return wrap(0x30, field(0xa0), field(0xa1))
	}
}

var purposes = [][]byte{oid(1, 3, 6, 1, 5, 5, 7, 3, 1), oid(1, 3, 6, 1, 5, 5, 7, 3, 2), oid(1, 3, 6, 1, 5, 5, 7, 3, 3), oid(2, 5, 29, 37, 0), oid(1, 2, 3, 4), oid(2, 16, 840, 1, 113730, 4, 1)}
var policyIDs = [][]byte{oid(1, 2, 3), oid(1, 2, 4), oid(1, 2, 5), oid(2, 5, 29, 32, 0)}

func (m *maker) policyExtensions() []pkix.Extension {
	var list []pkix.Extension
	if m.rarely(80) {
		var items [][]byte
		for _, policy := range some(m, 3, policyIDs) {
			items = append(items, wrap(0x30, policy))
		}
		list = append(list, extension(32, m.rarely(30), wrap(0x30, items...)))
	}
	if m.rarely(25) {
		var items [][]byte
		for range 1 + m.Intn(2) {
			items = append(items, wrap(0x30, pick(m, policyIDs), pick(m, policyIDs)))
		}
		list = append(list, extension(33, true, wrap(0x30, items...)))
	}
	if m.rarely(50) {
		var fields [][]byte
		for tag := range byte(2) {
			if m.rarely(60) {
				fields = append(fields, wrap(0x80|tag, []byte{byte(pick(m, []int{0, 0, 1, 2, 255}))}))
			}
		}
		list = append(list, extension(36, true, wrap(0x30, fields...)))
	}
	if m.rarely(25) {
		list = append(list, extension(54, true, wrap(0x02, []byte{byte(m.Intn(2))})))
	}
	return list
}

func extension(id int, isCritical bool, value []byte) pkix.Extension {
	return pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, id}, Critical: isCritical, Value: value}
}

// certificateOf is a certificate with something odd now and then.
func (m *maker) certificateOf(subject []byte, k key, issuer []byte, by key, isAuthority bool, odd int, withPolicies bool) []byte {
	m.serial++
	s := spec{version: 3, serial: big.NewInt(m.serial), issuer: issuer, subject: subject, key: k, before: now - year, after: now + year, algorithm: m.algorithmFor(by)}
	add := func(id int, isCritical bool, value []byte) {
		s.extensions = append(s.extensions, extension(id, isCritical, value))
	}
	if m.rarely(odd) {
		s.before, s.after = now+int64(m.Intn(3)-1), now+year
	}
	if m.rarely(odd) {
		s.after = now + int64(m.Intn(3)-1)
	}
	if m.rarely(odd) {
		s.isBroken = true
	}
	switch {
	case isAuthority && !m.rarely(odd):
		fields := [][]byte{{1, 1, 255}}
		if m.rarely(10 + odd) {
			fields = append(fields, []byte{2, 1, byte(m.Intn(3))})
		}
		add(19, true, wrap(0x30, fields...))
	case m.rarely(50):
		add(19, m.rarely(50), pick(m, [][]byte{wrap(0x30), wrap(0x30, []byte{2, 1, 0}), wrap(0x30, []byte{1, 1, 0})}))
	}
	if m.rarely(50) {
		usage := []byte{1, 6}
		if !isAuthority || m.rarely(odd) {
			usage = pick(m, [][]byte{{7, 128}, {0}, {7, 0}, {7, 0, 128}, {5, 160}, {2, 4}})
		}
		add(15, true, wrap(0x03, usage))
	}
	if m.rarely(odd) || (!isAuthority && m.rarely(60)) {
		add(37, m.rarely(20), wrap(0x30, some(m, 3, purposes)...))
	}
	if !isAuthority || m.rarely(odd) {
		add(17, m.rarely(20), m.altNames())
	}
	if isAuthority && m.rarely(6+2*odd) {
		add(30, true, m.nameConstraints())
	}
	if m.rarely(50) {
		add(14, m.rarely(1), wrap(0x04, pick(m, [][]byte{k.spki[len(k.spki)-8:], {1}, {}})))
	}
	if m.rarely(50) {
		add(35, m.rarely(1), wrap(0x30, wrap(0x80, pick(m, [][]byte{by.spki[len(by.spki)-8:], {1}, {}}))))
	}
	if withPolicies {
		s.extensions = append(s.extensions, m.policyExtensions()...)
	}
	if m.rarely(odd) {
		s.extensions = append(s.extensions, pkix.Extension{Id: asn1.ObjectIdentifier{1, 2, 3, 4}, Critical: m.rarely(60), Value: []byte{5, 0}})
	}
	if m.rarely(1) {
		s.serial = pick(m, []*big.Int{big.NewInt(0), big.NewInt(-5), new(big.Int).Lsh(big.NewInt(1), 200)})
	}
	if m.rarely(odd) {
		s.version, s.extensions = 1+m.Intn(2), nil
	}
	m.Shuffle(len(s.extensions), func(i, j int) { s.extensions[i], s.extensions[j] = s.extensions[j], s.extensions[i] })
	return build(s, by)
}

type authority struct {
	name []byte
	key  key
	der  []byte
}

// constrainedCase has nothing odd but name constraints, sound ones, above names that are most often sound.
func (m *maker) constrainedCase() *verdictCase {
	rules := func() [][]byte {
		var list [][]byte
		for range 1 + m.Intn(3) {
			switch m.Intn(4) {
			case 0, 1:
				list = append(list, wrap(0x30, wrap(0x82, []byte(pick(m, []string{"example.com", ".example.com", "a.example.com", "com", "", "EXAMPLE.com", "b.a.example.com", ".a.example.com", "mple.com", "org"})))))
			case 2:
				list = append(list, wrap(0x30, wrap(0x87, pick(m, append([][]byte{{10, 0, 5, 1, 255, 0, 0, 0}, {9, 0, 0, 0, 255, 0, 0, 0}, {10, 0, 0, 2, 255, 255, 0, 0}}, ruleNetworks[:7]...)))))
			case 3:
				list = append(list, wrap(0x30, wrap(pick(m, []byte{0x81, 0x86}), []byte(pick(m, []string{"example.com", ".example.com", "EXAMPLE.com", "a.example.com"})))))
			}
		}
		return list
	}
	value := wrap(0x30, wrap(0xa1, rules()...))
	switch m.Intn(3) {
	case 0:
		value = wrap(0x30, wrap(0xa0, rules()...))
	case 1:
		value = wrap(0x30, wrap(0xa0, rules()...), wrap(0xa1, rules()...))
	}
	var names [][]byte
	for range 1 + m.Intn(2) {
		switch m.Intn(4) {
		case 0, 1:
			names = append(names, wrap(0x82, []byte(pick(m, dnsNames))))
		case 2:
			names = append(names, wrap(0x87, pick(m, addresses)))
		case 3:
			names = append(names, wrap(0x81, []byte(pick(m, emails))), wrap(0x86, []byte(pick(m, uris[:4]))))
		}
	}
	ca, k := nameOf("A", 0x0c), m.keys[0]
	make := func(subject []byte, key key, extensions ...pkix.Extension) string {
		return base64.StdEncoding.EncodeToString(build(spec{version: 3, serial: big.NewInt(1), issuer: ca, subject: subject, before: now, after: now, key: key, extensions: extensions, algorithm: "ed25519"}, k))
	}
	return &verdictCase{
		At: now, Hosts: hosts, Intermediates: []string{}, Usages: []string{"2.5.29.37.0"},
		Roots: []string{make(ca, k, extension(19, true, wrap(0x30, []byte{1, 1, 255})), extension(30, true, value))},
		Leaf:  make(nameOf("leaf", 0x0c), m.keys[1], extension(17, false, wrap(0x30, names...))),
	}
}

// makeCase makes a graph of authorities, some of the same name and some signed by several, and a leaf below.
func (m *maker) makeCase() *verdictCase {
	if m.rarely(25) {
		return m.constrainedCase()
	}
	odd := pick(m, []int{0, 2, 5, 15})
	withPolicies := m.rarely(15)
	c := &verdictCase{At: now, Hosts: hosts, Roots: []string{}, Intermediates: []string{}, Usages: []string{}}
	var all []authority
	text := base64.StdEncoding.EncodeToString
	labels := []string{"A", "B", "C", "D", "E"}
	if withPolicies {
		labels = []string{"A", "B"} // Authorities that issue to themselves count differently.
		odd = 0
	}
	for range 1 + m.Intn(2) {
		root := authority{nameOf(pick(m, labels[:2]), 0x0c), m.key(), nil}
		root.der = m.certificateOf(root.name, root.key, root.name, root.key, true, odd, withPolicies)
		all = append(all, root)
		if !m.rarely(2 * odd) {
			c.Roots = append(c.Roots, text(root.der))
		}
		if m.rarely(10) {
			c.Intermediates = append(c.Intermediates, text(root.der))
		}
	}
	for range m.Intn(5) {
		parent := pick(m, all)
		child := authority{nameOf(pick(m, labels), 0x0c), m.key(), nil}
		if m.rarely(25) { // The same authority once more: signed by another, or expired elsewhere.
			same := pick(m, all)
			child.name, child.key = same.name, same.key
		}
		child.der = m.certificateOf(child.name, child.key, parent.name, parent.key, true, odd, withPolicies)
		all = append(all, child)
		if !m.rarely(odd) {
			c.Intermediates = append(c.Intermediates, text(child.der))
		}
		if m.rarely(5) {
			c.Roots = append(c.Roots, text(child.der))
		}
	}
	parent := all[len(all)-1]
	if m.rarely(30) {
		parent = pick(m, all)
	}
	issuer := parent.name
	if m.rarely(odd) {
		issuer = pick(m, [][]byte{nameOf("A", 0x13), nameOf("", 0), nameOf("B", 0x0c)})
	}
	by := parent.key
	if m.rarely(odd) {
		by = m.key()
	}
	leaf := m.certificateOf(nameOf("example.com", 0x0c), m.key(), issuer, by, m.rarely(5), odd, withPolicies)
	c.Leaf = text(leaf)
	if m.rarely(3) {
		c.Roots = append(c.Roots, c.Leaf)
	}
	if m.rarely(1) { // More authorities of one name than Go looks at.
		for range 101 {
			other := m.certificateOf(issuer, m.keys[m.Intn(6)], issuer, m.keys[m.Intn(6)], true, 0, false)
			c.Intermediates = append(c.Intermediates, text(other))
		}
	}
	c.Usages = append(c.Usages, some(m, 2, []string{"2.5.29.37.0", "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.3", "2.16.840.1.113730.4.1"})...)
	if m.rarely(5) {
		c.Name = pick(m, hosts)
	}
	return c
}
