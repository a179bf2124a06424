#!/bin/sh
# Installs what the foreign judges need on a Debian machine that has node, npm, Go, Python, git and apt.
# What is there already is left alone. Run it once before `deno test -A tests/interop/`.
set -eu
cd "$(dirname "$0")"

packages=''
want() { # command package
  command -v "$1" >/dev/null 2>&1 || packages="$packages $2"
}
want openssl openssl
want certtool gnutls-bin
want faketime faketime
want strace strace
want systemd-analyze systemd
want parallel parallel
# Machines of the cluster tests: namespaces, their network, what runs and looks on them.
want unshare util-linux
want ip iproute2
want iptables iptables
want curl curl
want keytool default-jre-headless
want ssh-keygen openssh-client
want hexdump bsdextrautils
# Debian's kubectl is old, and reads kubeconfigs like any other.
want kubectl kubernetes-client
# What builds a newer OpenSSL, for signatures without chance: openssl.sh.
want cargo cargo
want perl perl
want make make
want cc gcc
# Not in PATH.
[ -x /usr/share/easy-rsa/easyrsa ] || packages="$packages easy-rsa"
# Debian's own Python comes without venv's pip; others have it.
python3 -c 'import ensurepip, venv' 2>/dev/null || packages="$packages python3-venv"

root=''
if [ -n "$packages" ]; then
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
      echo "Cannot install$packages: neither root nor sudo" >&2
      exit 1
    fi
    root='sudo'
  fi
  $root apt-get update -qq
  # shellcheck disable=SC2086 # a list of packages
  $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages
fi

# Prometheus' own checker, out of its package: the package itself would install and start a server.
if ! [ -x .cache/promtool ] && ! command -v promtool >/dev/null 2>&1; then
  work=$(mktemp -d)
  # Where every package was there already, nobody has fetched the lists yet.
  (cd "$work" && { apt-get download -qq prometheus || { $root apt-get update -qq && apt-get download -qq prometheus; }; } &&
    dpkg -x prometheus_*.deb .)
  mkdir -p .cache
  mv "$work/usr/bin/promtool" .cache/promtool
  rm -rf "$work"
fi

# The tests build these themselves; here it is not counted as their time. Go keeps what it compiled.
(cd go && CGO_ENABLED=0 go build -trimpath -mod=readonly -o /dev/null ./cmd/judge &&
  CGO_ENABLED=0 go build -trimpath -mod=readonly -o /dev/null ./cmd/forge &&
  CGO_ENABLED=0 go build -trimpath -mod=readonly -o /dev/null ./cmd/handshake &&
  CGO_ENABLED=0 go build -trimpath -mod=readonly -o /dev/null ./cmd/reissue &&
  CGO_ENABLED=0 go build -trimpath -mod=readonly -o /dev/null ./cmd/strict &&
  CGO_ENABLED=0 go build -trimpath -mod=readonly -o /dev/null github.com/zmap/zlint/v3/cmd/zlint)

# Kubernetes and etcd themselves: the longest of all, and done once for each version.
bash cluster/build.sh
