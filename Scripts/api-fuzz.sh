#!/usr/bin/env bash
# api-fuzz.sh TOCSIN [EXAMPLES]: schemathesis (from PyPI) asks a running server whatever its own OpenAPI
# document allows, and what it does not allow; an answer of 500 or above fails.
#
# So many examples are tried for each operation (50).
set -euo pipefail
cd "$(dirname "$0")/.."

tocsin=$(realpath "${1:?usage: api-fuzz.sh TOCSIN [EXAMPLES]}")
examples=${2:-50}
venv=${TOCSIN_FUZZ_VENV:-.build/schemathesis}
[ -x "$venv/bin/schemathesis" ] || { python3 -m venv "$venv" && "$venv/bin/pip" install --quiet schemathesis; }
schemathesis=$(realpath "$venv/bin")/schemathesis

folder=$(mktemp -d)
server=
# Until it has ended, the server still writes into its folder.
stop() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" || true
  fi
  rm -rf "$folder"
}
trap stop EXIT
cat >"$folder/rules.yml" <<'RULES'
groups:
  - name: fuzz
    interval: 1s
    rules:
      - {record: 'job:heat:max', expr: 'max by (job) (heat)'}
      - {alert: Hot, expr: 'heat > 10', labels: {severity: critical, service: oven}}
RULES
(cd "$folder" && exec "$tocsin" run --listen 127.0.0.1:0 --rules rules.yml --output json >events 2>errors) &
server=$!
for _ in $(seq 600); do
  port=$(sed -n 's/.* port=\([0-9]*\) .*/\1/p' "$folder/errors" | head -1)
  [ -z "$port" ] || break
  sleep 0.1
done
[ -n "$port" ] || { cat "$folder/errors"; exit 1; }
url=http://127.0.0.1:$port

# Something to find: series, an alert, an incident.
curl -sSf "$url/api/v1/ingest" --data-binary $'heat{job="a"} 11\nheat{job="b"} 1\n'
for _ in $(seq 100); do
  id=$(curl -sS "$url/api/v1/incidents" | sed -n 's/.*"incident":"\([0-9a-f]*\)".*/\1/p' | head -1)
  [ -z "$id" ] || break
  sleep 0.1
done

status=0
export TOCSIN_INCIDENT=$id SCHEMATHESIS_HOOKS=api_fuzz_hooks PYTHONPATH=$folder
cp Scripts/api-fuzz-hooks.py "$folder/api_fuzz_hooks.py"
# Streams of events never end, so they are left out.
"$schemathesis" run "$url/api/v1/openapi.json" --checks not_a_server_error --max-examples "$examples" \
  --exclude-path /api/v1/events --phases examples,coverage,fuzzing \
  --request-timeout 20 --seed 1 --no-color || status=$?
echo "--- errors that the server logged:"
grep -c "request failed" "$folder/errors" || true
grep "request failed" "$folder/errors" | head -5 || true
kill -0 "$server" || { echo "the server is gone"; tail -5 "$folder/errors"; exit 1; }
curl -sSf "$url/-/healthy" >/dev/null
exit "$status"
