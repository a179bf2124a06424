#!/usr/bin/env bash
# Writes flags/<minor>.txt: every flag that the real programs of a minor release of Kubernetes name in their help, and
# every flag of the etcd which that release's kubeadm runs; and flags/<minor>.absent.txt: fields of objects that this
# release does not know yet, though the one that kubernetes/go.mod pins does. Takes the newest patch release that the
# module proxy lists. What build.sh left is used where its version is the same. Takes a quarter of an hour a minor, with
# two processors.
#
# Usage: flags.sh [MINOR...]      such as: flags.sh 1.36 1.37      (without: every minor that bundles are made for)
#        SCRATCH=FOLDER flags.sh  keeps what it builds there, and builds nothing twice
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
minors=("$@")
[ ${#minors[@]} -gt 0 ] || minors=(1.34 1.35 1.36 1.37)
programs=(kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy kubeadm)
export CGO_ENABLED=0 GOFLAGS=-mod=mod LC_ALL=C
scratch=${SCRATCH:-}
if [ -z "$scratch" ]; then
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
fi
mkdir -p "$here/flags" "$scratch"

# Flags of a help text, one a line. A flag is deprecated when its own description says so; the gates that
# --feature-gates lists after it have words of their own.
read_help() {
  awk -v program="$1" '
    function flush() {
      if (name == "") return
      sub(/[^ ]+=true\|false.*/, "", text)
      print program " " name (text ~ /DEPRECATED|Deprecated|deprecated (in|and|since)/ ? " DEPRECATED" : "")
      name = ""
    }
    match($0, /^ *(-[A-Za-z0-9], )?--[A-Za-z0-9-]+/) {
      flush()
      name = substr($0, RSTART, RLENGTH)
      sub(/^ *(-[A-Za-z0-9], )?/, "", name)
      text = substr($0, RSTART + RLENGTH)
      next
    }
    /^[^ ]/ || /^ *$/ { flush() }
    { text = text " " $0 }
    END { flush() }
  '
}

# build MODULE PACKAGE FILE: under a temporary name first, so that an interrupted build leaves no half program.
build() {
  [ -x "$3" ] && return
  echo "building $3" >&2
  # Not optimized: their help is all that they have to say. Of our own module Go has most, optimized.
  local optimization='all=-N -l'
  [ "$1" != "$here/kubernetes" ] || optimization=
  (cd "$1" && go build -trimpath -gcflags "$optimization" -ldflags "-s -w" -o "$3.part" "$2" && mv "$3.part" "$3")
}

pinned=$(sed -n 's|^.*k8s.io/kubernetes \(v[0-9.]*\)$|\1|p' "$here/kubernetes/go.mod" | head -n 1)
(cd "$here/kubernetes" && GOFLAGS='' go run ./cmd/fields) > "$scratch/fields.txt"

for minor in "${minors[@]}"; do
  kubernetes=$(cd "$scratch" && go list -m -versions k8s.io/kubernetes | tr ' ' '\n' |
    grep -E "^v${minor//./\\.}\.[0-9]+$" | sort -V | tail -n 1)
  source=$(cd "$scratch" && go mod download -json "k8s.io/kubernetes@$kubernetes" |
    sed -n 's/^\t"Dir": "\(.*\)",*$/\1/p')
  tag=$(sed -n 's/^\tDefaultEtcdVersion = "\(.*\)"$/\1/p' "$source/cmd/kubeadm/app/constants/constants.go")
  etcd=v${tag%-*}
  echo "Kubernetes $kubernetes, etcd $etcd" >&2

  folder=$scratch/kubernetes-$kubernetes
  mkdir -p "$folder"
  built=$(bash "$here/build.sh" --where)
  for program in "${programs[@]}"; do
    case $built in
      */kubernetes-"$kubernetes"-etcd-*) [ ! -x "$built/$program" ] || ln -sf "$built/$program" "$folder/$program" ;;
    esac
  done
  module=$folder
  # Our own module builds the one that it pins: Go has most of it already.
  if [ "$kubernetes" = "$pinned" ]; then module=$here/kubernetes GOFLAGS=''; else GOFLAGS=-mod=mod; fi
  [ -e "$module/go.mod" ] || bash "$here/gomod.sh" flags.test/kubernetes "$kubernetes" > "$module/go.mod"
  for program in "${programs[@]}"; do
    build "$module" "k8s.io/kubernetes/cmd/$program" "$folder/$program"
  done
  mkdir -p "$module/cmd"
  [ "$module" = "$here/kubernetes" ] || cp -r "$here/kubernetes/cmd/fields" "$module/cmd/"
  (cd "$module" && go run ./cmd/fields) > "$scratch/$minor.fields.txt"
  {
    echo "# Fields of Kubernetes $pinned that $kubernetes does not know"
    comm -13 "$scratch/$minor.fields.txt" "$scratch/fields.txt"
  } > "$here/flags/$minor.absent.txt"
  mkdir -p "$scratch/etcd-$etcd"
  cd "$scratch/etcd-$etcd"
  [ -e go.mod ] || { go mod init flags.test/etcd && go get "go.etcd.io/etcd/server/v3@$etcd"; } 2> /dev/null
  GOFLAGS=-mod=mod build "$PWD" go.etcd.io/etcd/server/v3 "$PWD/etcd"

  {
    echo "# Kubernetes $kubernetes"
    echo "# etcd $etcd"
    echo "# etcd image tag $tag"
    {
      for program in "${programs[@]}"; do
        if [ "$program" = kubeadm ]; then
          for command in init join; do
            "$folder/kubeadm" "$command" --help 2>&1 | read_help "kubeadm $command"
          done
        else
          "$folder/$program" --help 2>&1 | read_help "$program"
        fi
      done
      ./etcd --help 2>&1 | read_help etcd
    } | sort -u
  } > "$scratch/$minor.txt"
  cd "$here"
  mv "$scratch/$minor.txt" "$here/flags/$minor.txt"
done
