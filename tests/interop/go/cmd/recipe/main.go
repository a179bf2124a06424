// Command recipe reads a tree of a cluster's PKI, whoever made it, and prints what Go sees in it as JSON: every
// certificate, key and kubeconfig by its path.
//
//	recipe FOLDER
package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"strings"

	"k8s.io/client-go/tools/clientcmd"
)

// certificate is what Go sees in a certificate.
type certificate struct {
	Mode string `json:"mode"`
	// Subject and Issuer are RDNs in order, each a list of attributes such as "2.5.4.3=admin".
	Subject  [][]string `json:"subject"`
	Issuer   [][]string `json:"issuer"`
	DNS      []string   `json:"dns"`
	IPs      []string   `json:"ips"`
	Others   int        `json:"others"`
	KeyUsage int        `json:"keyUsage"`
	// Purposes are the known ones, then the number of unknown ones.
	Purposes []string `json:"purposes"`
	Unknown  int      `json:"unknown"`
	IsCA     bool     `json:"isCA"`
	PathLen  int      `json:"pathLen"`
	// Critical are the OIDs of critical extensions.
	Critical  []string `json:"critical"`
	NotBefore int64    `json:"notBefore"`
	NotAfter  int64    `json:"notAfter"`
	Key       string   `json:"key"`
	PublicKey string   `json:"publicKey"`
	Signature string   `json:"signature"`
	// SignedBy is the path of the CA whose name and key fit; empty when there is none.
	SignedBy string `json:"signedBy"`
	Digest   string `json:"digest"`
	// KeyIDs says whether the key identifiers are those of the certificate and its CA.
	KeyIDs bool `json:"keyIds"`
}

type key struct {
	Mode      string `json:"mode"`
	Key       string `json:"key"`
	PublicKey string `json:"publicKey"`
}

type kubeconfig struct {
	Mode        string `json:"mode"`
	Cluster     string `json:"cluster"`
	Server      string `json:"server"`
	User        string `json:"user"`
	Context     string `json:"context"`
	Authority   string `json:"authority"`
	Certificate string `json:"certificate"`
	PublicKey   string `json:"publicKey"`
	// Others is how many further clusters, users and contexts there are.
	Others int `json:"others"`
}

type tree struct {
	Certificates map[string]certificate `json:"certificates"`
	Keys         map[string]key         `json:"keys"`
	PublicKeys   map[string]key         `json:"publicKeys"`
	Kubeconfigs  map[string]kubeconfig  `json:"kubeconfigs"`
}

func main() {
	log.SetFlags(0)
	root := os.Args[1]
	t := tree{map[string]certificate{}, map[string]key{}, map[string]key{}, map[string]kubeconfig{}}
	parsed := map[string]*x509.Certificate{}
	for _, folder := range []string{"pki", "kubeconfig"} {
		check(filepath.WalkDir(filepath.Join(root, folder), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			name, err := filepath.Rel(root, path)
			check(err)
			info, err := entry.Info()
			check(err)
			bytes, err := os.ReadFile(path)
			check(err)
			mode := fmt.Sprintf("%04o", info.Mode().Perm())
			if folder == "kubeconfig" {
				t.Kubeconfigs[name] = readKubeconfig(bytes, mode, name)
				return nil
			}
			block, rest := pem.Decode(bytes)
			if block == nil || len(rest) > 0 || !strings.HasPrefix(string(bytes), "-----BEGIN ") {
				log.Fatalf("%s: not one PEM block", name)
			}
			switch {
			case block.Type == "CERTIFICATE":
				parsed[name], err = x509.ParseCertificate(block.Bytes)
				check(err)
				t.Certificates[name] = describe(parsed[name], mode)
			case block.Type == "PUBLIC KEY":
				public, err := x509.ParsePKIXPublicKey(block.Bytes)
				check(err)
				t.PublicKeys[name] = key{mode, kindOf(public), digest(block.Bytes)}
			default:
				signer := readKey(bytes, name)
				t.Keys[name] = key{mode, kindOf(signer.Public()), publicDigest(signer.Public())}
			}
			return nil
		}))
	}
	for name, one := range parsed {
		for other, authority := range parsed {
			if authority.IsCA && one.CheckSignatureFrom(authority) == nil &&
				string(one.RawIssuer) == string(authority.RawSubject) {
				c := t.Certificates[name]
				c.SignedBy = other
				c.KeyIDs = len(authority.SubjectKeyId) > 0 &&
					(string(one.AuthorityKeyId) == string(authority.SubjectKeyId) ||
						name == other && len(one.AuthorityKeyId) == 0)
				t.Certificates[name] = c
			}
		}
	}
	check(json.NewEncoder(os.Stdout).Encode(t))
}

func describe(c *x509.Certificate, mode string) certificate {
	d := certificate{
		Mode: mode, Subject: rdns(c.RawSubject), Issuer: rdns(c.RawIssuer), DNS: c.DNSNames,
		Others: len(c.EmailAddresses) + len(c.URIs), KeyUsage: int(c.KeyUsage), Unknown: len(c.UnknownExtKeyUsage),
		IsCA: c.IsCA, PathLen: c.MaxPathLen, NotBefore: c.NotBefore.Unix(), NotAfter: c.NotAfter.Unix(),
		Key: kindOf(c.PublicKey), PublicKey: publicDigest(c.PublicKey), Signature: c.SignatureAlgorithm.String(),
		Digest: digest(c.Raw),
	}
	for _, ip := range c.IPAddresses {
		d.IPs = append(d.IPs, ip.String())
	}
	names := map[x509.ExtKeyUsage]string{x509.ExtKeyUsageServerAuth: "server", x509.ExtKeyUsageClientAuth: "client"}
	for _, usage := range c.ExtKeyUsage {
		name, ok := names[usage]
		if !ok {
			name = fmt.Sprint(usage)
		}
		d.Purposes = append(d.Purposes, name)
	}
	for _, extension := range c.Extensions {
		if extension.Critical {
			d.Critical = append(d.Critical, extension.Id.String())
		}
	}
	if !c.BasicConstraintsValid {
		log.Fatalf("%v: no basic constraints", c.Subject)
	}
	return d
}

// rdns reads a name as it is in the bytes; crypto/x509 would make one list of all organizations.
func rdns(der []byte) [][]string {
	var sequence []asn1.RawValue
	rest, err := asn1.Unmarshal(der, &sequence)
	check(err)
	if len(rest) > 0 {
		log.Fatal("bytes after a name")
	}
	names := [][]string{}
	for _, rdn := range sequence {
		var list []string
		for bytes := rdn.Bytes; len(bytes) > 0; {
			var pair struct {
				Type  asn1.ObjectIdentifier
				Value asn1.RawValue
			}
			bytes, err = asn1.Unmarshal(bytes, &pair)
			check(err)
			list = append(list, pair.Type.String()+"="+string(pair.Value.Bytes))
		}
		names = append(names, list)
	}
	return names
}

func readKey(bytes []byte, name string) crypto.Signer {
	block, _ := pem.Decode(bytes)
	var parsed any
	var err error
	switch block.Type {
	case "PRIVATE KEY":
		parsed, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		parsed, err = x509.ParseECPrivateKey(block.Bytes)
	case "RSA PRIVATE KEY":
		parsed, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	default:
		log.Fatalf("%s: the label %s", name, block.Type)
	}
	check(err)
	return parsed.(crypto.Signer)
}

func readKubeconfig(bytes []byte, mode, name string) kubeconfig {
	config, err := clientcmd.Load(bytes)
	check(err)
	current, ok := config.Contexts[config.CurrentContext]
	if !ok {
		log.Fatalf("%s: no current context", name)
	}
	cluster, user := config.Clusters[current.Cluster], config.AuthInfos[current.AuthInfo]
	if cluster == nil || user == nil {
		log.Fatalf("%s: the context names nothing", name)
	}
	authority, _ := pem.Decode(cluster.CertificateAuthorityData)
	certificate, _ := pem.Decode(user.ClientCertificateData)
	if authority == nil || certificate == nil {
		log.Fatalf("%s: a certificate is not embedded", name)
	}
	return kubeconfig{
		Mode: mode, Cluster: current.Cluster, Server: cluster.Server, User: current.AuthInfo,
		Context: config.CurrentContext, Authority: digest(authority.Bytes), Certificate: digest(certificate.Bytes),
		PublicKey: publicDigest(readKey(user.ClientKeyData, name).Public()),
		Others:    len(config.Clusters) + len(config.AuthInfos) + len(config.Contexts) - 3,
	}
}

func kindOf(public any) string {
	switch k := public.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA-%d", k.N.BitLen())
	case *ecdsa.PublicKey:
		return "ECDSA-" + strings.ReplaceAll(k.Curve.Params().Name, "-", "")
	case ed25519.PublicKey:
		return "Ed25519"
	}
	return fmt.Sprintf("%T", public)
}

func publicDigest(public any) string {
	der, err := x509.MarshalPKIXPublicKey(public)
	check(err)
	return digest(der)
}

func digest(bytes []byte) string {
	sum := sha256.Sum256(bytes)
	return hex.EncodeToString(sum[:])
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
