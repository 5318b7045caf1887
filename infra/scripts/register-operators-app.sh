#!/usr/bin/env bash
# Registers the app that operators sign in to, with its four roles (operators-app.json) and no client secret. First without a resource
# group: it prints the client id for the parameters file. After the deployment again with it: the registration then learns the app's
# address, and that the app's identity may prove itself as the registration (federated credential). Safe to run again.
# Needs the Entra role Application Administrator.
# usage: register-operators-app.sh NAME [RESOURCE_GROUP]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source "$here/outputs.sh"
name=${1:?name the registration, such as archive-operators} group=${2:-}
azure_cli=04b07795-8ddb-461a-bbee-02f9e1bf7b46
scope=7d4ff6f0-5a4c-4a0c-9a4e-1f0b8a8d2c10

graph=$(az cloud show --query endpoints.microsoftGraphResourceId --output tsv)
applications=${graph%/}/v1.0/applications

id=$(az ad app list --filter "displayName eq '$name'" --query '[0].id' --output tsv)
if [[ -z $id ]]; then
  id=$(az rest --method post --url "$applications" --body "{\"displayName\":\"$name\"}" --query id --output tsv)
fi
az rest --method patch --url "$applications/$id" --body "@$here/operators-app.json" --output none
client=$(az rest --method get --url "$applications/$id" --query appId --output tsv)

# The command line takes its token from the Azure CLI. Pre-authorised, so that nobody is asked for consent; after the first patch,
# because the scope must be there already.
az rest --method patch --url "$applications/$id" --output none --body "{\"identifierUris\":[\"api://$client\"],
  \"api\":{\"preAuthorizedApplications\":[{\"appId\":\"$azure_cli\",\"delegatedPermissionIds\":[\"$scope\"]}]}}"

# Without required assignment everyone in the tenant could sign in, to be told by the app that they have no role.
principals=${graph%/}/v1.0/servicePrincipals
there=$(az rest --method get --url "$principals?\$filter=appId eq '$client'" --query 'length(value)' --output tsv)
if [[ $there == 0 ]]; then
  az rest --method post --url "$principals" --body "{\"appId\":\"$client\",\"appRoleAssignmentRequired\":true}" --output none
fi
echo "operatorsAppClientId = '$client'"
[[ -n $group ]] || exit 0

host=$(output "$group" hostName)
identity=$(output "$group" identityPrincipalId)
az rest --method patch --url "$applications/$id" --output none \
  --body "{\"web\":{\"redirectUris\":[\"https://$host/.auth/login/aad/callback\"],\"implicitGrantSettings\":{\"enableIdTokenIssuance\":true}}}"

case $(az cloud show --query name --output tsv) in
  AzureUSGovernment) audience=api://AzureADTokenExchangeUSGov ;;
  AzureChinaCloud) audience=api://AzureADTokenExchangeChina ;;
  *) audience=api://AzureADTokenExchange ;;
esac
login=$(az cloud show --query endpoints.activeDirectory --output tsv)
tenant=$(az account show --query tenantId --output tsv)
trusted=$(az rest --method get --url "$applications/$id/federatedIdentityCredentials" --query "value[?subject=='$identity'] | length(@)" --output tsv)
if [[ $trusted == 0 ]]; then
  az rest --method post --url "$applications/$id/federatedIdentityCredentials" --output none \
    --body "{\"name\":\"app-identity\",\"issuer\":\"${login%/}/$tenant/v2.0\",\"subject\":\"$identity\",\"audiences\":[\"$audience\"]}"
fi
echo "https://$host may sign people in"
