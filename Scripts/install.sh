#!/usr/bin/env bash
# Puts the binary, its man page and its shell completions in place: install.sh TOCSIN PREFIX
set -euo pipefail
cd "$(dirname "$0")/.."

tocsin=$1
prefix=$2
completions=$(mktemp -d)
trap 'rm -rf "$completions"' EXIT
for shell in bash zsh fish; do
  "$tocsin" --generate-completion-script "$shell" >"$completions/$shell"
done

install -D -m 755 "$tocsin" "$prefix/bin/tocsin"
# Symbols are for debuggers, and a third of the file.
if command -v strip >/dev/null; then strip "$prefix/bin/tocsin"; fi
install -D -m 644 Documentation/tocsin.1 "$prefix/share/man/man1/tocsin.1"
install -D -m 644 "$completions/bash" "$prefix/share/bash-completion/completions/tocsin"
install -D -m 644 "$completions/zsh" "$prefix/share/zsh/site-functions/_tocsin"
install -D -m 644 "$completions/fish" "$prefix/share/fish/vendor_completions.d/tocsin.fish"
mkdir -p "$prefix/share/tocsin"
cp -R rules "$prefix/share/tocsin/"
printf 'installed %s\n' "$prefix/bin/tocsin"
