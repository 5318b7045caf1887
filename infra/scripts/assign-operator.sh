#!/usr/bin/env bash
# Gives a person or a group one of the four roles of the operators' app.
# usage: assign-operator.sh NAME Archive.Reader|Archive.Auditor|Archive.Operator|Archive.Administrator OBJECT_ID
set -euo pipefail
name=${1:?name the registration} role=${2:?name the role} object=${3:?give the object id of the person or group}
graph=$(az cloud show --query endpoints.microsoftGraphResourceId --output tsv)
principals=${graph%/}/v1.0/servicePrincipals

found=$(az rest --method get --url "$principals?\$filter=displayName eq '$name'" --query "value[0].[id, appRoles[?value=='$role'].id | [0]]" --output tsv)
{ read -r principal && read -r role_id; } <<<"$found" || true
if [[ -z ${principal:-} || -z ${role_id:-} || $role_id == None ]]; then
  echo "There is no registration $name with a role $role: run register-operators-app.sh." >&2
  exit 1
fi
az rest --method post --url "$principals/$principal/appRoleAssignedTo" --output none \
  --body "{\"principalId\":\"$object\",\"resourceId\":\"$principal\",\"appRoleId\":\"$role_id\"}"
echo "$object: $role"
