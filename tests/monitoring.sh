#!/usr/bin/env bash
# Fetches a real Prometheus with its promtool, or builds a real OpenTelemetry Collector, into the tests' cache and nowhere else.
#
#   tests/monitoring.sh              Prometheus; prints the folder that it is in
#   tests/monitoring.sh collector    the collector alone; prints the folder with its program
#
# The cache is ${REMOLD_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/remold-tests}; in its folder monitoring/:
#   prometheus/   bin/ with the programs, VERSION with the package's, and RECIPE, written last: without it the folder is
#                 fetched again. They are Debian's packages, got through apt with a configuration of its own (debian.sh).
#   KEY/bin/      the collector. KEY is a hash of the sources in tests/collector/. DONE is written last: without it it is built
#                 again. What nobody has asked for in a week is removed.
#
# No root is needed. The collector is built by Go, out of Go modules (go.sh): two minutes once, after that nothing.
set -euo pipefail

readonly CACHE="${REMOLD_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/remold-tests}"
readonly PROGRAMS="$CACHE/monitoring"
readonly RECIPE="prometheus,promtool@trixie 2.53.*"

say() { printf 'monitoring: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# shellcheck disable=SC2034 # debian.sh reads it
readonly DEBIAN_SUITES="bookworm trixie trixie-backports"
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly HERE
COLLECTOR=$(sed -n 's/.*go.opentelemetry.io\/collector\/otelcol v\([^ ]*\)$/\1/p' "$HERE/collector/go.mod")
readonly COLLECTOR
# shellcheck source=tests/debian.sh
source "$HERE/debian.sh"
# shellcheck source=tests/go.sh
source "$HERE/go.sh"

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

build_collector() { # KEY
  local folder="$WORK/$1" start=$SECONDS
  find_go
  say "building the OpenTelemetry Collector $COLLECTOR; the first time takes a minute or two"
  mkdir -p "$folder/bin"
  go_build collector . "$folder/bin/collector" "-X main.version=$COLLECTOR"
  [ "$("$folder/bin/collector" --version)" = "collector version $COLLECTOR" ] ||
    die "the collector that was built does not say that it is version $COLLECTOR"
  touch "$folder/DONE"
  rm -rf "${PROGRAMS:?}/$1"
  mv "$folder" "$PROGRAMS/$1"
  say "the OpenTelemetry Collector $COLLECTOR is ready ($((SECONDS - start)) s)"
}

collector() {
  local key
  key=$(key collector)
  [ -e "$PROGRAMS/$key/DONE" ] || build_collector "$key"
  touch "$PROGRAMS/$key"
  find "$PROGRAMS" -mindepth 1 -maxdepth 1 -type d -regextype posix-extended -regex '.*/[0-9a-f]{16}' -mtime +6 \
    -exec rm -rf {} +
  echo "$PROGRAMS/$key/bin"
}

mkdir -p "$PROGRAMS"
exec 9>"$PROGRAMS/lock"
flock 9
WORK=$(mktemp -d "$PROGRAMS/.fetch.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
case "${1:-prometheus}" in
  prometheus | promtool)
    fetch
    echo "$PROGRAMS"
    ;;
  collector) collector ;;
  *) die "nothing is called '$1'; there are: prometheus promtool collector" ;;
esac
