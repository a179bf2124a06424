package main

import (
	"bufio"
	"crypto/x509"
	"encoding/base64"
	"fmt"
)

// node is a value of DER with what is in it, if that is DER too.
type node struct {
	tag      byte
	prefix   []byte // the number of unused bits, before values inside of a bit string
	content  []byte
	children []*node
}

// readNodes takes octets apart; nil when they are no values one after the other.
func readNodes(der []byte) []*node {
	var nodes []*node
	for len(der) > 0 {
		if len(der) < 2 || der[0]&0x1f == 0x1f {
			return nil
		}
		length, header := int(der[1]), 2
		if length >= 0x80 {
			octets := length & 0x7f
			if octets == 0 || octets > 3 || len(der) < 2+octets {
				return nil
			}
			length, header = 0, 2+octets
			for _, octet := range der[2:header] {
				length = length<<8 | int(octet)
			}
		}
		if len(der) < header+length {
			return nil
		}
		one := &node{tag: der[0], content: der[header : header+length]}
		switch {
		case one.tag&0x20 != 0, one.tag == 0x04:
			one.children = readNodes(one.content)
		case one.tag == 0x03 && length > 1 && one.content[0] == 0:
			if one.children = readNodes(one.content[1:]); one.children != nil {
				one.prefix = []byte{0}
			}
		}
		nodes = append(nodes, one)
		der = der[header+length:]
	}
	return nodes
}

func (n *node) encode() []byte {
	if n.children == nil {
		return wrap(n.tag, n.content)
	}
	content := n.prefix
	for _, child := range n.children {
		content = append(content[:len(content):len(content)], child.encode()...)
	}
	return wrap(n.tag, content)
}

func (n *node) walk(visit func(*node)) {
	visit(n)
	for _, child := range n.children {
		child.walk(visit)
	}
}

var oddContents = [][]byte{{}, {0}, {1}, {0x7f}, {0x80}, {0xff}, {0, 0}, {0, 0x80}, {0xff, 0xff}, {0x80, 1}, {0x88, 0x80, 0x80, 0x80, 0}, {0x90, 0x80, 0x80, 0x80, 0}, {0x87, 0xff, 0xff, 0xff, 0x7f},
	{1, 2, 3, 4, 5, 6, 7, 8}, {1, 2, 3, 4, 5, 6, 7, 8, 9}, {0, 0xff, 2, 3, 4, 5, 6, 7, 8}, {0xd8, 0}, {0xfd, 0xd0}, {0, 65, 0, 0}, {0xff, 0xfe}, {5, 0}, []byte("*"), []byte("a@b"), []byte("230101000000Z"),
	[]byte("2301010000Z"), []byte("230101000000+0000"), []byte("230101000000+0100"), []byte("230101000000-2459"), []byte("2301010000+2500"), []byte("230101000000+0060"), []byte("20230101000000Z"), []byte("20230101000000.5Z"),
	[]byte("230230000000Z"), []byte("20240229000000-0030"), []byte("240229000000Z"), []byte("000101000060Z"), []byte("00000101000000Z"), []byte("230101240000Z"), []byte("230101000000z"), []byte("520229000000Z")}

var oddTags = []byte{0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0a, 0x0c, 0x12, 0x13, 0x14, 0x16, 0x17, 0x18, 0x1a, 0x1c, 0x1e, 0x30, 0x31, 0x80, 0x81, 0x82, 0x83, 0x86, 0x87, 0x88, 0xa0, 0xa1, 0xa2, 0xa3, 0xa4}

// mutate changes one value.
func (m *maker) mutate(root *node) {
	var nodes, parents []*node
	root.walk(func(one *node) {
		nodes = append(nodes, one)
		if len(one.children) > 0 {
			parents = append(parents, one)
		}
	})
	one, parent := pick(m, nodes), pick(m, parents)
	at := m.Intn(len(parent.children))
	switch m.Intn(9) {
	case 0, 1, 2:
		if one.children == nil && len(one.content) > 0 {
			changed := append([]byte{}, one.content...)
			changed[m.Intn(len(changed))] ^= 1 << m.Intn(8)
			one.content = changed
			return
		}
		one.tag = pick(m, oddTags)
	case 3, 4:
		if one.children == nil {
			one.content = pick(m, oddContents)
			return
		}
		one.tag ^= 1 << m.Intn(8)
	case 5:
		one.tag = pick(m, oddTags)
	case 6:
		parent.children = append(append([]*node{}, parent.children[:at]...), parent.children[at+1:]...)
	case 7:
		parent.children = append(append([]*node{}, parent.children[:at+1]...), parent.children[at:]...)
	case 8:
		extra := &node{tag: pick(m, oddTags), content: pick(m, oddContents)}
		parent.children = append(append([]*node{}, parent.children[:at]...), append([]*node{extra}, parent.children[at:]...)...)
	}
}

func (m *maker) mutants(count int, out *bufio.Writer) {
	for range count {
		der := m.certificateOf(nameOf("a", pick(m, []byte{0x0c, 0x13, 0x16, 0x1e, 0x14, 0x12})), pick(m, m.keys), nameOf("b", 0x0c), m.keys[0], m.rarely(40), 10, m.rarely(30))
		nodes := readNodes(der)
		if len(nodes) != 1 {
			panic("a certificate that cannot be taken apart")
		}
		if m.rarely(10) {
			der = append([]byte{}, der...)
			der[m.Intn(len(der))] ^= 1 << m.Intn(8)
		} else if !m.rarely(10) {
			m.mutate(nodes[0])
			der = nodes[0].encode()
		}
		verdict := "1"
		if _, err := x509.ParseCertificate(der); err != nil {
			verdict = "0 " + base64.StdEncoding.EncodeToString([]byte(err.Error()))
		}
		fmt.Fprintln(out, base64.StdEncoding.EncodeToString(der), verdict)
	}
}
