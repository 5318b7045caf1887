#!/usr/bin/env bash
# Builds the package from this checkout and publishes it.
# With --open ADDRESS the deployment endpoint lets that one address in for as long as the publishing takes.
# usage: publish.sh RESOURCE_GROUP [--open ADDRESS]
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
source "$root/infra/scripts/outputs.sh"
group=${1:?name the resource group}
opened=''
[[ ${2:-} != --open ]] || opened=${3:?name the address to open for}

app=$(output "$group" functionAppName)
plan=$(output "$group" plan)
cd "$root"
npm run build

close() {
  az functionapp config access-restriction remove --resource-group "$group" --name "$app" --scm-site true --rule-name publish --output none
}
if [[ -n $opened ]]; then
  trap close EXIT # also when publishing fails: a rule that is forgotten stays
  az functionapp config access-restriction add --resource-group "$group" --name "$app" --scm-site true --rule-name publish \
    --action Allow --priority 150 --ip-address "$opened/32" --output none
fi

if [[ $plan == flexConsumption ]]; then
  func azure functionapp publish "$app" --no-build --javascript
else
  package=$(mktemp -d)/archiver.zip
  zip -q -X "$package" host.json package.json dist/main.cjs dist/main.cjs.LEGAL.txt
  az storage blob upload --auth-mode login --account-name "$(output "$group" hostAccountName)" --container-name app-package \
    --name archiver.zip --file "$package" --overwrite --output none
  az functionapp restart --resource-group "$group" --name "$app"
fi
