#!/usr/bin/env bash
# All tests under AddressSanitizer, then under ThreadSanitizer, each in a build of its own: sanitize.sh SWIFT
# The program that the end-to-end tests run is built with the same sanitizer. Half an hour each on two cores.
set -euo pipefail
cd "$(dirname "$0")/.."

swift=${1:-swift}
export TOCSIN_SANITIZED=1
# Leaks are not asked for: Swift keeps bits of its own in references, so what a constant holds, and what
# the test library itself holds, is taken for lost.
export ASAN_OPTIONS=detect_leaks=0
# For the program, too, which the end-to-end tests start: a report is exit status 66 there.
export TSAN_OPTIONS="suppressions=$PWD/Scripts/thread-suppressions.txt"

"$swift" test --sanitize address --scratch-path .build-asan
"$swift" test --sanitize thread --scratch-path .build-tsan
