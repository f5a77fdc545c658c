#!/usr/bin/env bash
# Tells one of the stories beside this file on its own data, without a server: builds Remold, runs the story's cases, tries
# the migration, runs it, verifies the result and rolls it back. Needs Rust and a C compiler.
#
#   ./examples/try.sh                       the first story
#   ./examples/try.sh 04-rekey [FOLDER]     another one; FOLDER takes what is written, a new temporary one by default
set -euo pipefail
cd "$(dirname "$0")/.."

story=examples/${1:-01-split-name}
out=${2:-$(mktemp -d "${TMPDIR:-/tmp}/remold.XXXXXX")}
[ -f "$story/migration.yaml" ] || { printf 'there is no story %s\n' "$story" >&2; exit 2; }
mkdir -p "$out"
export REMOLD_JOURNAL=$out/journal

cargo build --quiet
target=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')

remold() {
  local code=0
  printf '\n$ remold %s\n' "$*"
  "$target/debug/remold" "$@" || code=$?
  # 3: done, and some keys were rejected, no more than the manifest allows.
  [ "$code" = 0 ] || [ "$code" = 3 ] || exit "$code"
}

remold test "$story"
remold dry-run "$story" --target "$story/data.rdb" --limit-diffs 5
remold run "$story" --target "$story/data.rdb" --to "$out/result.rdb" --yes
run=$(ls -t "$out/journal" | grep -v ^rollback- | head -n 1)
remold verify "$run" --target "$out/result.rdb"
remold rollback "$run" --target "$out/result.rdb" --to "$out/restored.rdb" --yes
printf '\nin %s: result.rdb, what the migration made; restored.rdb, what the rollback made of that\n' "$out"
