#!/usr/bin/env bash
# Makes the salt, once. People stand in logs as a hash with it: another salt would make strangers of them all.
# usage: make-salt.sh RESOURCE_GROUP
set -euo pipefail
source "$(cd "$(dirname "$0")" && pwd)/outputs.sh"
group=${1:?name the resource group}
vault=$(output "$group" vaultName)

# list and not show: show fails in the same way for a secret that is not there and for a right that is missing.
there=$(az keyvault secret list --vault-name "$vault" --query "[?name=='tenant-hash-salt'] | length(@)" --output tsv)
if [[ $there != 0 ]]; then
  echo "tenant-hash-salt: there already, left as it is"
  exit
fi

# Through a pipe: what stands among the arguments, every process on the machine can read.
openssl rand -base64 48 | tr -d '\n' | az keyvault secret set --vault-name "$vault" --name tenant-hash-salt \
  --file /dev/stdin --encoding utf-8 --output none
echo "tenant-hash-salt: made"
