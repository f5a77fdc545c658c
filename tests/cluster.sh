#!/usr/bin/env bash
# Builds a real Kubernetes, Helm, Velero and the snapshot controller out of Go modules, into the tests' cache and nowhere else.
#
#   tests/cluster.sh            the components; prints the folder with their programs
#   tests/cluster.sh node       also what runs containers; prints the folder with its programs in a second line
#   tests/cluster.sh helm       Helm alone; prints the folder that it is in
#   tests/cluster.sh velero     Velero alone, with its plugin for object stores; prints the folder that it is in
#   tests/cluster.sh snapshots  the snapshot controller alone; prints the folder that it is in
#
# The cache is ${REMOLD_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/remold-tests}; in its folder cluster/:
#   KEY/bin/  kube-apiserver, kubelet, kubectl and so on, links to one program, and pause; or helm; or velero, with a folder
#             plugins; or snapshot-controller. KEY is a hash of the sources in the folder beside this script. DONE is
#             written last: without it they are built again. What nobody has asked for in a week is removed.
#   KEY/definitions/  the custom resources of velero or snapshot-controller, as their modules have them.
#   node/     containerd, runc, CNI plugins and iptables, Debian's, unpacked; RECIPE is written last. bin/ has the programs,
#             of which iptables are scripts that let it find its libraries.
#   toolchain/ Go, where the machine has none or too old a one: Debian's, unpacked.
#   go/       what Go has downloaded and compiled: a build takes ten minutes without it, less than one with it.
#
# Needs a Debian 12 machine for what is Debian's; no root, but a node runs as root only.
set -euo pipefail

readonly CACHE="${REMOLD_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/remold-tests}"
readonly CLUSTER="$CACHE/cluster"
readonly COMPONENTS=(etcd kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy kubectl)
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly HERE
KUBERNETES=$(sed -n 's/.*k8s.io\/kubernetes v\(.*\)/\1/p' "$HERE/cluster/go.mod")
HELM=$(sed -n 's/.*helm.sh\/helm\/v4 v\([^ ]*\).*/\1/p' "$HERE/helm/go.mod")
VELERO=$(sed -n 's/.*vmware-tanzu\/velero v\(.*\)/\1/p' "$HERE/velero/go.mod")
SNAPSHOTS=$(sed -n 's/.*external-snapshotter\/v8 v\([^ ]*\).*/\1/p' "$HERE/snapshots/go.mod")
readonly KUBERNETES HELM VELERO SNAPSHOTS

say() { printf 'cluster: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# shellcheck disable=SC2034 # debian.sh reads it
readonly DEBIAN_SUITES="bookworm trixie-backports"
# shellcheck source=tests/debian.sh
source "$HERE/debian.sh"
# shellcheck source=tests/go.sh
source "$HERE/go.sh"

# Copies the custom resources of a module that one of ours needs.
copy_definitions() { # MODULE NEEDED FOLDER-IN-NEEDED TO
  local from
  from=$(go_in "$1" list -m -f '{{.Dir}}' "$2") || die "Go does not know where $2 is"
  mkdir -p "$4"
  cp "$from/$3"/*_*.yaml "$4/" || die "$2 has no custom resources in $3"
}

# Puts a folder in its place once all of it is there.
keep() { # KEY
  touch "$WORK/$1/DONE"
  rm -rf "${CLUSTER:?}/$1"
  mv "$WORK/$1" "$CLUSTER/$1"
}

# --- the components ---------------------------------------------------------------------------------------------

build_cluster() { # KEY
  local folder="$WORK/$1" meta=k8s.io/component-base/version major minor component start=$SECONDS
  find_go
  say "building Kubernetes $KUBERNETES; the first time takes some ten minutes"
  IFS=. read -r major minor _ <<<"$KUBERNETES"
  mkdir -p "$folder/bin"
  go_build cluster . "$folder/bin/cluster" \
    "-X $meta.gitVersion=v$KUBERNETES -X $meta.gitMajor=$major -X $meta.gitMinor=$minor"
  go_build cluster ./pause "$folder/bin/pause" ""
  for component in "${COMPONENTS[@]}"; do
    ln -s cluster "$folder/bin/$component"
  done
  [ "$("$folder/bin/kube-apiserver" --version)" = "Kubernetes v$KUBERNETES" ] ||
    die "the API server that was built does not say that it is version $KUBERNETES"
  keep "$1"
  say "Kubernetes $KUBERNETES is ready ($((SECONDS - start)) s)"
}

build_helm() { # KEY
  local folder="$WORK/$1" start=$SECONDS
  find_go
  say "building Helm $HELM; the first time takes some minutes"
  mkdir -p "$folder/bin"
  go_build helm helm.sh/helm/v4/cmd/helm "$folder/bin/helm" "-X helm.sh/helm/v4/internal/version.version=v$HELM"
  [[ "$("$folder/bin/helm" version --short)" == "v$HELM"* ]] || die "the Helm that was built does not say that it is version $HELM"
  keep "$1"
  say "Helm $HELM is ready ($((SECONDS - start)) s)"
}

build_velero() { # KEY
  local folder="$WORK/$1" module=github.com/vmware-tanzu/velero start=$SECONDS
  find_go
  say "building Velero $VELERO; the first time takes some minutes"
  mkdir -p "$folder/bin/plugins"
  go_build velero . "$folder/bin/velero" "-X $module/pkg/buildinfo.Version=v$VELERO"
  # Alone in its folder: Velero starts everything there.
  go_build velero/plugin "$module-plugin-for-aws/velero-plugin-for-aws" "$folder/bin/plugins/velero-plugin-for-aws" ""
  copy_definitions velero "$module" config/crd/v1/bases "$folder/definitions"
  copy_definitions velero "$module" config/crd/v2alpha1/bases "$folder/definitions"
  [[ "$("$folder/bin/velero" version --client-only)" == *"v$VELERO"* ]] ||
    die "the Velero that was built does not say that it is version $VELERO"
  keep "$1"
  say "Velero $VELERO is ready ($((SECONDS - start)) s)"
}

build_snapshots() { # KEY
  local folder="$WORK/$1" module=github.com/kubernetes-csi/external-snapshotter start=$SECONDS
  find_go
  say "building the snapshot controller $SNAPSHOTS; the first time takes a minute or two"
  mkdir -p "$folder/bin"
  go_build snapshots "$module/v8/cmd/snapshot-controller" "$folder/bin/snapshot-controller" "-X main.version=v$SNAPSHOTS"
  copy_definitions snapshots "$module/client/v8" config/crd "$folder/definitions"
  [[ "$("$folder/bin/snapshot-controller" --version)" == *"v$SNAPSHOTS"* ]] ||
    die "the snapshot controller that was built does not say that it is version $SNAPSHOTS"
  keep "$1"
  say "the snapshot controller $SNAPSHOTS is ready ($((SECONDS - start)) s)"
}

remove_old_keys() {
  find "$CLUSTER" -mindepth 1 -maxdepth 1 -type d -regextype posix-extended -regex '.*/[0-9a-f]{16}' -mtime +6 \
    -exec rm -rf {} +
}

# --- what runs containers ---------------------------------------------------------------------------------------

# libseccomp2 is not among them: apt itself needs it.
readonly NODE_RECIPE=containerd,runc,containernetworking-plugins,iptables,libip4tc2,libip6tc2,libxtables12,libnftnl11,libmnl0@bookworm

fetch_node() {
  local folder="$WORK/node" program
  [ "$(id -u)" = 0 ] || die "a node that runs containers needs root: run the tests as root, or in a privileged container"
  [ "$(cat "$CLUSTER/node/RECIPE" 2>/dev/null)" != "$NODE_RECIPE" ] || return 0
  say "fetching containerd, runc, CNI plugins and iptables"
  mkdir -p "$folder/bin"
  fetch_debian "$NODE_RECIPE" "$folder"
  mv "$folder/unpacked/usr" "$folder/usr"
  rm -rf "$folder/deb" "$folder/unpacked"
  for program in bin/containerd bin/containerd-shim-runc-v2 bin/ctr sbin/runc; do
    ln -s "../usr/$program" "$folder/bin/"
  done
  ln -s usr/lib/cni "$folder/cni"
  for program in iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore; do
    # shellcheck disable=SC2016 # the script is to expand it, not this one
    printf '%s\n' >"$folder/bin/$program" '#!/bin/sh' \
      'usr=$(dirname "$(dirname "$(readlink -f "$0")")")/usr' \
      'libraries=$(echo "$usr"/lib/*-linux-gnu*)' \
      'LD_LIBRARY_PATH=$libraries XTABLES_LIBDIR=$libraries/xtables exec "$usr/sbin/xtables-nft-multi" '"$program"' "$@"'
    chmod 755 "$folder/bin/$program"
  done
  for program in "containerd --version" "runc --version" "iptables --version"; do
    # shellcheck disable=SC2086 # a program and its argument
    "$folder/bin/"$program >&2 || die "'$program' does not run on this machine"
  done
  echo "$NODE_RECIPE" >"$folder/RECIPE"
  rm -rf "$CLUSTER/node"
  mv "$folder" "$CLUSTER/node"
}

# ----------------------------------------------------------------------------------------------------------------

readonly WANTED="${1:-control-plane}"
case "$WANTED" in
  control-plane | node) MODULE=cluster ;;
  helm | velero | snapshots) MODULE=$WANTED ;;
  *) die "nothing is called '$WANTED'; there are: control-plane node helm velero snapshots" ;;
esac
mkdir -p "$CLUSTER"
# Whoever wants a control plane that is there does not wait until Velero is built.
exec 9>"$CLUSTER/lock.$MODULE"
flock 9
WORK=$(mktemp -d "$CLUSTER/.fetch.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
[ "$WANTED" != node ] || fetch_node
KEY=$(key "$MODULE")
readonly KEY
[ -e "$CLUSTER/$KEY/DONE" ] || "build_$MODULE" "$KEY"
touch "$CLUSTER/$KEY"
remove_old_keys
echo "$CLUSTER/$KEY/bin"
[ "$WANTED" != node ] || echo "$CLUSTER/node/bin"
