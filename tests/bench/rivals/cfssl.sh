#!/bin/sh
# The hard way with cfssl's command line: one CA, and leaves signed by it, each by one `cfssl gencert | cfssljson`.
# cfssl.sh CFSSL CFSSLJSON NUMBER: so many certificates with their P-256 keys, the CA among them, in this folder.
set -eu
cfssl=$1 cfssljson=$2 number=$3

cat >config.json <<'END'
{ "signing": { "default": { "expiry": "8760h", "usages": ["signing", "server auth", "client auth"] } } }
END
echo '{ "CN": "kubernetes-ca", "key": { "algo": "ecdsa", "size": 256 } }' |
  "$cfssl" gencert -loglevel 4 -initca - | "$cfssljson" -bare ca
i=1
while [ "$i" -lt "$number" ]; do
  echo '{ "CN": "system:node:node-'$i'", "key": { "algo": "ecdsa", "size": 256 }, "names": [{ "O": "system:nodes" }] }' |
    "$cfssl" gencert -loglevel 4 -ca ca.pem -ca-key ca-key.pem -config config.json -hostname "node-$i,10.241.0.$i" - |
    "$cfssljson" -bare "node-$i"
  i=$((i + 1))
done
# cfssl says nothing of a leaf that it could not make: its pipe's end is what the shell looks at.
test -s "node-$((number - 1)).pem"
