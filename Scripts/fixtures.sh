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

failed=0
while IFS= read -r -d '' file; do
  path=${file#"$made"/}
  case $path in
    *.prom | *.influx | *.csv | *.jtl | *.om) target=fixtures/$path.gz ;;
    *) target=fixtures/$path ;;
  esac
  if [ "$1" = write ]; then
    mkdir -p "$(dirname "$target")"
    if [ "$target" != "fixtures/$path" ]; then gzip -9n <"$file" >"$target"; else cp "$file" "$target"; fi
  elif ! cmp -s "$file" <(gzip -dcf "$target" 2>/dev/null); then
    printf '%s: error: differs from what its seed gives; run make fixtures\n' "$target"
    failed=1
  fi
done < <(find "$made" -type f -print0 | sort -z)
exit $failed
