#!/usr/bin/env bash
# Asks from outside what an outsider may and may not, then lets the app speak for itself. Fails at the first wrong answer.
# usage: smoke-test.sh RESOURCE_GROUP
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
source "$root/infra/scripts/outputs.sh"
group=${1:?name the resource group}
host=$(output "$group" hostName)

answer() { curl --silent --show-error --output /dev/null --write-out '%{http_code}' --max-time 60 "$@"; }
expect() { # WHAT GOT WANTED…
  local what=$1 got=$2 wanted
  shift 2
  for wanted; do
    [[ $got != "$wanted" ]] || { echo "ok: $what ($got)" && return; }
  done
  echo "wrong: $what: $got, not $*" >&2
  exit 1
}

expect 'health answers without a sign-in' "$(answer "https://$host/api/health")" 200
expect 'operator routes refuse a stranger' "$(answer "https://$host/api/operations")" 401 302
expect 'the host refuses a blob event without its key' \
  "$(answer --request POST --data '[]' "https://$host/runtime/webhooks/blobs?functionName=Host.Functions.convert")" 401 403
expect 'plain http is turned away' "$(answer "http://$host/api/health")" 301 302 307 308

state=$(az eventgrid system-topic event-subscription show --resource-group "$group" --name receipts \
  --system-topic-name "$(output "$group" systemTopicName)" --query provisioningState --output tsv)
expect 'Event Grid calls the app' "$state" Succeeded

cd "$root"
npm run --silent archiver -- doctor --url "https://$host"
