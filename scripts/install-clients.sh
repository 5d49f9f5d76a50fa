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

. "$(dirname "$0")/apt.sh"
install_missing
