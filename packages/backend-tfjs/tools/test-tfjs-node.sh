#!/usr/bin/env bash
# Holds tfjs:node to its tests, on an addon that is built here (install-tfjs-node.sh), with it required.
set -euo pipefail

package=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
bash "$package/tools/install-tfjs-node.sh"

cd "$package"
WELLBEGUN_PEERS=$(cd ../../.peers/tfjs-node && pwd)
export WELLBEGUN_PEERS TF_CPP_MIN_LOG_LEVEL=2 WELLBEGUN_REQUIRED_DEVICES=tfjs:node
# Not the reporter that counts for the whole suite.
npx vitest run --reporter=default test/node.test.ts
