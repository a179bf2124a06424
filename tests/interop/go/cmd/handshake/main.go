// Command handshake makes mutual TLS connections on 127.0.0.1 and tells whom the server saw.
//
// In: on stdin a list of jobs. Out: for each job and each of TLS 1.2 and 1.3 one answer, in order.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// pair is a certificate with its key and the CA that its side trusts, as paths.
type pair struct {
	Certificate string `json:"certificate"`
	Key         string `json:"key"`
	Trusts      string `json:"trusts"`
}

type job struct {
	Server pair `json:"server"`
	// The client is a kubeconfig, or a pair that dials URL.
	Kubeconfig string `json:"kubeconfig"`
	Client     pair   `json:"client"`
	URL        string `json:"url"`
	// Unix seconds at which both sides verify.
	At int64 `json:"at"`
}

type answer struct {
	Version string `json:"version"`
	// URL is what was dialled.
	URL string `json:"url"`
	// User and Groups as the API server takes them from a certificate: CN and O.
	User   string   `json:"user"`
	Groups []string `json:"groups"`
	// Empty when all went well.
	ClientError string `json:"clientError"`
	ServerError string `json:"serverError"`
}

func main() {
	var jobs []job
	if err := json.NewDecoder(os.Stdin).Decode(&jobs); err != nil {
		log.Fatal(err)
	}
	answers := []answer{}
	for _, job := range jobs {
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			answers = append(answers, job.run(version))
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		log.Fatal(err)
	}
}

// errorLog keeps what a server says of a handshake that failed.
type errorLog struct{ text chan string }

func (l errorLog) Write(bytes []byte) (int, error) {
	select {
	case l.text <- string(bytes):
	default:
	}
	return len(bytes), nil
}

func (j job) run(version uint16) answer {
	result := answer{Version: tls.VersionName(version)}
	clock := func() time.Time { return time.Unix(j.At, 0) }

	serverPair, err := tls.LoadX509KeyPair(j.Server.Certificate, j.Server.Key)
	if err != nil {
		result.ServerError = err.Error()
		return result
	}
	failures := errorLog{make(chan string, 1)}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		subject := r.TLS.VerifiedChains[0][0].Subject
		_ = json.NewEncoder(w).Encode(answer{User: subject.CommonName, Groups: subject.Organization})
	}))
	server.TLS = &tls.Config{
		Certificates: []tls.Certificate{serverPair},
		ClientAuth:   tls.RequireAndVerifyClientCert,
		ClientCAs:    pool(j.Server.Trusts),
		MinVersion:   version,
		MaxVersion:   version,
		Time:         clock,
	}
	server.Config.ErrorLog = log.New(failures, "", 0)
	server.StartTLS()
	defer server.Close()

	config, url, err := j.client()
	if err != nil {
		result.ClientError = err.Error()
		return result
	}
	result.URL = url
	config.MinVersion, config.MaxVersion, config.Time = version, version, clock
	transport := &http.Transport{
		TLSClientConfig: config,
		// Every name and address of the cluster is this one server.
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", server.Listener.Addr().String())
		},
	}
	defer transport.CloseIdleConnections()
	response, err := (&http.Client{Transport: transport, Timeout: 10 * time.Second}).Get(url)
	if err != nil {
		result.ClientError = err.Error()
		select {
		case result.ServerError = <-failures.text:
		case <-time.After(100 * time.Millisecond):
		}
		return result
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	var seen answer
	if err == nil {
		err = json.Unmarshal(body, &seen)
	}
	if err != nil {
		result.ClientError = err.Error()
	}
	result.User, result.Groups = seen.User, seen.Groups
	return result
}

// client makes the TLS settings of the client's side: by client-go of a kubeconfig, or of a pair.
func (j job) client() (*tls.Config, string, error) {
	if j.Kubeconfig != "" {
		file, err := clientcmd.LoadFromFile(j.Kubeconfig)
		if err != nil {
			return nil, "", err
		}
		config, err := clientcmd.NewDefaultClientConfig(*file, nil).ClientConfig()
		if err != nil {
			return nil, "", err
		}
		if j.Client.Trusts != "" {
			config.TLSClientConfig.CAData, err = os.ReadFile(j.Client.Trusts)
			if err != nil {
				return nil, "", err
			}
		}
		settings, err := rest.TLSConfigFor(config)
		return settings, config.Host, err
	}
	certificate, err := tls.LoadX509KeyPair(j.Client.Certificate, j.Client.Key)
	if err != nil {
		return nil, "", err
	}
	// GetClientCertificate sends the certificate even when the server names other CAs: it is to be the one that refuses.
	return &tls.Config{
		RootCAs:              pool(j.Client.Trusts),
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &certificate, nil },
	}, j.URL, nil
}

func pool(path string) *x509.CertPool {
	text, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		panic(fmt.Sprintf("no certificate in %s", path))
	}
	return roots
}
