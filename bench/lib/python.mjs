/** What a side in Python needs, and whether it is there. */

import { spawnSync } from "node:child_process";

/** @typedef {{ name: string, reason: string, hint: string }} Absent a side that does not run here */

/**
 * Why an interpreter cannot run a side; undefined where it can.
 * @param {string} python the interpreter
 * @param {string} name of the side
 * @param {readonly string[]} modules that it imports
 * @param {string} packages that hold them, as pip takes them
 * @returns {Absent | undefined}
 */
export function absentIn(python, name, modules, packages) {
  const probe = spawnSync(python, ["-c", `import ${modules.join(", ")}`], { encoding: "utf8" });
  if (probe.status === 0) return undefined;
  const reason = probe.error?.message ?? probe.stderr.trim().split("\n").at(-1) ?? "it does not start";
  return { name, reason, hint: `${python} -m pip install ${packages}` };
}

/**
 * As {@link absentIn}, for a side of k-means.
 * @param {string} python the interpreter
 * @param {string} name of the side
 * @param {string} library "sklearn" or "faiss"
 */
export function absentKmeans(python, name, library) {
  const modules = ["numpy", "scipy", "sklearn", ...(library === "faiss" ? ["faiss"] : [])];
  const packages = `-r bench/python/requirements.txt${library === "faiss" ? " faiss-cpu" : ""}`;
  return absentIn(python, name, modules, packages);
}

/**
 * The section of a report that names sides which do not run here; empty where all do.
 * @param {readonly Absent[]} absent
 */
export function absentText(absent) {
  const lines = absent.map(({ name, reason, hint }) => `- ${name}: ${reason}. To have it: \`${hint}\``);
  return lines.length === 0 ? "" : `## Absent\n\n${lines.join("\n")}`;
}
