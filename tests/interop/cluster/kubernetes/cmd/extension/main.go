// Extension is an extension API server behind the aggregation layer: it takes requests only from clients whose
// certificate a given CA signed, and tells who the client was and for whom it asked.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"log"
	"net/http"
	"os"
	"strings"
)

const group, version = "hardway.test", "v1"

func main() {
	listen := flag.String("listen", "", "address and port")
	certificate := flag.String("cert", "", "its own certificate")
	key := flag.String("key", "", "its key")
	clientCA := flag.String("client-ca", "", "CA of those who may ask")
	flag.Parse()

	text, err := os.ReadFile(*clientCA)
	if err != nil {
		log.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		log.Fatal("no certificate in ", *clientCA)
	}
	server := http.Server{
		Addr:      *listen,
		Handler:   http.HandlerFunc(answer),
		TLSConfig: &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool, MinVersion: tls.VersionTLS12},
	}
	log.Fatal(server.ListenAndServeTLS(*certificate, *key))
}

func answer(writer http.ResponseWriter, request *http.Request) {
	writer.Header().Set("Content-Type", "application/json")
	var body any
	if strings.HasSuffix(request.URL.Path, "/whoami") {
		body = map[string]any{
			"peer":   request.TLS.PeerCertificates[0].Subject.CommonName,
			"user":   request.Header.Get("X-Remote-User"),
			"groups": request.Header.Values("X-Remote-Group"),
		}
	} else {
		body = map[string]any{
			"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": group + "/" + version, "resources": []any{},
		}
	}
	if err := json.NewEncoder(writer).Encode(body); err != nil {
		log.Print(err)
	}
}
