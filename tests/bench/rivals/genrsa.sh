#!/bin/sh
# genrsa.sh OPENSSL NUMBER BITS: so many RSA keys, one after the other, in this folder.
set -eu
openssl=$1 number=$2 bits=$3

i=0
while [ "$i" -lt "$number" ]; do
  "$openssl" genrsa -out "$i.key" "$bits"
  i=$((i + 1))
done
