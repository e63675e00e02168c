/**
 * The backends by group. A group runs in a process or page of its own, so that a peer that crashes takes nothing else
 * with it. Plain names: the driver reads them without loading a backend.
 */

/** @typedef {"core" | "webgpu" | "onnx" | "tfjs" | "tfjs-webgpu" | "tfjs-node"} GroupName */

/** @type {Readonly<Record<GroupName, readonly string[]>>} */
export const groups = {
  core: ["cpu", "wasm", "wasm-threads", "wasm-relaxed", "wasm-relaxed-threads"],
  webgpu: ["webgpu"],
  onnx: ["onnx:cpu", "onnx:wasm", "onnx:webgpu"],
  tfjs: ["tfjs:wasm", "tfjs:cpu"],
  "tfjs-webgpu": ["tfjs:webgpu"],
  "tfjs-node": ["tfjs:node"],
};

/**
 * The groups of a list with commas; "core" comes first, whose results others are compared with.
 * @param {string} list
 * @returns {readonly GroupName[]}
 */
export function groupsNamed(list) {
  const names = ["core", ...list.split(",").filter((name) => name !== "core")];
  const unknown = names.find((name) => !isGroup(name));
  if (unknown === undefined) return names.filter(isGroup);
  throw new Error(`Reading --groups: expected some of ${Object.keys(groups).join(", ")}, found "${unknown}"`);
}

/** @param {string} name @returns {name is GroupName} */
export function isGroup(name) {
  return Object.hasOwn(groups, name);
}
