#!/usr/bin/env bash
# Writes the go.mod of a module from which the programs of one Kubernetes release can be built: k8s.io/kubernetes names
# its staging modules by relative paths, which count in its own repository only, so each is replaced by its published
# version.
#
# Usage: gomod.sh MODULE VERSION > go.mod      such as: gomod.sh example.org/kubernetes v1.37.2
set -euo pipefail
module=$1 version=$2
published=v0.${version#v1.}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
go mod init "$module" >&2 2> /dev/null
source=$(go mod download -json "k8s.io/kubernetes@$version" | sed -n 's/^\t"GoMod": "\(.*\)",*$/\1/p')
go mod edit -go="$(sed -n 's/^go //p' "$source")"
go mod edit -require="k8s.io/kubernetes@$version"
sed -n 's|^\t\(k8s.io/[a-z0-9-]*\) => \./staging/.*|\1|p' "$source" | while read -r staging; do
  go mod edit -replace="$staging=$staging@$published"
done
cat go.mod
