#!/usr/bin/env bash
# Holds tfjs:node to its tests, on an addon that is built here: installs @tensorflow/tfjs-node into .peers/tfjs-node of
# the repository, builds its addon (build-tfjs-node.sh) unless that is there, and runs the tests with it required.
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

cd "$package"
export TF_CPP_MIN_LOG_LEVEL=2 WELLBEGUN_PEERS="$folder" WELLBEGUN_REQUIRED_DEVICES=tfjs:node
# Not the reporter that counts for the whole suite.
npx vitest run --reporter=default test/node.test.ts
