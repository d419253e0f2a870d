#!/usr/bin/env bash
# Installs what the build needs and this machine lacks: the headers of SQLite, zlib, snappy and zstd.
# Swift itself is not installed, only asked for: prepare.sh [SWIFT]
set -euo pipefail

swift=${1:-swift}
packages=()

say() { printf '%s\n' "$*" >&2; }

has_header() {
  local compiler
  for compiler in clang cc gcc; do
    if command -v "$compiler" >/dev/null; then
      printf '#include <%s>\n' "$1" | "$compiler" -E -x c - >/dev/null 2>&1 && return 0
      return 1
    fi
  done
  [ -e "/usr/include/$1" ]
}

if ! command -v "$swift" >/dev/null; then
  say "Swift is missing. Tocsin needs Swift 6.2 or later:"
  say "  1. curl -O https://download.swift.org/swiftly/linux/swiftly-\$(uname -m).tar.gz"
  say "  2. tar zxf swiftly-\$(uname -m).tar.gz && ./swiftly init"
  say "  3. open a new shell and run make again"
  say "Other ways: https://www.swift.org/install/linux/"
  exit 1
fi

has_header sqlite3.h || packages+=(libsqlite3-dev)
has_header zlib.h || packages+=(zlib1g-dev)
has_header snappy-c.h || packages+=(libsnappy-dev)
has_header zstd.h || packages+=(libzstd-dev)
[ ${#packages[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  as_root=(sudo)
  # Without a terminal sudo could ask for a password that nobody can type.
  [ -t 0 ] || as_root=(sudo -n)
fi

explain() {
  say "$1"
  say "Tocsin builds against SQLite, zlib, snappy and zstd; these headers are missing: ${packages[*]}."
  say "  Debian, Ubuntu:  apt-get install ${packages[*]}"
  say "  Fedora, RHEL:    dnf install sqlite-devel zlib-devel snappy-devel libzstd-devel"
  say "  Arch:            pacman -S sqlite zlib snappy zstd"
  say "  Alpine:          apk add sqlite-dev zlib-dev snappy-dev zstd-dev"
  say "Run one of these as root, then make again."
  exit 1
}

command -v apt-get >/dev/null || explain "There is no apt-get here."
if [ ${#as_root[@]} -gt 0 ] && ! command -v sudo >/dev/null; then
  explain "Installing needs root, and there is no sudo here."
fi

say "installing ${packages[*]}"
export DEBIAN_FRONTEND=noninteractive
install() { "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${packages[@]}" >&2; }
# A fresh machine has no package lists yet, an old one has lists of packages that are gone.
install || { "${as_root[@]}" apt-get update -qq >&2 && install; } ||
  explain "apt-get could not install them."
