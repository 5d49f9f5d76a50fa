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

. "$(dirname "$0")/apt.sh"
install_missing
