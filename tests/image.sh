#!/usr/bin/env bash
# Builds the image of this checkout as the Dockerfile says, but for its first stage: the program is the one of the build that
# is there, linked once more as a static one. Nothing is pulled.
#
#   tests/image.sh debug      of the build for development; prints the path of the archive
#   tests/image.sh release
#
# Cargo takes what it has compiled for the workspace and does its last step again, in half a minute. The files are in the
# target folder, in PROFILE/image/:
#   image/          what the image consists of (deploy/image/contents)
#   image.tar       the image remold.test/remold:1, a docker archive
#
# buildah is Debian's, unpacked into the tests' cache, ${REMOLD_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/remold-tests}, folder
# image/. It needs root here: without a daemon, without containers, it is about owners of files only.
set -euo pipefail

readonly CACHE="${REMOLD_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/remold-tests}"
readonly TOOLS="$CACHE/image"
readonly IMAGE=remold.test/remold:1
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly HERE

say() { printf 'image: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# shellcheck disable=SC2034 # debian.sh reads it
readonly DEBIAN_SUITES=bookworm
# shellcheck source=tests/debian.sh
source "$HERE/debian.sh"

readonly PROFILE="${1:-debug}"
case "$PROFILE" in
  debug) OPTIONS=() ;;
  release) OPTIONS=(--release) ;;
  *) die "there is no profile '$PROFILE'; there are: debug release" ;;
esac
[ "$(id -u)" = 0 ] || die "an image is built by root: run the tests as root, or in a privileged container"
mkdir -p "$TOOLS"
exec 9>"$TOOLS/lock"
flock 9
WORK=$(mktemp -d "$TOOLS/.work.XXXXXX")
trap 'rm -rf "$WORK"' EXIT

# --- buildah ----------------------------------------------------------------------------------------------------

readonly RECIPE=buildah,libgpgme11,libassuan0,libdevmapper1.02.1@bookworm

fetch_buildah() {
  [ "$(cat "$TOOLS/buildah/RECIPE" 2>/dev/null)" != "$RECIPE" ] || return 0
  say "fetching buildah"
  mkdir -p "$WORK/buildah"
  fetch_debian "$RECIPE" "$WORK/buildah"
  rm -rf "$WORK/buildah/deb"
  echo "$RECIPE" >"$WORK/buildah/RECIPE"
  rm -rf "$TOOLS/buildah"
  mv "$WORK/buildah" "$TOOLS/buildah"
  buildah --version >&2 || die "Debian's buildah does not run on this machine"
}

# Nothing of the machine's own configuration or images is looked at.
buildah() {
  local libraries
  libraries=$(echo "$TOOLS"/buildah/unpacked/usr/lib/*-linux-gnu*)
  LD_LIBRARY_PATH="$libraries" HOME="$WORK" CONTAINERS_REGISTRIES_CONF="$WORK/registries.conf" \
    "$TOOLS/buildah/unpacked/usr/bin/buildah" --root "$WORK/storage" --runroot "$WORK/run" --storage-driver vfs "$@"
}

# --- the program ------------------------------------------------------------------------------------------------

# Sets TARGET, the Rust target, and FOLDER, where artefacts of the profile are.
find_target() {
  TARGET=$(rustc --version --verbose | sed -n 's/^host: //p')
  FOLDER=$(cd "$HERE/.." && cargo metadata --no-deps --offline --format-version 1 | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')/$PROFILE
}

build_program() {
  # The feature gives the static program a place of its own among the artefacts; the wrapper is not part of that place.
  (
    cd "$HERE/.."
    # What cargo tells a test that it runs would be taken for a change by build scripts that look at it.
    for variable in CARGO OUT_DIR LD_LIBRARY_PATH "${!CARGO_MANIFEST_@}" "${!CARGO_PKG_@}" "${!CARGO_BIN_@}" \
      "${!CARGO_CRATE_@}" "${!CARGO_PRIMARY_@}"; do
      unset "$variable"
    done
    # With an example the outside packages have the features that the tests need too: they are compiled already.
    words=(build --quiet --workspace --bin remold --example make_example_data "${OPTIONS[@]}")
    RUSTC_WRAPPER="$HERE/static-rustc.sh" cargo "${words[@]}" --features remold-cli/image
    cp "$FOLDER/remold" "$WORK/remold"
    # What the tests call in the folder is the other one.
    cargo "${words[@]}"
  ) >&2 || die "cargo could not build the static program"
}

# ----------------------------------------------------------------------------------------------------------------

# The last stage of the Dockerfile, with a folder in place of the first one.
build_image() {
  local last="$WORK/Dockerfile"
  sed -n '/^FROM scratch$/,$p' "$HERE/../Dockerfile" >"$last"
  echo '{"default": [{"type": "insecureAcceptAnything"}]}' >"$WORK/policy.json"
  : >"$WORK/registries.conf"
  buildah bud --quiet --signature-policy "$WORK/policy.json" --isolation chroot --format docker --timestamp 0 \
    --build-context "build=$WORK" --tag "$IMAGE" --file "$last" "$WORK/image" >&2
  rm -f "$WORK/image.tar"
  buildah push --quiet --signature-policy "$WORK/policy.json" "$IMAGE" "docker-archive:$WORK/image.tar:$IMAGE" >&2
}

fetch_buildah
find_target
build_program
mkdir -p "$FOLDER/image"
if ! cmp --silent "$WORK/remold" "$FOLDER/image/image/usr/bin/remold" || [ "$HERE/../Dockerfile" -nt "$FOLDER/image/image.tar" ]; then
  say "making the image"
  "$HERE/../deploy/image/contents" "$WORK/remold" "$TARGET" "$WORK/image"
  build_image
  rm -rf "$FOLDER/image"
  mkdir -p "$FOLDER/image"
  mv "$WORK/image" "$WORK/image.tar" "$FOLDER/image/"
fi
echo "$FOLDER/image/image.tar"
