# Sourced by the other scripts: `output RESOURCE_GROUP NAME` tells what main.bicep put out under that name.

output() {
  local value
  value=$(az deployment group show --resource-group "$1" --name archive --query "properties.outputs.$2.value" --output tsv)
  if [[ -z $value ]]; then
    echo "The deployment 'archive' of $1 has no output $2: run deploy.sh first." >&2
    return 1
  fi
  printf '%s' "$value"
}
