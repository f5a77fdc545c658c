#!/usr/bin/env bash
# Fetches a real OCI registry and the real cosign, into the tests' cache and nowhere else.
#
#   tests/registry.sh                    both; prints the folder that they are in
#   tests/registry.sh docker-registry    only the named one
#
# The cache is ${REMOLD_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/remold-tests}; each is in registry/NAME:
#   bin/ with the program, VERSION with what it says of itself, and RECIPE, written last: without it the folder is fetched
#   again.
#
# Both are Debian's packages, got through apt with a configuration of its own (debian.sh). No root is needed.
set -euo pipefail

readonly CACHE="${REMOLD_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/remold-tests}"
readonly PROGRAMS="$CACHE/registry"
readonly ALL=(docker-registry cosign)

say() { printf 'registry: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# shellcheck disable=SC2034 # debian.sh reads it
readonly DEBIAN_SUITES="bookworm trixie"
# shellcheck source=tests/debian.sh
source "$(dirname "${BASH_SOURCE[0]}")/debian.sh"

# name -> "package, the version that it must have (a pattern)"
recipe() {
  case "$1" in
    docker-registry) echo "docker-registry@bookworm 2.8.*" ;;
    cosign) echo "cosign@trixie 2.*" ;;
    *) die "nothing is called '$1'; there are: ${ALL[*]}" ;;
  esac
}

fetch() { # NAME
  local name=$1 source version folder text
  read -r source version <<<"$(recipe "$name")"
  if [ "$(cat "$PROGRAMS/$name/RECIPE" 2>/dev/null)" = "$source $version" ]; then
    return 0
  fi
  say "fetching $name ($source)"
  folder="$WORK/$name"
  mkdir -p "$folder/bin"
  fetch_debian "$source" "$folder"
  text=$(dpkg-deb -f "$folder"/deb/*.deb Version)
  # shellcheck disable=SC2053
  [[ $text == $version ]] || die "$name is version '$text', expected $version"
  install -m 755 "$folder/unpacked/usr/bin/$name" "$folder/bin/$name"
  "$folder/bin/$name" --help >/dev/null 2>&1 || die "$name does not run on this machine"
  rm -rf "$folder/unpacked" "$folder/deb"
  echo "$text" >"$folder/VERSION"
  echo "$source $version" >"$folder/RECIPE"
  rm -rf "${PROGRAMS:?}/$name"
  mv "$folder" "$PROGRAMS/$name"
  say "$name is ready: $text"
}

names=("$@")
[ ${#names[@]} -gt 0 ] || names=("${ALL[@]}")
for name in "${names[@]}"; do
  recipe "$name" >/dev/null
done
mkdir -p "$PROGRAMS"
exec 9>"$PROGRAMS/lock"
flock 9
WORK=$(mktemp -d "$PROGRAMS/.fetch.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
for name in "${names[@]}"; do
  fetch "$name"
done
echo "$PROGRAMS"
