package cluster

import (
	"bytes"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Certificate is what one entry must become.
type Certificate struct {
	ID, Issuer, Authority string
	IsCA                  bool
	CN                    string
	O                     []string
	Server, Client        bool
	DNS                   []string
	IPs                   []netip.Addr
	Algorithm             string
	IssuerAlgorithm       string
	Generation            int
	NotBefore, NotAfter   time.Time
	Path, KeyPath         string
}

// Kubeconfig is what one kubeconfig must hold.
type Kubeconfig struct {
	ID, Path, Client, User, Server string
}

// Expected is a whole tree.
type Expected struct {
	Cluster      string
	Certificates []*Certificate
	Kubeconfigs  []Kubeconfig
	// ServiceAccount is the algorithm of the key pair.
	ServiceAccount           string
	ServiceAccountGeneration int
	// Nodes and Members by name, with their addresses.
	Nodes, Members []Machine
}

// ByID finds a certificate; it panics when there is none.
func (expected *Expected) ByID(id string) *Certificate {
	for _, certificate := range expected.Certificates {
		if certificate.ID == id {
			return certificate
		}
	}
	panic("no certificate " + id)
}

var issuers = map[string]string{"kubernetes": "ca", "etcd": "etcd-ca", "front-proxy": "front-proxy-ca"}

// Expect writes the design's table (section 3) out for one cluster.
func Expect(spec *Spec, created int64) *Expected {
	expected := &Expected{Cluster: spec.Name, ServiceAccount: spec.Keys.ServiceAccount}
	notBefore := time.Unix(created-300, 0).UTC()
	if spec.Validity.NotBefore != "" {
		notBefore, _ = time.Parse(time.RFC3339, spec.Validity.NotBefore)
	}
	generation := func(id string) int {
		// The specs of these tests never match an id twice: a Go map has no order.
		for pattern, number := range spec.Generations {
			if matches(pattern, id) {
				return number
			}
		}
		return 1
	}
	expected.ServiceAccountGeneration = generation("service-account")

	add := func(certificate Certificate, base string) *Certificate {
		c := &certificate
		validity := spec.Validity.Leaf
		c.Algorithm, c.IssuerAlgorithm = spec.Keys.Leaf, spec.Keys.CA
		c.Issuer = issuers[c.Authority]
		if c.IsCA {
			c.Algorithm, validity = spec.Keys.CA, spec.Validity.CA
		}
		for pattern, override := range spec.Validity.Overrides {
			if matches(pattern, c.ID) {
				validity = override
			}
		}
		c.NotBefore, c.NotAfter = notBefore, notAfter(validity, notBefore)
		c.Generation = generation(c.ID)
		c.Path, c.KeyPath = "pki/"+base+".crt", "pki/"+base+".key"
		if spec.Files.Naming == "pem" {
			c.Path, c.KeyPath = "pki/"+base+".pem", "pki/"+base+"-key.pem"
		}
		slices.Sort(c.DNS)
		c.DNS = slices.Compact(c.DNS)
		slices.SortFunc(c.IPs, func(a, b netip.Addr) int {
			if a.Is4() != b.Is4() {
				return map[bool]int{true: -1, false: 1}[a.Is4()]
			}
			return bytes.Compare(a.AsSlice(), b.AsSlice())
		})
		c.IPs = slices.Compact(c.IPs)
		expected.Certificates = append(expected.Certificates, c)
		return c
	}

	endpoint, _ := url.Parse(spec.APIServer.Endpoint)
	port := endpoint.Port()
	if port == "" {
		port = "443"
	}
	server := "https://" + joinHost(strings.ToLower(endpoint.Hostname()), port)
	local := "https://127.0.0.1:" + strconv.Itoa(spec.APIServer.Port)
	for _, machine := range spec.ControlPlane {
		if !slices.ContainsFunc(machine.Addresses, func(text string) bool { return netip.MustParseAddr(text).Is4() }) {
			local = "https://[::1]:" + strconv.Itoa(spec.APIServer.Port)
		}
	}
	kubeconfig := func(name string, client *Certificate, url string) {
		expected.Kubeconfigs = append(expected.Kubeconfigs, Kubeconfig{
			ID: "kubeconfig/" + name, Path: "kubeconfig/" + name + ".kubeconfig",
			Client: client.ID, User: client.CN, Server: url,
		})
	}

	for _, ca := range [][3]string{
		{"ca", "kubernetes", "ca"}, {"etcd-ca", "etcd", "etcd/ca"}, {"front-proxy-ca", "front-proxy", "front-proxy-ca"},
	} {
		add(Certificate{ID: ca[0], Authority: ca[1], IsCA: true, CN: ca[1] + "-ca"}, ca[2])
	}

	names := []string{
		"kubernetes", "kubernetes.default", "kubernetes.default.svc",
		"kubernetes.default.svc." + spec.ClusterDomain, "localhost", "127.0.0.1", "::1", endpoint.Hostname(),
	}
	for _, cidr := range spec.ServiceCIDRs {
		names = append(names, netip.MustParsePrefix(cidr).Masked().Addr().Next().String())
	}
	for _, machine := range spec.ControlPlane {
		names = append(names, namesOf(machine)...)
	}
	dns, ips := split(append(names, spec.APIServer.CertSANs...))
	add(Certificate{ID: "apiserver", Authority: "kubernetes", CN: "kube-apiserver", Server: true, DNS: dns, IPs: ips}, "apiserver")

	client := func(id, authority, cn, base string, organizations ...string) *Certificate {
		return add(Certificate{ID: id, Authority: authority, CN: cn, O: organizations, Client: true}, base)
	}
	client("apiserver-kubelet-client", "kubernetes", "kube-apiserver-kubelet-client", "apiserver-kubelet-client")
	client("apiserver-etcd-client", "etcd", "kube-apiserver-etcd-client", "apiserver-etcd-client")
	client("front-proxy-client", "front-proxy", "front-proxy-client", "front-proxy-client")
	client("etcd-healthcheck-client", "etcd", "kube-etcd-healthcheck-client", "etcd/healthcheck-client")
	kubeconfig("admin", client("admin", "kubernetes", "kubernetes-admin", "admin", spec.Admin.Group), server)
	kubeconfig("kube-controller-manager", client("controller-manager", "kubernetes", "system:kube-controller-manager", "controller-manager"), local)
	kubeconfig("kube-scheduler", client("scheduler", "kubernetes", "system:kube-scheduler", "scheduler"), local)
	kubeconfig("kube-proxy", client("kube-proxy", "kubernetes", "system:kube-proxy", "kube-proxy", "system:node-proxier"), server)

	expected.Members = spec.Etcd.Members
	if expected.Members == nil {
		expected.Members = spec.ControlPlane
	}
	for _, member := range expected.Members {
		for _, kind := range []string{"server", "peer"} {
			dns, ips := split(append(namesOf(member), "localhost", "127.0.0.1", "::1"))
			add(Certificate{
				ID: "etcd-" + kind + "/" + member.Name, Authority: "etcd", CN: member.Name,
				Server: true, Client: true, DNS: dns, IPs: ips,
			}, "etcd/"+member.Name+"/"+kind)
		}
	}
	for _, machine := range append(slices.Clone(spec.ControlPlane), spec.Workers...) {
		if machine.Kubelet != nil && !*machine.Kubelet {
			continue
		}
		expected.Nodes = append(expected.Nodes, machine)
		dns, ips := split(namesOf(machine))
		add(Certificate{
			ID: "kubelet-server/" + machine.Name, Authority: "kubernetes", CN: machine.Name, Server: true, DNS: dns, IPs: ips,
		}, "kubelet/"+machine.Name+"/kubelet")
		kubeconfig(machine.Name, client(
			"kubelet-client/"+machine.Name, "kubernetes", "system:node:"+machine.Name,
			"kubelet/"+machine.Name+"/kubelet-client", "system:nodes",
		), server)
	}
	for _, user := range spec.Users {
		kubeconfig("users/"+user.Name, client("user/"+user.Name, "kubernetes", user.Name, "users/"+user.Name, user.Groups...), server)
	}
	for _, extra := range spec.Certificates {
		certificate := Certificate{ID: "extra/" + extra.Name, Authority: extra.Authority, CN: extra.CN, O: extra.Groups}
		if certificate.Authority == "" {
			certificate.Authority = "kubernetes"
		}
		if certificate.CN == "" {
			certificate.CN = extra.Name
		}
		certificate.DNS, certificate.IPs = split(extra.SANs)
		certificate.Server = slices.Contains(extra.Usages, "server") || extra.Usages == nil && len(extra.SANs) > 0
		certificate.Client = slices.Contains(extra.Usages, "client") || extra.Usages == nil && len(extra.SANs) == 0
		add(certificate, "extra/"+extra.Name)
	}
	return expected
}

func namesOf(machine Machine) []string {
	return append(append([]string{machine.Name}, machine.DNSNames...), machine.Addresses...)
}

func split(names []string) (dns []string, ips []netip.Addr) {
	for _, name := range names {
		if ip, err := netip.ParseAddr(name); err == nil {
			ips = append(ips, ip)
		} else {
			dns = append(dns, strings.ToLower(name))
		}
	}
	return dns, ips
}

func joinHost(host, port string) string {
	if ip, err := netip.ParseAddr(host); err == nil && ip.Is6() {
		return "[" + ip.String() + "]:" + port
	}
	return host + ":" + port
}
