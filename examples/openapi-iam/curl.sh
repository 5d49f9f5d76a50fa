#!/usr/bin/env bash
# Calls the API with curl, which signs by itself: ./curl.sh [METHOD PATH], by default GET /path1. Prints what comes.
# API_URL, AWS_REGION and the keys come from the environment.
set -euo pipefail

: "${API_URL:?is the address of the stage, https://….execute-api.….amazonaws.com/PROD}"
: "${AWS_REGION:?is the region of the API}"
: "${AWS_ACCESS_KEY_ID:?and AWS_SECRET_ACCESS_KEY are the keys of the caller}"
: "${AWS_SECRET_ACCESS_KEY:?belongs to AWS_ACCESS_KEY_ID}"

method=${1:-GET}
path=${2:-/path1}

# Older versions of curl (7.88 is one) sign a query in the order it has; it comes percent-encoded.
case $path in
  *\?*) path="${path%%\?*}?$(tr '&' '\n' <<<"${path#*\?}" | LC_ALL=C sort -t= -k1,1 -k2 | paste -sd '&' -)" ;;
esac

# Keys in arguments could be read by all on this machine, so curl gets them on its standard input.
{
  printf 'user = "%s:%s"\n' "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY"
  if [[ -n ${AWS_SESSION_TOKEN:-} ]]; then printf 'header = "x-amz-security-token: %s"\n' "$AWS_SESSION_TOKEN"; fi
} | curl --config - --silent --show-error --request "$method" --write-out '\n%{http_code}\n' \
  --aws-sigv4 "aws:amz:$AWS_REGION:execute-api" "$API_URL$path"
