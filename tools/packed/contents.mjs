/** What a tarball must and must not hold, judged from its list of files and its package.json. */

/**
 * @typedef {object} Packed A packed package.
 * @property {import("../workspace.mjs").Package} owner
 * @property {string} tarball the absolute path of the .tgz file
 * @property {string[]} files paths inside, without the "package/" that tar puts before them
 * @property {number} unpackedSize bytes
 */

const required = ["LICENSE", "README.md", "package.json"];
const stray =
  /(?:^|\/)(?:test|tests|fixtures|node_modules|coverage|\.turbo)\/|\.(?:test|spec)\.[cm]?[jt]s$|tsbuildinfo$/;
const installScripts = ["preinstall", "install", "postinstall", "prepare"];

/** @param {Packed} packed */
export function contentProblems({ owner, files }) {
  const { manifest } = owner;
  const problems = [
    ...required.filter((name) => !files.includes(name)).map((name) => `${name} is not in the tarball`),
    ...files.filter((path) => stray.test(path)).map((path) => `${path} does not belong in the tarball`),
    ...staleFiles(files).map((path) => `${path} has no source any more: delete dist and build again`),
    ...installScripts
      .filter((name) => manifest.scripts?.[name] !== undefined)
      .map((name) => `scripts.${name}: runs on the machine of everyone who installs the package`),
  ];
  if (manifest.type !== "module") problems.push(`"type": expected "module", found ${manifest.type}`);
  if (manifest.sideEffects !== false)
    problems.push(`"sideEffects": expected false, found ${manifest.sideEffects}`);
  if (manifest.engines?.node === undefined) problems.push('"engines.node": missing');
  if (manifest.license === undefined) problems.push('"license": missing');
  return [...problems, ...exportProblems(manifest, files), ...rangeProblems(manifest)];
}

/**
 * Every entry point is written out (no patterns), has types, files for Node and modules, and exists.
 * @param {import("../workspace.mjs").Manifest} manifest
 * @param {string[]} files
 */
function exportProblems(manifest, files) {
  const entries = Object.entries(manifest.exports ?? {});
  if (entries.length === 0) return ['"exports": missing'];
  return entries.flatMap(([key, target]) => {
    if (key === "./package.json") return [];
    if (key.includes("*")) return [`exports["${key}"]: a pattern; entry points are written out`];
    if (typeof target === "string" || Object.keys(target).join() !== "types,node,default") {
      return [`exports["${key}"]: expected an object with "types", "node" and "default", in this order`];
    }
    return Object.entries(target)
      .filter(([, file]) => !files.includes(file.replace(/^\.\//, "")))
      .map(([condition, file]) => `exports["${key}"].${condition}: ${file} is not in the tarball`);
  });
}

/** Peers all of whose versions are prereleases, which no range but "*" matches for npm. */
const prereleased = ["@duckdb/node-api"];

/**
 * npm publishes workspace protocols unchanged, and the result could not be installed.
 * @param {import("../workspace.mjs").Manifest} manifest
 */
function rangeProblems(manifest) {
  return Object.entries({ ...manifest.dependencies, ...manifest.peerDependencies })
    .filter(([name, range]) => !(range === "*" && prereleased.includes(name)))
    .filter(([, range]) => /^(?:workspace|file|link|portal|git|https?)[:+]|^\*$/.test(range))
    .map(([name, range]) => `dependency ${name}: expected a version range, found "${range}"`);
}

/**
 * Built files whose source is gone: tsc never deletes what it once wrote. What is bundled from several files is written anew as
 * a whole: entry points in dist/entries, programs in dist/bin, and the page in dist/playground.
 * @param {string[]} files
 */
function staleFiles(files) {
  const all = new Set(files);
  return files.filter(
    (path) =>
      /^dist\/(?!entries\/|bin\/|playground\/).*\.(?:js|d\.ts)$/.test(path) &&
      !all.has(path.replace(/^dist\/(.*?)(?:\.js|\.d\.ts)$/, "src/$1.ts")),
  );
}
