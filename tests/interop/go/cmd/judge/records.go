package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// checkKubeconfigs reads every kubeconfig with client-go, as kubectl and all components do.
func (j *judge) checkKubeconfigs() {
	ca := j.expected.ByID("ca")
	for _, want := range j.expected.Kubeconfigs {
		path := want.Path
		config, err := clientcmd.LoadFromFile(filepath.Join(j.root, path))
		if !j.check(err == nil, "kubeconfig", path, "client-go does not read it: %v", err) {
			continue
		}
		err = clientcmd.Validate(*config)
		j.check(err == nil, "kubeconfig", path, "client-go finds it invalid: %v", err)
		err = clientcmd.ConfirmUsable(*config, "")
		j.check(err == nil, "kubeconfig", path, "client-go cannot use it: %v", err)

		context := want.User + "@" + j.expected.Cluster
		j.equal("kubeconfig", path, "the clusters", slices.Collect(maps.Keys(config.Clusters)), []string{j.expected.Cluster})
		j.equal("kubeconfig", path, "the users", slices.Collect(maps.Keys(config.AuthInfos)), []string{want.User})
		j.equal("kubeconfig", path, "the contexts", slices.Collect(maps.Keys(config.Contexts)), []string{context})
		j.equal("kubeconfig", path, "the current context", config.CurrentContext, context)
		if item := config.Contexts[context]; item != nil {
			j.equal("kubeconfig", path, "the context", fmt.Sprintf("%q %q %q", item.Cluster, item.AuthInfo, item.Namespace),
				fmt.Sprintf("%q %q %q", j.expected.Cluster, want.User, ""))
		}
		certificate := j.expected.ByID(want.Client)
		if item := config.Clusters[j.expected.Cluster]; item != nil {
			j.equal("kubeconfig", path, "the server", item.Server, want.Server)
			j.check(bytes.Equal(item.CertificateAuthorityData, j.files[ca.Path]), "kubeconfig", path, "its CA is not %s", ca.Path)
			j.check(!item.InsecureSkipTLSVerify && item.TLSServerName == "" && item.CertificateAuthority == "" && item.ProxyURL == "",
				"kubeconfig", path, "the cluster has more fields")
		}
		if item := config.AuthInfos[want.User]; item != nil {
			j.check(bytes.Equal(item.ClientCertificateData, j.files[certificate.Path]), "kubeconfig", path, "its certificate is not %s", certificate.Path)
			j.check(bytes.Equal(item.ClientKeyData, j.files[certificate.KeyPath]), "kubeconfig", path, "its key is not %s", certificate.KeyPath)
			j.check(item.Token == "" && item.Username == "" && item.Exec == nil && item.AuthProvider == nil && item.ClientCertificate == "",
				"kubeconfig", path, "the user has more credentials")
		}
		client, err := clientcmd.NewDefaultClientConfig(*config, nil).ClientConfig()
		if j.check(err == nil, "kubeconfig", path, "no client comes of it: %v", err) {
			_, err = rest.TLSConfigFor(client)
			j.check(err == nil, "kubeconfig", path, "no TLS comes of it: %v", err)
			j.equal("kubeconfig", path, "the host", client.Host, want.Server)
		}
	}
}

type manifestFile struct {
	Path        string    `json:"path"`
	Mode        string    `json:"mode"`
	SHA256      string    `json:"sha256"`
	ID          string    `json:"id"`
	Kind        string    `json:"kind"`
	Generation  int       `json:"generation"`
	Subject     *string   `json:"subject"`
	Issuer      *string   `json:"issuer"`
	Serial      *string   `json:"serial"`
	NotBefore   *string   `json:"notBefore"`
	NotAfter    *string   `json:"notAfter"`
	SANs        *[]string `json:"sans"`
	Fingerprint *string   `json:"fingerprint"`
	// Kubeconfigs.
	Server *string `json:"server"`
}

type manifest struct {
	Version int            `json:"version"`
	Cluster string         `json:"cluster"`
	SeedID  string         `json:"seedId"`
	Files   []manifestFile `json:"files"`
}

// checkManifest compares the manifest with the files and with what Go reads in the certificates.
func (j *judge) checkManifest() {
	const path = "manifest.json"
	var m manifest
	decoder := json.NewDecoder(bytes.NewReader(j.files[path]))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&m); !j.check(err == nil, "manifest", path, "Go does not read it: %v", err) {
		return
	}
	j.equal("manifest", path, "the version", m.Version, 1)
	j.equal("manifest", path, "the cluster", m.Cluster, j.expected.Cluster)
	j.equal("manifest", path, "the seed's id", m.SeedID, j.seed.ID())
	j.check(slices.IsSortedFunc(m.Files, func(a, b manifestFile) int { return strings.Compare(a.Path, b.Path) }), "manifest", path, "the paths are not in order")
	j.equal("manifest", path, "the number of files", len(m.Files), len(j.files)-1)

	entries := map[string]manifestFile{}
	for _, entry := range m.Files {
		entries[entry.Path] = entry
		content, isThere := j.files[entry.Path]
		j.check(isThere, "manifest", entry.Path, "listed, and not there")
		j.equal("manifest", entry.Path, "the hash", entry.SHA256, fmt.Sprintf("%x", sha256.Sum256(content)))
	}
	entry := func(path, id, kind, mode string, generation int) manifestFile {
		got, isThere := entries[path]
		j.check(isThere, "manifest", path, "not listed")
		j.equal("manifest", path, "the entry", fmt.Sprintf("%q %s %s %d", got.ID, got.Kind, got.Mode, got.Generation),
			fmt.Sprintf("%q %s %s %d", id, kind, mode, generation))
		return got
	}
	entry("pki/sa.key", "service-account", "key", "0600", j.expected.ServiceAccountGeneration)
	entry("pki/sa.pub", "service-account", "public-key", "0644", j.expected.ServiceAccountGeneration)
	for _, want := range j.expected.Kubeconfigs {
		entry(want.Path, want.ID, "kubeconfig", "0600", j.expected.ByID(want.Client).Generation)
	}
	for _, want := range j.expected.Certificates {
		entry(want.KeyPath, want.ID, "key", "0600", want.Generation)
		got := entry(want.Path, want.ID, "certificate", "0644", want.Generation)
		p := j.certs[want.ID]
		if p == nil {
			continue
		}
		serial := p.SerialNumber.Text(16)
		if len(serial)%2 == 1 {
			serial = "0" + serial
		}
		sans := []string{}
		sans = append(sans, want.DNS...)
		for _, ip := range want.IPs {
			sans = append(sans, ip.String())
		}
		for _, field := range []struct {
			name      string
			got, want any
		}{
			{"subject", text(got.Subject), distinguishedName(want.O, want.CN)},
			{"issuer", text(got.Issuer), distinguishedName(nil, j.expected.ByID(want.Issuer).CN)},
			{"serial", text(got.Serial), serial},
			{"notBefore", text(got.NotBefore), p.NotBefore.UTC().Format(time.RFC3339)},
			{"notAfter", text(got.NotAfter), p.NotAfter.UTC().Format(time.RFC3339)},
			{"fingerprint", text(got.Fingerprint), fmt.Sprintf("%x", sha256.Sum256(p.Raw))},
			{"list of names", fmt.Sprintf("%q", *orEmpty(got.SANs)), fmt.Sprintf("%q", sans)},
		} {
			j.equal("manifest", want.Path, "the "+field.name, field.got, field.want)
		}
		// Go writes names by RFC 2253, which RFC 4514 kept for all that a subject may hold here.
		if isPlain(want.O, want.CN) {
			j.equal("manifest", want.Path, "the subject", text(got.Subject), p.Subject.ToRDNSequence().String())
		}
	}
}

func text(value *string) string {
	if value == nil {
		return "(absent)"
	}
	return *value
}

func orEmpty(list *[]string) *[]string {
	if list == nil {
		return &[]string{"(absent)"}
	}
	return list
}

// distinguishedName writes a name as RFC 4514 says: the last RDN first.
func distinguishedName(organizations []string, cn string) string {
	escape := func(value string) string {
		var out strings.Builder
		for i, character := range value {
			isEdge := i == 0 && (character == ' ' || character == '#') || i == len(value)-1 && character == ' '
			if isEdge || strings.ContainsRune(`\",+;<>`, character) {
				out.WriteByte('\\')
			}
			out.WriteRune(character)
		}
		return out.String()
	}
	parts := []string{"CN=" + escape(cn)}
	for _, organization := range slices.Backward(organizations) {
		parts = append(parts, "O="+escape(organization))
	}
	return strings.Join(parts, ",")
}

// isPlain tells whether Go's and RFC 4514's spelling agree: pkix.Name joins several O into one RDN when it prints.
func isPlain(organizations []string, cn string) bool {
	return len(organizations) < 2 && !strings.ContainsAny(cn+strings.Join(organizations, ""), `\",+;<>#`)
}
