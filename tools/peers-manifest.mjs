/** Prints one package.json of backend-peers.json and adapter-peers.json, so that one install brings both. */

import { fileURLToPath } from "node:url";
import { readJson } from "./workspace.mjs";

const [backends, adapters] = ["backend-peers.json", "adapter-peers.json"].map((file) =>
  readJson(fileURLToPath(new URL(file, import.meta.url))),
);
const dependencies = { ...backends.dependencies, ...adapters.dependencies };
const manifest = { name: "wellbegun-peers", private: true, dependencies, overrides: adapters.overrides };
console.log(JSON.stringify(manifest, null, 2));
