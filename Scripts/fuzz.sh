#!/usr/bin/env bash
# Runs the readers of foreign bytes under libFuzzer and AddressSanitizer: fuzz.sh SWIFT [TARGET] [SECONDS]
# Without a target all of them in turn, SECONDS each. New inputs stay in .build-fuzz/corpus; what breaks
# is written to .build-fuzz/findings, and belongs into fixtures/fuzz once it is mended.
set -euo pipefail
cd "$(dirname "$0")/.."

swift=${1:-swift}
wanted=${2:-}
seconds=${3:-120}
scratch=$PWD/.build-fuzz

# Optimised, but with the checks of a debug build. Both sanitizers stand in one option, for of two the
# last one wins; without the fuzzer's the code tells libFuzzer nothing of the ways that it takes.
flags=(-c release --package-path Fuzz --scratch-path "$scratch" --product tocsin-fuzz
  -Xswiftc -sanitize=fuzzer,address -Xswiftc -assert-config -Xswiftc Debug
  -Xcc -fsanitize=address,fuzzer-no-link)
export TOCSIN_FLOOR=5
"$swift" build "${flags[@]}"
program=$("$swift" build "${flags[@]}" --show-bin-path)/tocsin-fuzz

targets=$wanted
[ -n "$targets" ] || targets=$("$program")
status=0
for target in $targets; do
  corpus=$scratch/corpus/$target
  findings=$scratch/findings/$target
  mkdir -p "$corpus" "$findings"
  printf '== %s\n' "$target"
  # Reports end in the log; the last lines say how much was run and, if so, what broke.
  if "$program" "$target" -max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=2048 \
    -artifact_prefix="$findings/" -print_final_stats=1 "$corpus" "fixtures/fuzz/$target" \
    >"$scratch/$target.log" 2>&1; then
    grep -E 'stat::(number_of_executed_units|average_exec_per_sec|peak_rss_mb)' "$scratch/$target.log"
  else
    status=1
    tail -n 40 "$scratch/$target.log"
  fi
done
exit "$status"
