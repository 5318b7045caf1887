#!/usr/bin/env bash
# Deploys the installation or brings it up to date, and makes the salt if there is none yet. Safe to run again.
# usage: deploy.sh RESOURCE_GROUP PARAMETERS.bicepparam [--what-if]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source "$here/outputs.sh"
group=${1:?name the resource group} parameters=${2:?name the parameters file} mode=${3:-}

if [[ $mode == --what-if ]]; then
  az deployment group what-if --resource-group "$group" --name archive --parameters "$parameters"
  exit
fi

# A provider that is not registered fails the deployment half-way, with its name deep in the message.
for provider in Microsoft.App Microsoft.Consumption Microsoft.EventGrid Microsoft.Insights Microsoft.KeyVault Microsoft.ManagedIdentity \
  Microsoft.Network Microsoft.OperationalInsights Microsoft.Storage Microsoft.Web; do
  state=$(az provider show --namespace "$provider" --query registrationState --output tsv)
  [[ $state == Registered ]] || az provider register --namespace "$provider" --wait --output none
done

# A locked policy can only be extended: to set it again would fail after half of the deployment.
deployed=$(az deployment group list --resource-group "$group" --query "[?name=='archive'] | length(@)" --output tsv)
if [[ $deployed == 1 ]] && ! grep -Eq '^param immutabilityLocked = true' "$parameters"; then
  account=$(output "$group" dataAccountName)
  state=$(az storage container immutability-policy show --resource-group "$group" --account-name "$account" --container-name raw \
    --query state --output tsv)
  if [[ $state == Locked ]]; then
    echo "The retention policies are locked: set immutabilityLocked = true in $parameters." >&2
    exit 1
  fi
fi

az deployment group create --resource-group "$group" --name archive --parameters "$parameters" --output none
"$here/make-salt.sh" "$group"

echo "Deployed: $(output "$group" functionAppName) at https://$(output "$group" hostName)"
