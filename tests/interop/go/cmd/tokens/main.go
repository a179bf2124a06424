// Command tokens judges how tokens are read.
//
//	tokens csv token|password   reads a list of files as JSON strings, and prints for each what the API server keeps
//	tokens jwt                  prints signed tokens of each algorithm, with keys and key identifiers
package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	_ "crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// row is one user, without the secret.
type row struct {
	Line   int      `json:"line"`
	User   string   `json:"user"`
	UID    string   `json:"uid"`
	Groups []string `json:"groups"`
}

// file is what the API server keeps of one file.
type file struct {
	Rows       []row  `json:"rows"`
	Error      string `json:"error"`
	Empty      []int  `json:"empty"`
	Duplicates []int  `json:"duplicates"`
}

// read goes through a file as NewCSV of the API server's token and password files does.
func read(text string, kind string) file {
	result := file{Rows: []row{}, Empty: []int{}, Duplicates: []int{}}
	seen := map[string]bool{}
	reader := csv.NewReader(strings.NewReader(text))
	reader.FieldsPerRecord = -1
	for {
		record, err := reader.Read()
		if err == io.EOF {
			return result
		}
		var parse *csv.ParseError
		if errors.As(err, &parse) {
			result.Error = parse.Err.Error()
			return result
		}
		if len(record) < 3 {
			result.Error = fmt.Sprintf("found %d", len(record))
			return result
		}
		line, _ := reader.FieldPos(0)
		if record[0] == "" {
			result.Empty = append(result.Empty, line)
			if kind == "token" {
				continue
			}
		}
		key := record[0]
		if kind == "password" {
			key = record[1]
		}
		if seen[key] {
			result.Duplicates = append(result.Duplicates, line)
		}
		seen[key] = true
		one := row{Line: line, User: record[1], UID: record[2], Groups: []string{}}
		if len(record) >= 4 {
			one.Groups = strings.Split(record[3], ",")
		}
		result.Rows = append(result.Rows, one)
	}
}

// token is a signed token and what belongs to it.
type token struct {
	Algorithm string `json:"algorithm"`
	Token     string `json:"token"`
	SPKI      []byte `json:"spki"`
	KeyID     string `json:"keyId"`
}

// sign makes a token with the claims of a service account.
func sign(algorithm string, key crypto.Signer) (token, error) {
	spki, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return token{}, err
	}
	sum := sha256.Sum256(spki)
	kid := base64.RawURLEncoding.EncodeToString(sum[:])
	header, _ := json.Marshal(map[string]string{"alg": algorithm, "kid": kid})
	claims, _ := json.Marshal(map[string]any{
		"iss": "https://kubernetes.default.svc", "sub": "system:serviceaccount:default:builder",
		"aud": []string{"https://kubernetes.default.svc", "other"}, "exp": 4102444800, "nbf": 1767225600, "iat": 1767225600.5,
		"jti": "7f6c3a6e-0000-4000-8000-000000000000",
		"kubernetes.io": map[string]any{
			"namespace": "default", "serviceaccount": map[string]string{"name": "builder", "uid": "u-1"},
			"pod": map[string]string{"name": "pod-1", "uid": "u-2"},
		},
	})
	encode := base64.RawURLEncoding.EncodeToString
	input := encode(header) + "." + encode(claims)
	signature, err := signInput(algorithm, key, []byte(input))
	return token{algorithm, input + "." + encode(signature), spki, kid}, err
}

func signInput(algorithm string, key crypto.Signer, input []byte) ([]byte, error) {
	if algorithm == "EdDSA" {
		return key.Sign(nil, input, crypto.Hash(0))
	}
	hash := map[string]crypto.Hash{"256": crypto.SHA256, "384": crypto.SHA384, "512": crypto.SHA512}[algorithm[2:]]
	digest := hash.New()
	digest.Write(input)
	sum := digest.Sum(nil)
	switch algorithm[:2] {
	case "RS":
		return key.Sign(rand.Reader, sum, hash)
	case "PS":
		return key.Sign(rand.Reader, sum, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: hash})
	default:
		private := key.(*ecdsa.PrivateKey)
		r, s, err := ecdsa.Sign(rand.Reader, private, sum)
		if err != nil {
			return nil, err
		}
		size := (private.Curve.Params().BitSize + 7) / 8
		return append(r.FillBytes(make([]byte, size)), s.FillBytes(make([]byte, size))...), nil
	}
}

func signAll() ([]token, error) {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	keys := map[string]crypto.Signer{"EdDSA": ed}
	for _, bits := range []string{"256", "384", "512"} {
		keys["RS"+bits], keys["PS"+bits] = rsaKey, rsaKey
	}
	for name, curve := range map[string]elliptic.Curve{"ES256": elliptic.P256(), "ES384": elliptic.P384(), "ES512": elliptic.P521()} {
		if keys[name], err = ecdsa.GenerateKey(curve, rand.Reader); err != nil {
			return nil, err
		}
	}
	var tokens []token
	for algorithm, key := range keys {
		one, err := sign(algorithm, key)
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, one)
	}
	return tokens, nil
}

func main() {
	var result any
	var err error
	switch {
	case len(os.Args) == 3 && os.Args[1] == "csv":
		var texts []string
		if err = json.NewDecoder(os.Stdin).Decode(&texts); err == nil {
			files := []file{}
			for _, text := range texts {
				files = append(files, read(text, os.Args[2]))
			}
			result = files
		}
	case len(os.Args) == 2 && os.Args[1] == "jwt":
		result, err = signAll()
	default:
		err = errors.New("usage: tokens csv token|password, tokens jwt")
	}
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(result)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
