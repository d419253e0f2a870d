#!/usr/bin/env bash
# The tests under the sanitizers, each in a build of its own: sanitize.sh SWIFT
#   floors 0-5, single-threaded by design, under AddressSanitizer
#   Sources, which has threads, under ThreadSanitizer
set -euo pipefail
cd "$(dirname "$0")/.."

swift=${1:-swift}

TOCSIN_FLOOR=5 "$swift" test --sanitize address --scratch-path .build-asan
# Floor 6 alone: what the tests of Sources need is built with it.
TOCSIN_FLOOR=6 "$swift" test --sanitize thread --scratch-path .build-tsan --filter SourcesTests
