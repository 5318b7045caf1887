#!/usr/bin/env bash
# Publishes an earlier release, built from its tag in a checkout of its own. Settings and Event Grid stay: function names never change.
# usage: rollback.sh RESOURCE_GROUP TAG
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
group=${1:?name the resource group} tag=${2:?name the tag of the release}

if ! git -C "$root" rev-parse --verify --quiet "refs/tags/$tag^{commit}" >/dev/null; then
  echo "There is no release $tag here. Releases: $(git -C "$root" tag --list --sort=-creatordate | head -5 | tr '\n' ' ')" >&2
  exit 1
fi

tree=$(mktemp -d)/archiver
git -C "$root" worktree add --quiet --detach "$tree" "refs/tags/$tag"
trap 'git -C "$root" worktree remove --force "$tree"' EXIT
cd "$tree"
npm ci
infra/scripts/publish.sh "$group"
