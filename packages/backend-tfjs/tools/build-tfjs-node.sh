#!/usr/bin/env bash
# Builds the native addon of @tensorflow/tfjs-node where its own install script cannot download one. The sources are in
# the npm package; libtensorflow and its headers come out of the wheel of tensorflow-cpu on PyPI. Linux on x86-64.
#
#   npm install @tensorflow/tfjs-node --ignore-scripts
#   build-tfjs-node.sh [FOLDER]      the folder that has node_modules; default: the current one
#
# Takes Node 18 to 22, Python 3.9 to 3.12 with pip, make and a C++ compiler, about 2 GB of disk for a while and 700 MB
# for good. Environment: TENSORFLOW_VERSION, default 2.18.1; PYTHON, default python3.
set -euo pipefail

folder=$(cd "${1:-.}" && pwd)
package="$folder/node_modules/@tensorflow/tfjs-node"
version=${TENSORFLOW_VERSION:-2.18.1}
python=${PYTHON:-python3}
if [ ! -f "$package/binding.gyp" ]; then
  echo "Expected @tensorflow/tfjs-node in $folder/node_modules: run npm install @tensorflow/tfjs-node --ignore-scripts." >&2
  exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

echo "1/3 downloading tensorflow-cpu $version"
"$python" -m pip download --quiet --no-deps --only-binary=:all: --dest "$work" "tensorflow-cpu==$version"

echo "2/3 unpacking libtensorflow"
rm -rf "$package/deps"
mkdir -p "$package/deps/lib"
"$python" - "$work" "$package/deps" <<'PYTHON'
import glob, os, re, shutil, sys, zipfile

work, deps = sys.argv[1:]
headers = re.compile(r"tensorflow/(include/(tensorflow/(c|core/platform|tsl)|tsl|xla/tsl)/.*\.(h|inc))$")
libraries = re.compile(r"tensorflow/(libtensorflow_(cc|framework)\.so\.2)$")
found = set()
with zipfile.ZipFile(glob.glob(os.path.join(work, "*.whl"))[0]) as wheel:
    for name in wheel.namelist():
        header, library = headers.match(name), libraries.match(name)
        if not header and not library:
            continue
        target = os.path.join(deps, header[1] if header else os.path.join("lib", library[1]))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with wheel.open(name) as source, open(target, "wb") as file:
            shutil.copyfileobj(source, file)
        found.add(os.path.basename(target))
missing = {"c_api.h", "libtensorflow_cc.so.2", "libtensorflow_framework.so.2"} - found
if missing:
    sys.exit(f"The wheel has no {', '.join(sorted(missing))}: take another TENSORFLOW_VERSION.")
PYTHON
# The C API is in libtensorflow_cc; the addon asks for it by its older name.
ln -s libtensorflow_cc.so.2 "$package/deps/lib/libtensorflow.so"
ln -s libtensorflow_framework.so.2 "$package/deps/lib/libtensorflow_framework.so"

echo "3/3 compiling the addon"
# Headers beside the running Node, where they are; else node-gyp downloads them.
prefix=$(node -p 'require("path").dirname(require("path").dirname(process.execPath))')
nodedir=()
if [ -f "$prefix/include/node/node_api.h" ]; then nodedir=(--nodedir="$prefix"); fi
cd "$package"
# The newest of the package's Node-API versions, where its loader looks.
npx --yes node-gyp@12 rebuild "${nodedir[@]}" \
  --module_name=tfjs_binding --module_path="$package/lib/napi-v8" --napi_build_version=8
rm -rf build

cd "$folder"
TF_CPP_MIN_LOG_LEVEL=2 node -e '
  const tf = require("@tensorflow/tfjs-node");
  const [sum] = tf.matMul(tf.ones([1, 3]), tf.ones([3, 1])).dataSync();
  if (sum !== 3) throw new Error(`expected 3, found ${sum}`);
  console.log(`@tensorflow/tfjs-node ${tf.version["tfjs-node"]} works on Node ${process.versions.node}.`);
'
