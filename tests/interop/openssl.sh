#!/bin/bash
# Builds the program openssl of a version newer than Debian 12's, from the sources that the crate openssl-src holds, and
# prints its path. Only what the recipes need is in it. It is built once, in a minute or two, and kept.
set -euo pipefail

crate=300.6.1+3.6.3
cd "$(dirname "$0")"
folder="$PWD/.cache/openssl-${crate#*+}"
mkdir -p "$PWD/.cache"
# Another run may build it: then this one waits.
exec 9> "$PWD/.cache/openssl.lock"
flock 9
if [[ -x "$folder/openssl" ]]; then
  echo "$folder/openssl"
  exit
fi
for program in cargo perl make cc; do
  if ! command -v "$program" > /dev/null; then
    echo "$program is not installed" >&2
    exit 1
  fi
done

work=$(mktemp -d "$PWD/.cache/openssl-XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir src
touch src/lib.rs
cat > Cargo.toml <<TOML
[package]
name = "sources"
version = "0.0.0"
edition = "2021"
[build-dependencies]
openssl-src = "=$crate"
TOML
{
  cargo vendor --quiet vendor
  cd vendor/openssl-src/openssl
  # Unoptimised and without assembly: that is quicker than what it saves.
  CFLAGS=-O0 ./Configure linux-generic64 no-shared no-tests no-docs no-module no-asm no-legacy no-quic no-cmp no-cms \
    no-ct no-ts no-engine no-ssl no-tls no-dtls no-ocsp no-srp no-psk no-gost no-dsa no-dh no-sm2 no-sm3 no-sm4 \
    no-aria no-camellia no-seed no-idea no-rc4 no-rc2 no-des no-bf no-cast no-md4 no-rmd160 no-whirlpool no-siphash \
    no-blake2 no-ml-kem no-ml-dsa no-slh-dsa no-ec2m no-sock no-dgram no-http no-argon2 no-scrypt
  make -s build_generated
  make -s -j"$(nproc)" apps/openssl
} >&2
mkdir -p "$folder"
cp apps/openssl "$folder/openssl.new"
mv "$folder/openssl.new" "$folder/openssl"
echo "$folder/openssl"
