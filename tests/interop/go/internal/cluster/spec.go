package cluster

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Machine is a control plane, a worker or an etcd member; its name may hold a range.
type Machine struct {
	Name      string          `json:"name"`
	Addresses []string        `json:"addresses"`
	DNSNames  []string        `json:"dnsNames"`
	Kubelet   *bool           `json:"kubelet"`
	PodCIDR   json.RawMessage `json:"podCIDR"`
}

// Spec is a cluster as a user writes it. A key that is not here stops the judge, so that none is overlooked.
type Spec struct {
	Name          string   `json:"name"`
	ClusterDomain string   `json:"clusterDomain"`
	ServiceCIDRs  []string `json:"serviceCIDRs"`
	PodCIDRs      []string `json:"podCIDRs"`
	APIServer     struct {
		Endpoint string   `json:"endpoint"`
		Port     int      `json:"port"`
		CertSANs []string `json:"certSANs"`
	} `json:"apiServer"`
	ControlPlane []Machine `json:"controlPlane"`
	Workers      []Machine `json:"workers"`
	Etcd         struct {
		Members []Machine `json:"members"`
	} `json:"etcd"`
	Keys struct {
		CA             string `json:"ca"`
		Leaf           string `json:"leaf"`
		ServiceAccount string `json:"serviceAccount"`
	} `json:"keys"`
	Validity struct {
		NotBefore string            `json:"notBefore"`
		CA        string            `json:"ca"`
		Leaf      string            `json:"leaf"`
		Overrides map[string]string `json:"overrides"`
	} `json:"validity"`
	Admin struct {
		Group string `json:"group"`
	} `json:"admin"`
	Generations map[string]int `json:"generations"`
	Files       struct {
		Naming string `json:"naming"`
	} `json:"files"`
	Users []struct {
		Name   string   `json:"name"`
		Groups []string `json:"groups"`
	} `json:"users"`
	Certificates []struct {
		Name      string   `json:"name"`
		Authority string   `json:"authority"`
		CN        string   `json:"cn"`
		Groups    []string `json:"groups"`
		Usages    []string `json:"usages"`
		SANs      []string `json:"sans"`
	} `json:"certificates"`
}

// ReadSpec reads a spec, as JSON, and fills in the defaults of the design.
func ReadSpec(path string) (*Spec, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	decoder := json.NewDecoder(file)
	decoder.DisallowUnknownFields()
	spec := new(Spec)
	if err := decoder.Decode(spec); err != nil {
		return nil, err
	}
	defaults := []struct {
		field *string
		value string
	}{
		{&spec.ClusterDomain, "cluster.local"},
		{&spec.Keys.CA, "ECDSA-P256"},
		{&spec.Keys.Leaf, "ECDSA-P256"},
		{&spec.Keys.ServiceAccount, "ECDSA-P256"},
		{&spec.Validity.CA, "10y"},
		{&spec.Validity.Leaf, "1y"},
		{&spec.Admin.Group, "system:masters"},
		{&spec.Files.Naming, "crt"},
	}
	for _, item := range defaults {
		if *item.field == "" {
			*item.field = item.value
		}
	}
	if spec.ServiceCIDRs == nil {
		spec.ServiceCIDRs = []string{"10.32.0.0/24"}
	}
	if spec.APIServer.Port == 0 {
		spec.APIServer.Port = 6443
	}
	if spec.APIServer.Endpoint == "" {
		spec.APIServer.Endpoint = "https://" + netip.AddrPortFrom(netip.MustParseAddr(spec.ControlPlane[0].Addresses[0]), 6443).String()
	}
	spec.Workers = expandAll(spec.Workers)
	return spec, nil
}

var hostRange = regexp.MustCompile(`^(.*)\[(\d+)-(\d+)\](.*)$`)

// expandAll deals the addresses of host ranges in order, without network and broadcast address.
func expandAll(machines []Machine) []Machine {
	var all []Machine
	for _, machine := range machines {
		match := hostRange.FindStringSubmatch(machine.Name)
		if match == nil {
			all = append(all, machine)
			continue
		}
		low, _ := strconv.Atoi(match[2])
		high, _ := strconv.Atoi(match[3])
		for number := low; number <= high; number++ {
			single := machine
			single.Name = fmt.Sprintf("%s%0*d%s", match[1], len(match[2]), number, match[4])
			single.Addresses = nil
			for _, network := range machine.Addresses {
				address := netip.MustParsePrefix(network).Addr().Next()
				for range number - low {
					address = address.Next()
				}
				single.Addresses = append(single.Addresses, address.String())
			}
			all = append(all, single)
		}
	}
	return all
}

var duration = regexp.MustCompile(`^(\d+)([ydh])$`)

func notAfter(validity string, notBefore time.Time) time.Time {
	if match := duration.FindStringSubmatch(validity); match != nil {
		count, _ := strconv.Atoi(match[1])
		hours := map[string]int{"y": 365 * 24, "d": 24, "h": 1}[match[2]]
		// In seconds: a time.Duration ends after 292 years.
		return time.Unix(notBefore.Unix()+int64(count)*int64(hours)*3600, 0).UTC()
	}
	end, err := time.Parse(time.RFC3339, validity)
	if err != nil {
		panic(err)
	}
	return end.UTC()
}

func matches(pattern, id string) bool {
	parts := strings.Split(pattern, "*")
	for i := range parts {
		parts[i] = regexp.QuoteMeta(parts[i])
	}
	return regexp.MustCompile("^" + strings.Join(parts, ".*") + "$").MatchString(id)
}
