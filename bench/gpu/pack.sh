#!/usr/bin/env bash
# Packs what a bare machine with a GPU lacks into .gpu/ (ignored by git): this Node, Dawn (the package `webgpu`), the Vulkan
# loader, and the built packages. Needs a Debian system, `npm run build`, and WELLBEGUN_PEERS with `webgpu` in it.
#
#   npm run build && WELLBEGUN_PEERS=path/to/peers bash bench/gpu/pack.sh
#   then, on the machine with the GPU, in a copy of this tree with .gpu/:  OUT=results bash bench/gpu/run.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
peers=${WELLBEGUN_PEERS:?names the folder that has node_modules/webgpu}/node_modules
[ -d "$peers/webgpu" ] || { echo "no webgpu in $peers" >&2; exit 1; }
rm -rf .gpu && mkdir .gpu
xz -T0 -3 <"$(command -v node)" >.gpu/node.xz
tar -C "$peers" --exclude='darwin-*' --exclude='win32-*' --exclude='linux-arm64' -cJf .gpu/peers.tar.xz webgpu
tar --exclude='*.map' --exclude='*.d.ts' --exclude=.tsbuildinfo -cJf .gpu/packages.tar.xz packages/*/dist node_modules/@wellbegun node_modules/.package-lock.json
(cd .gpu && apt-get -q download libvulkan1)
du -sh .gpu
