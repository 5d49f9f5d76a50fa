#!/usr/bin/env bash
# Installs the signers that nobody here wrote, which the tests let call the gate, where apt and root are at hand; elsewhere
# says what is missing.
set -euo pipefail

packages=(curl python3-botocore python3-boto3 python3-aws-requests-auth)

# The system's own Python: these packages are installed for no other.
missing() {
  command -v curl >/dev/null || echo curl
  /usr/bin/python3 -c 'import botocore, boto3, requests, aws_requests_auth' 2>/dev/null || echo 'boto3 and aws_requests_auth for /usr/bin/python3'
}

if [ -z "$(missing)" ]; then exit 0; fi

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "Missing: $(missing | paste -sd ',' | sed 's/,/, /g'). As root: apt-get install --no-install-recommends ${packages[*]}" >&2
  exit 1
fi

export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# Bounded, so that a mirror that hangs does not hang the caller.
if ! { timeout 120 apt-get update -qq && timeout 300 apt-get install -y -qq --no-install-recommends "${packages[@]}"; } >"$log" 2>&1; then
  tail -n 5 "$log" >&2
  echo "Could not install ${packages[*]}." >&2
  exit 1
fi
if [ -n "$(missing)" ]; then
  echo "Installed ${packages[*]}, and still missing: $(missing | paste -sd ' ')." >&2
  exit 1
fi
