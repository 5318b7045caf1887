#!/usr/bin/env bash
# Removes the app and keeps the archive. Without --yes it only tells what it would do.
# Kept: the data account with raw, receipts, custody and the ledger; the vault, whose salt explains the hashes; the logs; the network,
# through which a closed account is read; the SFTP account, in which deliveries may lie that nobody has collected yet.
# usage: remove.sh RESOURCE_GROUP [--yes]
set -euo pipefail
source "$(cd "$(dirname "$0")" && pwd)/outputs.sh"
group=${1:?name the resource group} mode=${2:-}
name=$(output "$group" appName)
host=$(output "$group" hostAccountName)

doomed=()
# In this order: nothing is left that calls an app which is gone.
for type in Microsoft.Insights/scheduledQueryRules Microsoft.Insights/metricAlerts Microsoft.EventGrid/systemTopics Microsoft.Web/sites \
  Microsoft.Web/serverfarms Microsoft.ManagedIdentity/userAssignedIdentities Microsoft.Insights/actionGroups; do
  while read -r id; do
    [[ -z $id ]] || doomed+=("$id")
  done < <(az resource list --resource-group "$group" --resource-type "$type" --query "[?contains(name, '$name')].id" --output tsv)
done
doomed+=("$(az storage account show --resource-group "$group" --name "$host" --query id --output tsv)")

for id in "${doomed[@]}"; do
  if [[ $mode == --yes ]]; then
    az resource delete --ids "$id" --output none
    echo "removed: $id"
  else
    echo "would remove: $id"
  fi
done
[[ $mode == --yes ]] || echo "Nothing was removed. Repeat with --yes."
