#!/usr/bin/env bash
# Installs @tensorflow/tfjs-node into .peers/tfjs-node of the repository and builds its addon there (build-tfjs-node.sh),
# unless that was done.
set -euo pipefail

package=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder="$package/../../.peers/tfjs-node"
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
if [ ! -f "$folder/node_modules/@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node" ]; then
  # Its own package.json: npm must not take the folder for a part of what is around it.
  echo '{ "private": true, "dependencies": { "@tensorflow/tfjs-node": "4.22.0" } }' >"$folder/package.json"
  npm install --prefix "$folder" --ignore-scripts --no-package-lock --no-fund --no-audit
  bash "$package/tools/build-tfjs-node.sh" "$folder"
fi
