/**
 * A user's folder: nothing in it but the tarballs, installed with npm. Every entry point is imported, every
 * program started, and the types are checked as strictly as any user may.
 */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { message, readJson, root, run } from "../workspace.mjs";

/** @typedef {import("./contents.mjs").Packed} Packed */

/**
 * The names under which a package's entry points are imported.
 * @param {Packed} packed
 */
function entryPoints({ owner }) {
  return Object.keys(owner.manifest.exports ?? {})
    .filter((key) => key !== "./package.json")
    .map((key) => owner.name + key.slice(1));
}

/**
 * Entry points that are meant for Node only; all others must do without the types of Node and of the DOM.
 * @param {string} name
 */
function needsNode(name) {
  return name === "wellbegun" || name.startsWith("wellbegun/") || name.endsWith("/node");
}

/**
 * Installs all tarballs together, so that they depend on each other and not on what the registry has.
 * @param {string} folder an empty folder
 * @param {Packed[]} packages
 * @returns {string[]}
 */
export function installProblems(folder, packages) {
  const dependencies = Object.fromEntries(
    packages.map(({ owner, tarball }) => [owner.name, `file:${tarball}`]),
  );
  const manifest = { name: "consumer", version: "1.0.0", private: true, type: "module", dependencies };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest, null, 2));
  // What an earlier install has left in npm's cache is new enough.
  const options = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"];
  run("npm", ["install", ...options], { cwd: folder });
  const lock = readJson(join(folder, "package-lock.json"));
  return packages.flatMap(({ owner }) => {
    const copies = Object.keys(lock.packages).filter((path) => path.endsWith(`node_modules/${owner.name}`));
    const resolved = lock.packages[`node_modules/${owner.name}`]?.resolved;
    if (copies.length === 1 && /^file:/.test(resolved ?? "")) return [];
    return [`${owner.name}: expected one copy, from its tarball; found ${copies.join(", ")} (${resolved})`];
  });
}

/**
 * Imports every entry point in a process of its own, so that none depends on modules that another has loaded: the joined files,
 * which Node takes, and the modules, which bundlers take. Both export the same names.
 * @param {string} folder
 * @param {Packed[]} packages
 */
export function importProblems(folder, packages) {
  return packages.flatMap(({ owner }) =>
    Object.entries(owner.manifest.exports ?? {}).flatMap(([key, target]) => {
      if (typeof target === "string") return [];
      const name = owner.name + key.slice(1);
      try {
        const joined = exportedNames(folder, name);
        const modules = exportedNames(folder, `./node_modules/${owner.name}/${target.default}`);
        console.log(`  ${name}: ${joined.length} names`);
        if (joined.length === 0) return [`${name}: the entry point exports nothing`];
        const differing = [...joined, ...modules].filter(
          (one) => !joined.includes(one) || !modules.includes(one),
        );
        return differing.map(
          (one) => `${name}: ${target.node} and ${target.default} do not both export ${one}`,
        );
      } catch (error) {
        return [`importing ${name}: ${message(error)}`];
      }
    }),
  );
}

/**
 * @param {string} folder in which the process runs
 * @param {string} name
 * @returns {string[]}
 */
function exportedNames(folder, name) {
  const program = `console.log(JSON.stringify(Object.keys(await import(${JSON.stringify(name)}))));`;
  return JSON.parse(run(process.execPath, ["--input-type=module", "--eval", program], { cwd: folder }));
}

/**
 * Starts every program with --help.
 * @param {string} folder
 * @param {Packed[]} packages
 */
export function programProblems(folder, packages) {
  return packages.flatMap(({ owner }) =>
    Object.keys(owner.manifest.bin ?? {}).flatMap((name) => {
      try {
        const help = run(join(folder, "node_modules/.bin", name), ["--help"], { cwd: folder });
        return help.includes(name) ? [] : [`${name} --help does not name the program: ${help}`];
      } catch (error) {
        return [`${name}: ${message(error)}`];
      }
    }),
  );
}

/**
 * Type-checks a file that imports every entry point, libraries included, under both ways of resolving.
 * @param {string} folder
 * @param {Packed[]} packages
 */
export function consumerTypesProblems(folder, packages) {
  const names = packages.flatMap(entryPoints);
  const strict = {
    target: "ES2022",
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
  };
  const resolutions = [
    { module: "nodenext", moduleResolution: "nodenext" },
    { module: "preserve", moduleResolution: "bundler" },
  ];
  const audiences = [
    {
      audience: "everywhere",
      names: names.filter((name) => !needsNode(name)),
      libs: { lib: ["ES2022"], types: [] },
    },
    {
      audience: "node",
      names: names.filter(needsNode),
      libs: { lib: ["ES2022"], types: ["node"], typeRoots: [join(root, "node_modules/@types")] },
    },
  ];
  return audiences.flatMap(({ audience, names, libs }) =>
    resolutions.flatMap((resolution) => {
      const place = join(folder, `types-${audience}-${resolution.moduleResolution}`);
      mkdirSync(place);
      const lines = names.map((name, index) => `export * as entry${index} from ${JSON.stringify(name)};`);
      writeFileSync(join(place, "index.ts"), `${lines.join("\n")}\n`);
      const config = { compilerOptions: { ...strict, ...resolution, ...libs }, files: ["index.ts"] };
      writeFileSync(join(place, "tsconfig.json"), JSON.stringify(config, null, 2));
      try {
        run(process.execPath, [
          join(root, "node_modules/typescript/bin/tsc"),
          "--project",
          place,
          "--pretty",
          "false",
        ]);
        console.log(`  types, ${audience}, ${resolution.moduleResolution}: ${names.length} entry points`);
        return [];
      } catch (error) {
        return [`types, ${audience}, ${resolution.moduleResolution}: ${message(error)}`];
      }
    }),
  );
}

/**
 * Checks that the sources that source maps name exist.
 * @param {string} folder
 * @param {Packed[]} packages
 */
export function sourceMapProblems(folder, packages) {
  return packages.flatMap(({ owner, files }) => {
    const base = join(folder, "node_modules", owner.name);
    return files
      .filter((path) => path.endsWith(".map"))
      .flatMap((path) => {
        /** @type {{ sources: string[] }} */
        const { sources } = JSON.parse(readFileSync(join(base, path), "utf8"));
        return sources
          .filter((source) => !existsSync(join(base, path, "..", source)))
          .map((source) => `${owner.name}/${path} names ${source}, which is not in the tarball`);
      });
  });
}
