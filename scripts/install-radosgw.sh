#!/usr/bin/env bash
# Installs what scripts/radosgw.mjs starts, about 320 MB, where apt and root are at hand; elsewhere says what is missing.
set -euo pipefail

packages=(radosgw ceph-mon ceph-osd ceph-common)
programs=(radosgw radosgw-admin ceph ceph-mon ceph-osd monmaptool)

missing() {
  for program in "${programs[@]}"; do
    command -v "$program" >/dev/null || echo "$program"
  done
}

if [ -z "$(missing)" ]; then exit 0; fi

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "Missing: $(missing | paste -sd ' '). As root: apt-get install --no-install-recommends ${packages[*]}" >&2
  exit 1
fi

export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# Bounded, so that a mirror that hangs does not hang the caller.
if ! { timeout 120 apt-get update -qq && timeout 600 apt-get install -y -qq --no-install-recommends "${packages[@]}"; } >"$log" 2>&1; then
  tail -n 5 "$log" >&2
  echo "Could not install ${packages[*]}." >&2
  exit 1
fi
if [ -n "$(missing)" ]; then
  echo "Installed ${packages[*]}, and still missing: $(missing | paste -sd ' ')." >&2
  exit 1
fi
