#!/usr/bin/env bash
# Registers the GitHub workflow as a deployer that proves itself by OpenID Connect: no secret is stored at GitHub. By default it may
# publish code; with --infrastructure it may also deploy the template, which means giving roles.
# usage: register-deployer.sh RESOURCE_GROUP OWNER/REPOSITORY ENVIRONMENT [--infrastructure]
set -euo pipefail
source "$(cd "$(dirname "$0")" && pwd)/outputs.sh"
group=${1:?name the resource group} repository=${2:?name the repository as owner/name} environment=${3:?name the GitHub environment}
mode=${4:-}
name="archive-deployer-$environment"

client=$(az ad app list --filter "displayName eq '$name'" --query '[0].appId' --output tsv)
[[ -n $client ]] || client=$(az ad app create --display-name "$name" --query appId --output tsv)
principal=$(az ad sp list --filter "appId eq '$client'" --query '[0].id' --output tsv)
[[ -n $principal ]] || principal=$(az ad sp create --id "$client" --query id --output tsv)

subject="repo:$repository:environment:$environment"
trusted=$(az ad app federated-credential list --id "$client" --query "[?subject=='$subject'] | length(@)" --output tsv)
if [[ $trusted == 0 ]]; then
  az ad app federated-credential create --id "$client" --output none --parameters "{\"name\":\"github-$environment\",
    \"issuer\":\"https://token.actions.githubusercontent.com\",\"subject\":\"$subject\",\"audiences\":[\"api://AzureADTokenExchange\"]}"
fi

give() { # ROLE SCOPE
  az role assignment create --assignee-object-id "$principal" --assignee-principal-type ServicePrincipal --role "$1" --scope "$2" --output none
  echo "$name: $1 on $2"
}
whole=$(az group show --name "$group" --query id --output tsv)
if [[ $mode == --infrastructure ]]; then
  give 'Contributor' "$whole"
  give 'User Access Administrator' "$whole" # the template gives roles and defines one
  give 'Key Vault Secrets Officer' "$whole" # the salt
else
  give 'Reader' "$whole" # to ask the deployment for names
  give 'Website Contributor' "$(az functionapp show --resource-group "$group" --name "$(output "$group" functionAppName)" --query id --output tsv)"
fi
echo "In the GitHub environment $environment set AZURE_CLIENT_ID=$client AZURE_TENANT_ID=$(az account show --query tenantId --output tsv) AZURE_SUBSCRIPTION_ID=$(az account show --query id --output tsv) RESOURCE_GROUP=$group"
