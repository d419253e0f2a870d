#!/usr/bin/env bash
# Unpacks the programs that the tests talk to, from Debian's packages: peers.sh FOLDER
#
# Nothing is installed and no service started: the packages are fetched with apt-get and unpacked into
# FOLDER, which then has prometheus, promtool, prometheus-node-exporter, prometheus-alertmanager, amtool
# and vmagent. Exit status 3: there is no apt-get here.
set -euo pipefail

folder=${1:?usage: peers.sh FOLDER}
packages=(prometheus prometheus-node-exporter prometheus-alertmanager victoria-metrics)
[ -e "$folder/complete" ] && exit 0
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || exit 3

mkdir -p "$folder"
# Two test runs at once unpack one after the other.
exec 9>"$folder/lock"
flock 9
[ -e "$folder/complete" ] && exit 0

debs=$(mktemp -d)
trap 'rm -rf "$debs"' EXIT
cd "$debs"
download() { apt-get download -qq "${packages[@]}" >&2; }
# A fresh machine has no package lists yet.
download || { apt-get update -qq >&2 && download; }
cd - >/dev/null
for deb in "$debs"/*.deb; do dpkg-deb -x "$deb" "$debs/root"; done
mv "$debs"/root/usr/bin/* "$folder"
touch "$folder/complete"
