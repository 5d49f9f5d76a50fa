#!/usr/bin/env bash
# The keys of the environment as Postman's global variables, for `newman run … --globals <(./postman/keys.sh)`: in arguments they
# could be read by all on this machine.
set -euo pipefail

: "${AWS_ACCESS_KEY_ID:?and AWS_SECRET_ACCESS_KEY are the keys of the caller}"
: "${AWS_SECRET_ACCESS_KEY:?belongs to AWS_ACCESS_KEY_ID}"

printf '{"values":[{"key":"accessKey","value":"%s"},{"key":"secretKey","value":"%s"},{"key":"sessionToken","value":"%s"}]}' \
  "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" "${AWS_SESSION_TOKEN:-}"
