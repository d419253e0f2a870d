#!/usr/bin/env bash
# CPU time of parsing and storing the fleet recording: ingest.sh [HOSTS] [STEPS]
set -euo pipefail
cd "$(dirname "$0")/.."

hosts=${1:-1000}
steps=${2:-360}
recording=$(mktemp --suffix .prom)
trap 'rm -f "$recording"' EXIT

tocsin=$(make -s released)
fixtures=$(make -s released PRODUCT=tocsin-fixtures)
"$fixtures" fleet --hosts "$hosts" --steps "$steps" >"$recording"
samples=$((hosts * steps * 10))
printf '%s samples, %s bytes\n' "$samples" "$(wc -c <"$recording")"

cat "$recording" >/dev/null  # Warm the page cache: the disk is not what is measured.
TIMEFORMAT='%U %S %R'
exec 3>&2
for run in 1 2 3; do
  for rules in parsed stored; do
    times=$({ time "$tocsin" replay "$recording" --rules "Benchmarks/$rules.yml" --stats \
      >&3 2>&3; } 2>&1)
    awk -v n="$samples" -v run="$run" -v rules="$rules" '{
      printf "run %d, %s: %.2f CPU-seconds, %.2f million samples/CPU-second, %.2f s wall\n",
        run, rules, $1 + $2, n / ($1 + $2) / 1e6, $3}' <<<"$times"
  done
done
