#!/usr/bin/env bash
# Fetches an object store that speaks S3, moto's server, into the tests' cache and nowhere else.
#
#   tests/objects.sh moto          prints the folder that it is in
#
# The cache is ${REMOLD_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/remold-tests}; it is in objects/moto, an environment of
# Python's own: bin/moto_server, and RECIPE, written last: without it the folder is fetched again.
#
# Wheels come through pip. Needs python3 with venv; no root.
set -euo pipefail

readonly CACHE="${REMOLD_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/remold-tests}"
readonly OBJECTS="$CACHE/objects"
readonly RECIPE="moto[s3,server]==5.2.5"

say() { printf 'objects: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

[ "${1:-moto}" = moto ] || die "nothing is called '$1'; there is: moto"
mkdir -p "$OBJECTS"
exec 9>"$OBJECTS/lock"
flock 9
if [ "$(cat "$OBJECTS/moto/RECIPE" 2>/dev/null)" != "$RECIPE" ]; then
  say "fetching $RECIPE"
  rm -rf "${OBJECTS:?}/moto"
  python3 -m venv "$OBJECTS/moto" || die "python3 has no venv"
  "$OBJECTS/moto/bin/pip" install --quiet --only-binary=:all: --disable-pip-version-check "$RECIPE"
  "$OBJECTS/moto/bin/moto_server" --help >/dev/null || die "moto does not run on this machine"
  echo "$RECIPE" >"$OBJECTS/moto/RECIPE"
  say "moto is ready"
fi
echo "$OBJECTS/moto"
