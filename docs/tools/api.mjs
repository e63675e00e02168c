/** The API reference: one page for each entry point of a published package, by TypeDoc from the docstrings. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Application, Converter } from "typedoc";
import { workspacePackages } from "../../tools/workspace.mjs";

/** Entry points that are programs rather than libraries. */
const left = new Set(["@wellbegun/playground"]);

/** @returns {Map<string, string>} the name that is imported, by source file */
function entryPoints() {
  /** @type {Map<string, string>} */
  const found = new Map();
  for (const { name, folder, manifest } of workspacePackages()) {
    if (manifest.private === true || left.has(name)) continue;
    for (const [subpath, target] of Object.entries(manifest.exports ?? {})) {
      if (typeof target === "string") continue;
      const file = join(folder, target.default.replace("./dist/", "src/").replace(/\.js$/, ".ts"));
      if (existsSync(file)) found.set(file, join(name, subpath));
    }
  }
  return found;
}

/** @param {string} out */
export async function writeApi(out) {
  const names = entryPoints();
  const app = await Application.bootstrapWithPlugins({
    entryPoints: [...names.keys()],
    tsconfig: fileURLToPath(new URL("../tsconfig.api.json", import.meta.url)),
    plugin: ["typedoc-plugin-markdown"],
    readme: "none",
    name: "API",
    skipErrorChecking: true,
    excludeExternals: true,
    excludePrivate: true,
    outputs: [{ name: "markdown", path: out }],
    sort: ["source-order"],
    logLevel: "Warn",
    outputFileStrategy: "modules",
    flattenOutputFiles: false,
    entryFileName: "index",
    hidePageHeader: true,
    hideBreadcrumbs: true,
    useHTMLAnchors: true,
    useCodeBlocks: true,
    expandObjects: false,
    parametersFormat: "table",
    interfacePropertiesFormat: "table",
    typeDeclarationFormat: "table",
    sanitizeComments: true,
  });
  app.converter.on(Converter.EVENT_RESOLVE_END, (context) => {
    for (const child of context.project.children ?? []) {
      const name = names.get(child.sources?.[0]?.fullFileName ?? "");
      if (name !== undefined) child.name = name;
    }
  });
  const project = await app.convert();
  if (project === undefined) throw new Error("TypeDoc converted nothing");
  for (const reflection of Object.values(project.reflections))
    if ("sources" in reflection) delete reflection.sources;
  await app.generateOutputs(project);
}
