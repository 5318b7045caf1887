#!/usr/bin/env bash
# Second phase: lets Event Grid call the app for every receipt. Run it after the first publishing; later ones need it no more.
# usage: subscribe-events.sh RESOURCE_GROUP
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source "$here/outputs.sh"
group=${1:?name the resource group}
app=$(output "$group" functionAppName)

# The key is there once the host has loaded the blob trigger, up to some minutes after publishing.
for attempt in {1..10}; do
  key=$(az functionapp keys list --resource-group "$group" --name "$app" --query 'systemKeys.blobs_extension' --output tsv)
  [[ -z $key ]] || break
  echo "waiting for the host to load the function convert ($attempt of 10)"
  sleep "${WAIT_SECONDS:-30}"
done
if [[ -z $key ]]; then
  echo "The host has made no key blobs_extension: is the code published, and does https://$(output "$group" hostName)/api/health answer?" >&2
  exit 1
fi

az deployment group create --resource-group "$group" --name archive-events --template-file "$here/../events.bicep" --output none \
  --parameters functionAppName="$app" systemTopicName="$(output "$group" systemTopicName)" \
  hostAccountName="$(output "$group" hostAccountName)"
echo "Event Grid calls $app for every receipt"
