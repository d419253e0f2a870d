#!/usr/bin/env bash
# Proves `tocsin compare` on the real thing: two runs of Locust against a small server on loopback,
# which answers one page far more slowly in the second run. A third run is held against the first, too,
# which must not be found worse.
#   locust-check.sh TOCSIN [SECONDS]
# Locust comes from PyPI into an environment of its own, LOCUST_VENV, or else one that goes away.
set -euo pipefail
tocsin=$(realpath "$1")
seconds=${2:-40}
here=$(cd "$(dirname "$0")" && pwd)/locust-check
made=$(mktemp -d)
server=
finish() {
  if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; fi
  rm -rf "$made"
}
trap finish EXIT

venv=${LOCUST_VENV:-$made/venv}
[ -x "$venv/bin/locust" ] || {
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check locust
}

# run NAME [--slow PATH=FACTOR]: one run into $made/NAME
run() {
  local name=$1
  shift
  mkdir "$made/$name"
  mkfifo "$made/$name.stdin"
  "$venv/bin/python" "$here/server.py" "$@" <"$made/$name.stdin" >"$made/$name.port" &
  server=$!
  exec 7>"$made/$name.stdin"
  until [ -s "$made/$name.port" ]; do kill -0 "$server" && sleep 0.1; done
  "$venv/bin/locust" --headless --only-summary --loglevel ERROR -f "$here/locustfile.py" \
    --host "http://127.0.0.1:$(cat "$made/$name.port")" --users 8 --spawn-rate 8 \
    --run-time "${seconds}s" --csv "$made/$name/run" --csv-full-history >/dev/null 2>"$made/$name.log" || {
    cat "$made/$name.log" >&2
    exit 1
  }
  exec 7>&-
  wait "$server" || true
  server=
}

run base
run slower --slow /basket=2.5
run again

status=0
"$tocsin" compare "$made/base" "$made/slower" --report "$made/compare.html" | tee "$made/found" || status=$?
[ "$status" = 2 ] || { echo "error: the slower run was not found worse" >&2; exit 1; }
head -n 1 "$made/found" | grep -q '^WORSE .*GET /basket' || {
  echo "error: the first line does not name GET /basket as worse" >&2
  exit 1
}
[ "$(grep -c '^WORSE  *GET' "$made/found")" = 1 ] || {
  echo "error: a page that was not slowed was found worse" >&2
  exit 1
}
echo "--- the same server again"
"$tocsin" compare "$made/base" "$made/again" || {
  echo "error: an equal run was found worse" >&2
  exit 1
}
echo "the slowed page was found, an equal run was not"
