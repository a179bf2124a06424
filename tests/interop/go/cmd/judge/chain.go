package main

import (
	"crypto/x509"
	"strings"
	"time"
)

// checkChains lets crypto/x509 verify every leaf, and sees that it refuses what it must.
func (j *judge) checkChains() {
	for _, want := range j.expected.Certificates {
		p, ca := j.certs[want.ID], j.certs[want.Issuer]
		if p == nil || ca == nil {
			continue
		}
		path := want.Path
		verify := func(root *parsed, moment time.Time, purpose x509.ExtKeyUsage) error {
			roots := x509.NewCertPool()
			roots.AddCert(root.Certificate)
			_, err := p.Verify(x509.VerifyOptions{Roots: roots, CurrentTime: moment, KeyUsages: []x509.ExtKeyUsage{purpose}})
			return err
		}
		if want.IsCA {
			err := verify(p, want.NotBefore, x509.ExtKeyUsageAny)
			j.check(err == nil, "chain", path, "the CA does not verify as its own root: %v", err)
			continue
		}
		for _, side := range []struct {
			purpose x509.ExtKeyUsage
			allowed bool
		}{{x509.ExtKeyUsageServerAuth, want.Server}, {x509.ExtKeyUsageClientAuth, want.Client}, {x509.ExtKeyUsageCodeSigning, false}} {
			for _, moment := range []time.Time{want.NotBefore, want.NotAfter} {
				err := verify(ca, moment, side.purpose)
				if side.allowed {
					j.check(err == nil, "chain", path, "Go refuses it at %v: %v", moment, err)
				} else {
					j.check(err != nil, "chain-refused", path, "Go takes it for another purpose (%v)", side.purpose)
				}
			}
		}
		purpose := x509.ExtKeyUsageClientAuth
		if want.Server {
			purpose = x509.ExtKeyUsageServerAuth
		}
		j.check(verify(ca, want.NotBefore.Add(-time.Second), purpose) != nil, "chain-refused", path, "Go takes it before its start")
		j.check(verify(ca, want.NotAfter.Add(time.Second), purpose) != nil, "chain-refused", path, "Go takes it after its end")
		for _, other := range j.certs {
			if other.want.IsCA && other != ca {
				j.check(verify(other, want.NotBefore, purpose) != nil, "chain-refused", path, "Go takes it under %s", other.want.ID)
			}
		}
		j.checkHosts(p)
	}
}

func (j *judge) checkHosts(p *parsed) {
	path := p.want.Path
	for _, name := range p.want.DNS {
		host, isWild := strings.CutPrefix(name, "*.")
		if isWild {
			j.check(p.VerifyHostname("any."+host) == nil, "host", path, "Go refuses any.%s for %s", host, name)
			j.check(p.VerifyHostname("a.b."+host) != nil, "host-refused", path, "Go takes a.b.%s for %s", host, name)
			continue
		}
		j.check(p.VerifyHostname(name) == nil, "host", path, "Go refuses %s", name)
		j.check(p.VerifyHostname(strings.ToUpper(name)) == nil, "host", path, "Go refuses %s in capitals", name)
	}
	for _, ip := range p.want.IPs {
		j.check(p.VerifyHostname(ip.String()) == nil, "host", path, "Go refuses %v", ip)
		j.check(p.VerifyHostname("["+ip.String()+"]") == nil, "host", path, "Go refuses [%v]", ip)
	}
	// A client certificate has no names: its CN must not serve as one.
	for _, stranger := range []string{"stranger.example.net", "192.0.2.254", "2001:db8:ffff::fe"} {
		j.check(p.VerifyHostname(stranger) != nil, "host-refused", path, "Go takes %s", stranger)
	}
	if len(p.want.DNS)+len(p.want.IPs) == 0 {
		j.check(p.VerifyHostname(p.want.CN) != nil, "host-refused", path, "Go takes the CN for a host name")
	}
}

// checkCollisions sees that no two certificates share a serial, a key or a key identifier.
func (j *judge) checkCollisions() {
	serials, keys, identifiers := map[string]string{}, map[string]string{}, map[string]string{}
	keys[string(j.files["pki/sa.key"])] = "pki/sa.key"
	for _, want := range j.expected.Certificates {
		p := j.certs[want.ID]
		if p == nil {
			continue
		}
		for _, seen := range []struct {
			name  string
			where map[string]string
			value string
		}{
			{"serial", serials, p.SerialNumber.String()},
			{"public key", keys, string(p.RawSubjectPublicKeyInfo)},
			{"key file", keys, string(j.files[want.KeyPath])},
			{"key identifier", identifiers, string(p.SubjectKeyId)},
		} {
			other, isThere := seen.where[seen.value]
			j.check(!isThere, "collision", want.Path, "%s shares its %s", other, seen.name)
			seen.where[seen.value] = want.Path
		}
	}
}
