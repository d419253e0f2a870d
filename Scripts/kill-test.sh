#!/usr/bin/env bash
# kill-test.sh [KILLS [SEED]]: kills a live run at so many seeded random moments (200) and checks that
# nothing is lost, nothing told twice and the store ends as that of an undisturbed run.
set -euo pipefail
cd "$(dirname "$0")/.."
TOCSIN_KILLS=${1:-200} TOCSIN_SEED=${2:-1} swift test --filter 'RestartTests.*killed'
