#!/usr/bin/env bash
# Fetches a real Prometheus with its promtool, into the tests' cache and nowhere else.
#
#   tests/monitoring.sh    prints the folder that it is in
#
# The cache is ${REMOLD_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/remold-tests}; it is in monitoring/prometheus:
#   bin/ with the programs, VERSION with the package's, and RECIPE, written last: without it the folder is fetched again.
#
# They are Debian's packages, got through apt with a configuration of its own (debian.sh). No root is needed.
set -euo pipefail

readonly CACHE="${REMOLD_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/remold-tests}"
readonly PROGRAMS="$CACHE/monitoring"
readonly RECIPE="prometheus,promtool@trixie 2.53.*"

say() { printf 'monitoring: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# shellcheck disable=SC2034 # debian.sh reads it
readonly DEBIAN_SUITES="bookworm trixie"
# shellcheck source=tests/debian.sh
source "$(dirname "${BASH_SOURCE[0]}")/debian.sh"

fetch() {
  local source version folder text program
  read -r source version <<<"$RECIPE"
  if [ "$(cat "$PROGRAMS/prometheus/RECIPE" 2>/dev/null)" = "$RECIPE" ]; then
    return 0
  fi
  say "fetching prometheus ($source)"
  folder="$WORK/prometheus"
  mkdir -p "$folder/bin"
  fetch_debian "$source" "$folder"
  text=$(dpkg-deb -f "$folder"/deb/prometheus_*.deb Version)
  # shellcheck disable=SC2053
  [[ $text == $version ]] || die "prometheus is version '$text', expected $version"
  for program in prometheus promtool; do
    install -m 755 "$folder/unpacked/usr/bin/$program" "$folder/bin/$program"
    "$folder/bin/$program" --version >/dev/null 2>&1 || die "$program does not run on this machine"
  done
  rm -rf "$folder/unpacked" "$folder/deb"
  echo "$text" >"$folder/VERSION"
  echo "$RECIPE" >"$folder/RECIPE"
  rm -rf "${PROGRAMS:?}/prometheus"
  mv "$folder" "$PROGRAMS/prometheus"
  say "prometheus is ready: $text"
}

mkdir -p "$PROGRAMS"
exec 9>"$PROGRAMS/lock"
flock 9
WORK=$(mktemp -d "$PROGRAMS/.fetch.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
fetch
echo "$PROGRAMS"
