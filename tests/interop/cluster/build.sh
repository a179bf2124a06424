#!/usr/bin/env bash
# Builds the programs that the cluster test runs, from their Go modules: Kubernetes, etcd and our own small judges. They
# are kept in an ignored folder named after their versions; a program that is there is not built again.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
kubernetes=$(sed -n 's|^.*k8s.io/kubernetes \(v[0-9.]*\)$|\1|p' "$here/kubernetes/go.mod" | head -n 1)
etcd=$(sed -n 's|^.*go.etcd.io/etcd/server/v3 \(v[0-9.]*\)$|\1|p' "$here/etcd/go.mod" | head -n 1)
bin="$here/../.cache/cluster/kubernetes-$kubernetes-etcd-$etcd"
if [ "${1:-}" = --where ]; then
  echo "$bin"
  exit
fi
mkdir -p "$bin"
export CGO_ENABLED=0
minor=${kubernetes#v1.}
version=k8s.io/component-base/version
flags="-s -w -X $version.gitVersion=$kubernetes -X $version.gitMajor=1 -X $version.gitMinor=${minor%%.*}"

# build NAME MODULE PACKAGE: under a temporary name first, so that an interrupted build leaves no half program.
build() {
  [ -x "$bin/$1" ] && return
  echo "building $1"
  (cd "$here/$2" && go build -trimpath -ldflags "$flags" -o "$bin/.$1.part" "$3")
  mv "$bin/.$1.part" "$bin/$1"
}

for program in kube-apiserver kube-controller-manager kube-scheduler kube-proxy kubeadm kubectl; do
  build "$program" kubernetes "k8s.io/kubernetes/cmd/$program"
done
build etcd etcd go.etcd.io/etcd/server/v3
build etcdctl etcd go.etcd.io/etcd/etcdctl/v3
# Ours change: Go itself knows whether there is something to do.
for program in "$here"/kubernetes/cmd/*/; do
  name=$(basename "$program")
  (cd "$here/kubernetes" && go build -trimpath -ldflags "$flags" -o "$bin/$name" "./cmd/$name")
done
echo "$bin"
