#!/usr/bin/env bash
# Puts a connector's password or private key into the vault, with an expiry date that an alert watches, and makes the app read it.
# usage: put-secret.sh RESOURCE_GROUP SECRET [--from FILE] [--days 365]
set -euo pipefail
source "$(cd "$(dirname "$0")" && pwd)/outputs.sh"
group=${1:?name the resource group} secret=${2:?name the secret}
shift 2
from='' days=365
while (($#)); do
  case $1 in
    --from) from=${2:?name the file} ;;
    --days) days=${2:?say how many days} ;;
    *) echo "unknown: $1" >&2 && exit 2 ;;
  esac
  shift 2
done
if [[ $secret == tenant-hash-salt ]]; then
  echo "The salt is made once, by make-salt.sh, and never changed." >&2
  exit 1
fi

vault=$(output "$group" vaultName)
app=$(output "$group" functionAppName)
expires=$(date -u -d "+$days days" +%Y-%m-%dT%H:%M:%SZ 2>/dev/null || date -u -v "+${days}d" +%Y-%m-%dT%H:%M:%SZ) # GNU, else BSD

# Through a pipe: what stands among the arguments, every process on the machine can read.
if [[ -n $from ]]; then
  value=$(<"$from")
else
  read -rsp "Value of $secret: " value || [[ -n $value ]]
  echo
fi
[[ -n $value ]] || { echo "An empty value: nothing is stored." >&2 && exit 1; }
printf '%s' "$value" | az keyvault secret set --vault-name "$vault" --name "$secret" --file /dev/stdin --encoding utf-8 \
  --expires "$expires" --output none

# Else the app would read it within a day, when the platform next looks.
site=$(az functionapp show --resource-group "$group" --name "$app" --query id --output tsv)
az rest --method post --url "$site/config/configreferences/appsettings/refresh?api-version=2022-03-01" --output none
echo "$secret: stored until $expires, and read by $app"
