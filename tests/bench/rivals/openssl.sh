#!/bin/sh
# The hard way with openssl's command line: one CA, and leaves signed by it, each by a key, a request, a signature.
# openssl.sh OPENSSL NUMBER: so many certificates with their P-256 keys, the CA among them, in this folder.
set -eu
openssl=$1 number=$2

cat >ca.cnf <<'END'
[req]
distinguished_name = name
prompt = no
req_extensions = leaf
[name]
O = system:nodes
CN = system:node:node
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
[leaf]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth, clientAuth
subjectAltName = DNS:node, IP:10.241.0.1
END
"$openssl" ecparam -name prime256v1 -genkey -noout -out ca.key
"$openssl" req -x509 -new -key ca.key -sha256 -days 3650 -subj /CN=kubernetes-ca -config ca.cnf -extensions ca -out ca.crt
i=1
while [ "$i" -lt "$number" ]; do
  "$openssl" ecparam -name prime256v1 -genkey -noout -out "node-$i.key"
  "$openssl" req -new -key "node-$i.key" -sha256 -config ca.cnf -out "node-$i.csr"
  "$openssl" x509 -req -in "node-$i.csr" -sha256 -days 365 -CA ca.crt -CAkey ca.key -CAcreateserial \
    -extfile ca.cnf -extensions leaf -out "node-$i.crt"
  i=$((i + 1))
done
