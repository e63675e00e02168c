/** Finds import cycles among the files of a package; type-only imports count, since files in a cycle cannot be read apart. */

/**
 * Known cycles that are not fixed yet, each as its files in alphabetical order. An entry whose cycle no longer
 * exists is also a failure, so that the list stays current.
 * @type {readonly (readonly string[])[]}
 */
export const knownCycles = [["packages/tune/src/plan.ts", "packages/tune/src/tune.ts"]];

/**
 * What is wrong with the imports: every group of files that import each other in a cycle and is not known, and every
 * known one that is gone.
 * @param {ReadonlyMap<string, readonly string[]>} imports the files that each file imports, all as paths from the root
 * @param {readonly (readonly string[])[]} known
 * @returns {string[]}
 */
export function cycleProblems(imports, known = knownCycles) {
  const found = groupsOf(imports).map((group) => [...group].sort());
  const key = (/** @type {readonly string[]} */ group) => group.join("\n");
  const [foundKeys, knownKeys] = [new Set(found.map(key)), new Set(known.map(key))];
  return [
    ...found
      .filter((group) => !knownKeys.has(key(group)))
      .map((group) => `import cycle: ${cycleThrough(group, imports).join(" -> ")}`),
    ...known
      .filter((group) => !foundKeys.has(key(group)))
      .map((group) => `tools/import-cycles.mjs lists a cycle that is gone: ${group.join(", ")}`),
  ];
}

/**
 * The groups of files in which each reaches each other by imports (Tarjan's strongly connected components), files that
 * import themselves included.
 * @param {ReadonlyMap<string, readonly string[]>} imports
 * @returns {string[][]}
 */
function groupsOf(imports) {
  /** @type {string[][]} */
  const groups = [];
  /** @type {Map<string, number>} */
  const order = new Map();
  /** @type {Map<string, number>} */
  const lowest = new Map();
  /** @type {Set<string>} */
  const open = new Set();
  const visit = (/** @type {string} */ file) => {
    const own = order.size;
    order.set(file, own);
    open.add(file);
    let low = own;
    for (const next of imports.get(file) ?? []) {
      if (!order.has(next)) low = Math.min(low, visit(next));
      else if (open.has(next)) low = Math.min(low, lowest.get(next) ?? order.get(next) ?? own);
    }
    lowest.set(file, low);
    if (low < own) return low;
    const members = [...open];
    const group = members.slice(members.indexOf(file));
    for (const member of group) open.delete(member);
    if (group.length > 1 || (imports.get(file) ?? []).includes(file)) groups.push(group);
    return low;
  };
  for (const file of imports.keys()) if (!order.has(file)) visit(file);
  return groups;
}

/**
 * A shortest cycle through the first file of a group, that file at both ends.
 * @param {readonly string[]} group
 * @param {ReadonlyMap<string, readonly string[]>} imports
 * @returns {string[]}
 */
function cycleThrough(group, imports) {
  const first = group[0] ?? "";
  /** @type {string[][]} */
  const paths = [[first]];
  const seen = new Set();
  for (const path of paths) {
    for (const next of imports.get(path.at(-1) ?? "") ?? []) {
      if (next === first) return [...path, next];
      if (seen.has(next) || !group.includes(next)) continue;
      seen.add(next);
      paths.push([...path, next]);
    }
  }
  return [first];
}
