// Command chains makes certificate chains of every kind, good and bad, and says what crypto/x509 thinks of each. It
// prints a line of JSON for each case; with `mutants`, a line for each certificate that it changed at random: whether
// ParseCertificate takes it (1 or 0), and the certificate in base64.
//
//	chains cases SEED COUNT
//	chains mutants SEED COUNT
package main

import (
	"bufio"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand"
	"os"
	"strconv"
	"strings"
	"time"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: chains cases|mutants SEED COUNT")
		os.Exit(2)
	}
	seed, _ := strconv.ParseInt(os.Args[2], 10, 64)
	count, _ := strconv.Atoi(os.Args[3])
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	maker := newMaker(rand.New(rand.NewSource(seed)))
	if os.Args[1] == "mutants" {
		maker.mutants(count, out)
		return
	}
	encoder := json.NewEncoder(out)
	for range count {
		one := maker.makeCase()
		one.judge()
		if err := encoder.Encode(one); err != nil {
			panic(err)
		}
	}
}

// verdictCase is one verification, and what Go says of it.
type verdictCase struct {
	Leaf          string   `json:"leaf"`
	Roots         []string `json:"roots"`
	Intermediates []string `json:"intermediates"`
	At            int64    `json:"at"`
	Usages        []string `json:"usages"`
	Name          string   `json:"name"`
	Ok            bool     `json:"ok"`
	Chains        int      `json:"chains"`
	Kind          string   `json:"kind"`
	Error         string   `json:"error"`
	Hosts         []string `json:"hosts"`
	// Good has a 1 for each host that the leaf is good for.
	Good string `json:"good"`
}

var usageIDs = map[string]x509.ExtKeyUsage{
	"2.5.29.37.0":           x509.ExtKeyUsageAny,
	"1.3.6.1.5.5.7.3.1":     x509.ExtKeyUsageServerAuth,
	"1.3.6.1.5.5.7.3.2":     x509.ExtKeyUsageClientAuth,
	"1.3.6.1.5.5.7.3.3":     x509.ExtKeyUsageCodeSigning,
	"2.16.840.1.113730.4.1": x509.ExtKeyUsageNetscapeServerGatedCrypto,
}

func pool(list []string) *x509.CertPool {
	certs := x509.NewCertPool()
	for _, text := range list {
		if cert, err := parse(text); err == nil {
			certs.AddCert(cert)
		}
	}
	return certs
}

func parse(text string) (*x509.Certificate, error) {
	der, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		panic(err)
	}
	return x509.ParseCertificate(der)
}

func (c *verdictCase) judge() {
	leaf, err := parse(c.Leaf)
	if err != nil {
		c.Kind, c.Error = "unparsable", err.Error()
		return
	}
	options := x509.VerifyOptions{
		Roots:         pool(c.Roots),
		Intermediates: pool(c.Intermediates),
		CurrentTime:   time.Unix(c.At, 0),
		DNSName:       c.Name,
	}
	for _, usage := range c.Usages {
		options.KeyUsages = append(options.KeyUsages, usageIDs[usage])
	}
	chains, err := leaf.Verify(options)
	c.Ok, c.Chains = err == nil, len(chains)
	if err != nil {
		c.Kind, c.Error = kindOf(err, options.CurrentTime), err.Error()
	}
	var good strings.Builder
	for _, host := range c.Hosts {
		if leaf.VerifyHostname(host) == nil {
			good.WriteByte('1')
		} else {
			good.WriteByte('0')
		}
	}
	c.Good = good.String()
}

// kindOf names an error; an unknown authority by its hint.
func kindOf(err error, at time.Time) string {
	var invalid x509.CertificateInvalidError
	var unknown x509.UnknownAuthorityError
	switch {
	case errors.As(err, &x509.UnhandledCriticalExtension{}):
		return "unhandled-critical"
	case errors.As(err, &x509.HostnameError{}):
		return "name"
	case errors.As(err, &invalid):
		switch invalid.Reason {
		case x509.Expired:
			if at.Before(invalid.Cert.NotBefore) {
				return "not-yet-valid"
			}
			return "expired"
		case x509.NotAuthorizedToSign:
			return "not-a-ca"
		case x509.TooManyIntermediates:
			return "path-length"
		case x509.CANotAuthorizedForThisName:
			return "constraints"
		case x509.IncompatibleUsage:
			return "usage"
		case x509.NoValidChains:
			return "policies"
		}
	case errors.As(err, &unknown):
		text := err.Error()
		for _, hint := range [][2]string{
			{"cannot sign this kind", "not-a-ca"},
			{"insecure algorithm", "insecure-algorithm"},
			{"algorithm unimplemented", "unsupported-algorithm"},
			{"keys are insecure", "unsupported-algorithm"},
			{"crypto/rsa: public", "unsupported-algorithm"},
			{"verification", "bad-signature"},
			{"signature algorithm specifies", "bad-signature"},
			{"unhandled critical", "unhandled-critical"},
			{"is before", "not-yet-valid"},
			{"is after", "expired"},
			{"not authorized to sign", "not-a-ca"},
			{"too many intermediates", "path-length"},
		} {
			if strings.Contains(text, hint[0]) {
				return hint[1]
			}
		}
		return "unknown-authority"
	case strings.Contains(err.Error(), "attempts limit"):
		return "unknown-authority"
	}
	return "?"
}
