#!/usr/bin/env bash
# Writes Sources/Wire/Generated again from Sources/Wire/Protobuf; needs protoc (Debian: protobuf-compiler).
set -euo pipefail
cd "$(dirname "$0")/.."

command -v protoc >/dev/null || {
  printf 'protoc is missing: apt-get install protobuf-compiler\n' >&2
  exit 1
}
swift build --product protoc-gen-swift
protoc \
  --plugin="$(swift build --show-bin-path)/protoc-gen-swift" \
  --proto_path=Sources/Wire/Protobuf \
  --swift_out=Sources/Wire/Generated \
  Sources/Wire/Protobuf/*.proto
