# Builds programs out of Go modules, for scripts that keep them in the tests' cache. Not to be run: to be sourced, after
# debian.sh, by a script that sets CACHE, HERE (the folder of the tests) and WORK (a folder that is removed at the end), and has
# say and die.
#
# shellcheck shell=bash

# What Go has downloaded and compiled, and Go itself where the machine has none: one for all scripts.
readonly GO_FOLDER="$CACHE/cluster"

# What the go.mod of Kubernetes asks for.
readonly GO_MINOR=26
readonly GO_RECIPE="golang-1.$GO_MINOR-go,golang-1.$GO_MINOR-src@trixie-backports"

# Sets GO, the program; fetches it if the machine's is too old.
find_go() {
  local minor folder="$WORK/toolchain"
  minor=$( (GOTOOLCHAIN=local go version 2>/dev/null || true) | sed -n 's/^go version go1\.\([0-9]*\).*/\1/p')
  GO=go
  if [ -n "$minor" ] && [ "$minor" -ge "$GO_MINOR" ]; then
    return 0
  fi
  mkdir -p "$GO_FOLDER"
  exec 8>"$GO_FOLDER/toolchain.lock"
  flock 8
  if [ "$(cat "$GO_FOLDER/toolchain/RECIPE" 2>/dev/null)" != "$GO_RECIPE" ]; then
    say "fetching Go 1.$GO_MINOR"
    mkdir -p "$folder"
    fetch_debian "$GO_RECIPE" "$folder"
    rm -rf "$folder/deb"
    GOTOOLCHAIN=local "$folder/unpacked/usr/lib/go-1.$GO_MINOR/bin/go" version >&2 ||
      die "the Go of Debian's packages does not run on this machine: install Go 1.$GO_MINOR or newer and put it in PATH"
    echo "$GO_RECIPE" >"$folder/RECIPE"
    rm -rf "$GO_FOLDER/toolchain"
    mv "$folder" "$GO_FOLDER/toolchain"
  fi
  exec 8>&-
  export GOROOT="$GO_FOLDER/toolchain/unpacked/usr/lib/go-1.$GO_MINOR"
  GO="$GOROOT/bin/go"
}

# Runs Go in one of the modules beside this script: the settings of whoever runs it do not matter, but for where modules
# come from; the caches can be removed by hand.
go_in() { # MODULE ARGUMENTS...
  (
    cd "$HERE/$1"
    shift
    export GOMODCACHE="$GO_FOLDER/go/modules" GOCACHE="$GO_FOLDER/go/build" GOTOOLCHAIN=local GOWORK=off CGO_ENABLED=0
    export GOFLAGS="-mod=readonly -modcacherw -trimpath"
    "$GO" "$@"
  )
}

# Builds a package of a module, or of one that it needs.
go_build() { # MODULE PACKAGE PROGRAM LINKER-FLAGS
  go_in "$1" build -ldflags "-s -w $4" -o "$3" "$2" >&2 || die "Go could not build $2 of tests/$1"
}

# Prints a hash of the sources of a module.
key() { # MODULE
  (cd "$HERE/$1" && find . \( -name '*.go' -o -name go.mod -o -name go.sum \) -print | LC_ALL=C sort | xargs sha256sum) |
    sha256sum | cut -c 1-16
}
