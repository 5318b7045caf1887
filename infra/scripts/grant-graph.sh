#!/usr/bin/env bash
# Lets the app's identity look people up in the directory: User.Read.All in Microsoft Graph. Mailboxes are granted by
# grant-mailboxes.ps1, in Exchange. Needs the Entra role Privileged Role Administrator.
# usage: grant-graph.sh RESOURCE_GROUP
set -euo pipefail
source "$(cd "$(dirname "$0")" && pwd)/outputs.sh"
group=${1:?name the resource group}
user_read_all=df021288-bdef-4463-88db-98f22de89214
mail_read_write=e2a3a72e-5f79-4c64-b1b1-878b674786c9

graph=$(az cloud show --query endpoints.microsoftGraphResourceId --output tsv)
graph=${graph%/}
principal=$(output "$group" identityPrincipalId)
given=$(az rest --method get --url "$graph/v1.0/servicePrincipals/$principal/appRoleAssignments" --query 'value[].appRoleId' --output tsv)

# What Entra ID grants and what Exchange grants add up: with this consent the group in Exchange limits nothing.
if [[ $given == *"$mail_read_write"* ]]; then
  echo "Mail.ReadWrite is granted for the whole tenant: remove that consent, grant-mailboxes.ps1 gives it for one group." >&2
  exit 1
fi
if [[ $given == *"$user_read_all"* ]]; then
  echo "User.Read.All: granted already"
  exit
fi

resource=$(az rest --method get --url "$graph/v1.0/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')" --query id --output tsv)
az rest --method post --url "$graph/v1.0/servicePrincipals/$principal/appRoleAssignments" --output none \
  --body "{\"principalId\":\"$principal\",\"resourceId\":\"$resource\",\"appRoleId\":\"$user_read_all\"}"
echo "User.Read.All: granted"
