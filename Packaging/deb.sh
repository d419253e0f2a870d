#!/usr/bin/env bash
# Makes a Debian package of a built program: deb.sh BINARY [OUTPUT_FOLDER]
set -euo pipefail

binary=$1
output=${2:-.}
cd "$(dirname "$0")/.."

version=$("$binary" --version | awk '{print $2}')
architecture=$(dpkg --print-architecture)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

Scripts/install.sh "$binary" "$root/usr"
install -D -m 644 Packaging/tocsin.service "$root/lib/systemd/system/tocsin.service"
install -D -m 640 Packaging/tocsin.yaml "$root/etc/tocsin/tocsin.yaml"
for pack in rules/*.yml; do
  install -D -m 644 "$pack" "$root/etc/tocsin/rules/$(basename "$pack")"
done
install -D -m 644 Documentation/tocsin.yaml "$root/usr/share/doc/tocsin/examples/tocsin.yaml"
install -D -m 644 LICENSE "$root/usr/share/doc/tocsin/copyright"

mkdir "$root/DEBIAN"
(cd "$root" && find etc -type f | sed 's|^|/|') >"$root/DEBIAN/conffiles"
size=$(du -sk --exclude DEBIAN "$root" | cut -f 1)
cat >"$root/DEBIAN/control" <<CONTROL
Package: tocsin
Version: $version
Architecture: $architecture
Maintainer: Tocsin contributors <tocsin@localhost>
Installed-Size: $size
Depends: adduser, libc6, libstdc++6, libsqlite3-0, zlib1g, libsnappy1v5, libzstd1
Section: net
Priority: optional
Description: incidents from a stream of metrics
 Takes Prometheus rule files as they are and metrics from pipes, files, scrapes and pushes, and turns
 what it hears into graded, verified incidents with timeline, probable cause and report.
CONTROL
# The service is there to be enabled, not started: its configuration comes first, and may hold secrets,
# so that it is for the service's user alone.
cat >"$root/DEBIAN/postinst" <<'POSTINST'
#!/bin/sh
set -e
if ! getent passwd tocsin >/dev/null; then
  adduser --system --group --quiet --no-create-home --home /var/lib/tocsin tocsin
fi
chgrp tocsin /etc/tocsin/tocsin.yaml
if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
POSTINST
chmod 755 "$root/DEBIAN/postinst"

package=$output/tocsin_${version}_$architecture.deb
dpkg-deb --root-owner-group --build "$root" "$package" >/dev/null
echo "$package"
