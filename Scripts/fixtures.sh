#!/usr/bin/env bash
# Writes the recordings of fixtures/ from their seeds, or checks that the committed ones are those.
# What is compared is the text: compressed bytes differ between versions of gzip.
#   fixtures.sh write|check
set -euo pipefail
cd "$(dirname "$0")/.."

made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
swift build --product tocsin-fixtures >&2
"$(swift build --show-bin-path)/tocsin-fixtures" write "$made"

status=0
while IFS= read -r -d '' file; do
  target=fixtures/${file#"$made"/}
  # What a person can read at a glance stays plain.
  [ "$(wc -c <"$file")" -lt 16384 ] || target=$target.gz
  if [ "$1" = check ]; then
    cmp -s "$file" <(gzip -dcf "$target" 2>/dev/null) && continue
    printf '%s:1: error: differs from what its seed gives; run make fixtures\n' "$target"
    status=1
  elif [ "$target" = "${target%.gz}" ]; then
    cp "$file" "$target"
  else
    gzip -9n <"$file" >"$target"
  fi
done < <(find "$made" -type f -print0 | sort -z)
exit $status
