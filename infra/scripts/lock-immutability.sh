#!/usr/bin/env bash
# Locks the retention policies of raw, receipts and custody. There is no way back: until its days are over, nobody, Microsoft's support
# included, can shorten a locked policy or delete what it covers. Run it once the archive has been accepted, then set
# immutabilityLocked = true in the parameters file. With --show it only tells how the policies stand.
# usage: lock-immutability.sh RESOURCE_GROUP [--show]
set -euo pipefail
source "$(cd "$(dirname "$0")" && pwd)/outputs.sh"
group=${1:?name the resource group} mode=${2:-}
account=$(output "$group" dataAccountName)

for container in raw receipts custody; do
  policy=(--resource-group "$group" --account-name "$account" --container-name "$container")
  shown=$(az storage container immutability-policy show "${policy[@]}" --query '[state, immutabilityPeriodSinceCreationInDays, etag]' --output tsv)
  { read -r state && read -r days && read -r etag; } <<<"$shown"
  if [[ $mode == --show || $state == Locked ]]; then
    echo "$container: $state, $days days"
    continue
  fi
  read -rp "$container: lock $days days for good? Type the container's name: " answer
  if [[ $answer != "$container" ]]; then
    echo "$container: left as it is"
    continue
  fi
  az storage container immutability-policy lock "${policy[@]}" --if-match "$etag" --output none
  echo "$container: Locked, $days days"
done
