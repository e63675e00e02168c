#!/usr/bin/env bash
# Conformance and speed on a GPU, in at most ten minutes, beside PyTorch on the same card. bench/gpu/pack.sh packs what it needs.
#
#   OUT=folder [SMALL=1] bash bench/gpu/run.sh
#
# Each part has a limit of its own and writes OUT/<part>.md; a part that fails does not stop the others, and the exit status is 1. The
# first parts matter most: all end within 580 seconds. SMALL=1 runs every part at small size with ten times the limit, to try the
# script where a software GPU (SwiftShader) stands in for the real one.
set -uo pipefail
out=$(mkdir -p "${OUT:?names the folder for the results}" && cd "$OUT" && pwd) || exit 2
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 2
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

unpack() {
  xz -dc .gpu/node.xz >"$work/node" && chmod +x "$work/node" || return
  mkdir -p "$work/peers/node_modules" && tar -C "$work/peers/node_modules" -xJf .gpu/peers.tar.xz || return
  # The packages of the commit that was packed, unless this tree is built.
  [ -d packages/core/dist ] || tar -xJf .gpu/packages.tar.xz || return
  [[ $(ldconfig -p) == *libvulkan.so.1* ]] && return
  dpkg -x .gpu/libvulkan1_*.deb "$work/vulkan" || return
  export LD_LIBRARY_PATH="$work/vulkan/usr/lib/$(uname -m)-linux-gnu"
}
unpack || { echo "expected what bench/gpu/pack.sh packs in .gpu, and xz, tar and dpkg to unpack it" >&2; exit 2; }
driver=/usr/local/nvidia/share/vulkan/icd.d/nvidia_icd.json
if [ -e "$driver" ]; then export VK_DRIVER_FILES=${VK_DRIVER_FILES:-$driver}; fi
export WELLBEGUN_PEERS="$work/peers"

failed=0
patience=1
# part <name> <seconds> <command …>
part() {
  local name=$1 limit=$(($2 * patience)) left=$((580 * patience - SECONDS)) start=$SECONDS status=0
  shift 2
  [ $limit -le $left ] || limit=$left
  if [ $limit -le 0 ]; then
    echo "No time was left." >"$out/$name.md"
    status=124
  else
    # A driver that hangs does not answer the first signal.
    timeout -k 5 "$limit" "$@" >"$out/$name.md" 2>"$work/errors" || status=$?
    # A benchmark lists an absent backend and goes on with the others.
    ! grep -q '^- absent:' "$out/$name.md" || status=3
    [ $status = 0 ] || { echo; echo "Ended with status $status:"; tail -n 20 "$work/errors"; } >>"$out/$name.md"
  fi
  [ $status = 0 ] || failed=1
  printf -- '- %s: %d s, status %d\n' "$name" $((SECONDS - start)) $status
}

if [ "${SMALL:-0}" = 1 ]; then
  patience=10
  sizes=example repeats=1 fits=(--sizes example --repeats 1) rank=(--users 200 --items 5000) training=(--size tiny --epochs 1)
else
  sizes=tiktok,baby384,baby4096 repeats=3 fits=(--sizes elec4096 --repeats 1) rank=(--users 100000 --items 1000000) training=(--size tiktok --epochs 3)
fi
{ nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader 2>/dev/null || echo "no NVIDIA GPU"; "$work/node" --version; } | tee "$out/machine.md"
part conformance 150 "$work/node" --import ./tools/peers.mjs bench/gpu/conformance.mjs
part kernels 110 "$work/node" bench/kernels.mjs --backends webgpu,wasm --threads 1 --sizes "$sizes" --repeats "$repeats"
part fit 100 "$work/node" bench/kernels.mjs --backends webgpu,wasm --threads 1 --operations whole --clusters 8 "${fits[@]}"
part rank 70 "$work/node" --import ./tools/peers.mjs bench/gpu/rank.mjs "${rank[@]}"
part train 80 "$work/node" --import ./tools/peers.mjs bench/gpu/train.mjs "${training[@]}"
part kernels-pytorch 30 python3 bench/gpu/operations.py --sizes "$sizes" --repeats "$repeats"
part rank-pytorch 40 python3 bench/gpu/rank.py "${rank[@]}"
exit $failed
