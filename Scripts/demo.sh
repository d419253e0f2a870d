#!/usr/bin/env bash
# Replays the recorded outage of fixtures/black-friday: demo.sh TOCSIN
set -euo pipefail
cd "$(dirname "$0")/.."

tocsin=$1
recording=fixtures/black-friday
rm -rf demo
mkdir demo

command=(
  "$tocsin" replay "$recording/metrics.prom.gz" "$recording/changes.jsonl"
  --rules rules --rules "$recording/rules"
  --store demo/tocsin.sqlite --report demo/report.md --report demo/report.html
)
printf '\n$ tocsin'
printf ' %s' "${command[@]:1}"
printf '\n\n'
"${command[@]}"

cat <<EOF

Where to look next
  demo/report.html                       the report with its charts; one file, open it in a browser
  demo/report.md                         the same as Markdown
  $tocsin incident list --store demo/tocsin.sqlite
  rules/, $recording/rules   the rules and the service catalogue that found it
  $recording/README.md        what happened, minute by minute
EOF
