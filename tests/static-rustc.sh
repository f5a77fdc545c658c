#!/usr/bin/env bash
# rustc as cargo calls it, which links the program for an image with everything in it: tests/image.sh sets it as RUSTC_WRAPPER.
# The flag is for the last crate alone, so that all that was compiled before can be used as it is.
set -euo pipefail
case " $* " in
  *' --crate-name remold '*' --crate-type bin '*'feature="image"'*) exec "$@" -C target-feature=+crt-static -C strip=debuginfo ;;
  *) exec "$@" ;;
esac
