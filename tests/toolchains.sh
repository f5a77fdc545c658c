#!/usr/bin/env bash
# Fetches what compiles transforms to WebAssembly, into the tests' cache and nowhere else.
#
#   tests/toolchains.sh            all of them; prints the folder that they are in
#   tests/toolchains.sh zig        only the named ones; prints the folder of each
#
# The cache is ${REMOLD_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/remold-tests}; a toolchain is in toolchains/NAME:
#   bin/ with what is run: rustc, go, zig, componentize-py, componentize-qjs, asc,
#   VERSION with what that says of itself, and RECIPE, written last: without it the folder is fetched again.
# What the machine has already is not fetched: its Go from 1.24 on, and its Rust if that has the target
# wasm32-unknown-unknown; bin/ then has a script that calls it.
#
#   RUSTC=$(tests/toolchains.sh rust)/bin/rustc cargo build --target wasm32-unknown-unknown --release
#
# Wheels come through pip, node packages through npm by the lock files in toolchains/, Rust and Go from Debian's packages
# by apt (debian.sh). Needs python3 with pip, node with npm, and for Rust a C compiler; no root.
set -euo pipefail

readonly CACHE="${REMOLD_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/remold-tests}"
readonly TOOLCHAINS="$CACHE/toolchains"
readonly ALL=(rust go zig componentize-py componentize-qjs assemblyscript)
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly HERE

say() { printf 'toolchains: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# shellcheck disable=SC2034 # debian.sh reads it
readonly DEBIAN_SUITES="trixie"
# shellcheck source=tests/debian.sh
source "$HERE/debian.sh"

# name -> "how it is fetched, its source, the version that it must show (a pattern), its program"
recipe() {
  case "$1" in
    rust)
      if machine_has_rust; then
        echo "machine $(command -v rustc) 1.* rustc"
      else
        echo "rust rustc,libstd-rust-1.85,libstd-rust-dev,libstd-rust-dev-wasm32,lld-19,$RUST_LIBRARIES@trixie 1.85.1 rustc"
      fi
      ;;
    go)
      if machine_has_go; then
        echo "machine $(command -v go) 1.* go"
      else
        echo "go golang-1.24-go,golang-1.24-src@trixie 1.24.* go"
      fi
      ;;
    zig) echo "zig ziglang==0.17.1 0.17.1 zig" ;;
    componentize-py) echo "python componentize-py==0.25.1 0.25.1 componentize-py" ;;
    componentize-qjs) echo "node componentize-qjs 0.4.5 componentize-qjs" ;;
    assemblyscript) echo "node assemblyscript 0.28.20 asc" ;;
    *) die "no toolchain is called '$1'; there are: ${ALL[*]}" ;;
  esac
}

# Writes FOLDER/bin/PROGRAM, a script with these lines; in them $folder is the toolchain's folder, wherever it lies.
script() { # FOLDER PROGRAM LINE...
  mkdir -p "$1/bin"
  # shellcheck disable=SC2016 # the script is to expand it, not this one
  printf '%s\n' '#!/usr/bin/env bash' 'folder=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")' "${@:3}" >"$1/bin/$2"
  chmod 755 "$1/bin/$2"
}

# --- what the machine has ---------------------------------------------------------------------------------------

machine_has_rust() {
  local libraries
  libraries=$(rustc --print target-libdir --target wasm32-unknown-unknown 2>/dev/null) && [ -d "$libraries" ]
}

machine_has_go() {
  local minor
  minor=$(GOTOOLCHAIN=local go version 2>/dev/null | sed -n 's/^go version go1\.\([0-9]*\).*/\1/p')
  [ -n "$minor" ] && [ "$minor" -ge 24 ]
}

fetch_machine() { # PATH FOLDER
  # By its path: with bin/ in PATH its name would be that of the script itself.
  script "$2" "$(basename "$1")" "exec \"$1\" \"\$@\""
}

# --- Rust and Go ------------------------------------------------------------------------------------------------

# What rustc and the linker of Debian 13 load, so that they run on an older Debian.
readonly RUST_LIBRARIES=libc6,libgcc-s1,libstdc++6,libllvm19,libedit2,libbsd0,libmd0,libtinfo6,libffi8,libxml2,liblzma5,libzstd1,zlib1g

fetch_rust() { # PACKAGES@SUITE FOLDER
  command -v cc >/dev/null || die "a C compiler is needed for build scripts (Debian: apt-get install build-essential)"
  fetch_debian "$1" "$2"
  mkdir -p "$2/root" "$2/linker"
  cp -a "$2/unpacked/usr" "$2/root/usr"
  # rustc and lld run by Debian 13's own loader and libraries. rustc finds the linker for wasm by its name in PATH.
  local loader
  loader=$(cd "$2/root" && find usr -name 'ld-linux*.so.*' -print -quit)
  [ -n "$loader" ] || die "libc6 of Debian 13 has no loader"
  # shellcheck disable=SC2016
  script "$2" rustc \
    'PATH="$PATH:$folder/linker"' \
    "exec \"\$folder/root/$loader\" --library-path \"\$folder/root/$(dirname "$loader")\" \"\$folder/root/usr/bin/rustc\" --sysroot \"\$folder/root/usr\" \"\$@\""
  script "$2" rust-lld \
    "exec \"\$folder/root/$loader\" --library-path \"\$folder/root/$(dirname "$loader")\" \"\$folder/root/usr/lib/llvm-19/bin/lld\" \"\$@\""
  mv "$2/bin/rust-lld" "$2/linker/rust-lld"
}

fetch_go() { # PACKAGES@SUITE FOLDER
  fetch_debian "$1" "$2"
  mkdir -p "$2/root"
  cp -a "$2/unpacked/usr" "$2/root/usr"
  # shellcheck disable=SC2016
  script "$2" go \
    'export GOROOT="$folder/root/usr/lib/go-1.24" GOTOOLCHAIN=local' \
    'exec "$GOROOT/bin/go" "$@"'
}

# --- wheels -----------------------------------------------------------------------------------------------------

install_wheel() { # REQUIREMENT FOLDER
  python3 -m pip --version >/dev/null 2>&1 || die "python3 with pip is needed (Debian: apt-get install python3-pip)"
  python3 -m pip install --quiet --no-deps --only-binary=:all: --root-user-action=ignore --target "$2/python" "$1" || die "pip could not install $1"
}

fetch_zig() { # REQUIREMENT FOLDER
  install_wheel "$1" "$2"
  mkdir -p "$2/bin"
  ln -s ../python/ziglang/zig "$2/bin/zig"
}

fetch_python() { # REQUIREMENT FOLDER
  install_wheel "$1" "$2"
  # Not pip's own launcher, which names the folder that it was installed in.
  printf '%s\n' >"$2/python/launch.py" \
    'import sys' \
    'from componentize_py import script' \
    'sys.argv[0] = "componentize-py"' \
    'sys.exit(script())'
  # shellcheck disable=SC2016
  script "$2" componentize-py 'exec python3 "$folder/python/launch.py" "$@"'
}

# --- node packages ----------------------------------------------------------------------------------------------

fetch_node() { # PACKAGE FOLDER
  local program
  command -v npm >/dev/null || die "node with npm is needed, from version 20 on"
  cp "$HERE/toolchains/$1/package.json" "$HERE/toolchains/$1/package-lock.json" "$2"
  (cd "$2" && npm ci --ignore-scripts --no-fund --no-audit --loglevel=error >&2) || die "npm could not install $1"
  mkdir -p "$2/bin"
  for program in "$2"/node_modules/.bin/*; do
    ln -s "../node_modules/.bin/$(basename "$program")" "$2/bin/"
  done
}

# --- one toolchain ----------------------------------------------------------------------------------------------

fetch() { # NAME
  local name=$1 kind source version program folder text
  read -r kind source version program <<<"$(recipe "$name")"
  if [ "$(cat "$TOOLCHAINS/$name/RECIPE" 2>/dev/null)" = "$kind $source $version" ]; then
    return 0
  fi
  say "fetching $name ($source)"
  folder="$WORK/$name"
  mkdir -p "$folder"
  "fetch_$kind" "$source" "$folder"
  rm -rf "$folder/unpacked" "$folder/deb"
  case "$program" in
    go | zig) text=$("$folder/bin/$program" version) ;;
    # It does not know --version.
    componentize-qjs) text=$("$folder/bin/$program" --help >/dev/null && grep '"version"' "$folder/node_modules/$program/package.json") ;;
    *) text=$("$folder/bin/$program" --version) ;;
  esac || die "$name: $program does not run on this machine"
  text=$(grep -o '[0-9]\+\.[0-9]\+\.[0-9]\+' <<<"$text" | head -n 1)
  # shellcheck disable=SC2053
  [[ $text == $version ]] || die "$name: $program is version '$text', expected $version"
  echo "$text" >"$folder/VERSION"
  echo "$kind $source $version" >"$folder/RECIPE"
  rm -rf "${TOOLCHAINS:?}/$name"
  mv "$folder" "$TOOLCHAINS/$name"
  say "$name is ready: $text"
}

names=("$@")
[ ${#names[@]} -gt 0 ] || names=("${ALL[@]}")
for name in "${names[@]}"; do
  recipe "$name" >/dev/null
done
mkdir -p "$TOOLCHAINS"
exec 9>"$TOOLCHAINS/lock"
flock 9
WORK=$(mktemp -d "$TOOLCHAINS/.fetch.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
for name in "${names[@]}"; do
  fetch "$name"
done
if [ $# -eq 0 ]; then
  echo "$TOOLCHAINS"
else
  printf '%s\n' "${names[@]/#/$TOOLCHAINS/}"
fi
