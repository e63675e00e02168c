/** Runs the program in a page: files from the server that the page came from, results back to it. */

import { runProgram } from "../program.mjs";

const run = runProgram({
  async readFile(path) {
    const response = await fetch(`/${path}`);
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(`reading ${path}: ${response.status} ${response.statusText}`);
    return new Uint8Array(await response.arrayBuffer());
  },
  async writeFile(path, body) {
    const response = await fetch(`/${path}`, { method: "PUT", body });
    if (!response.ok) throw new Error(`writing ${path}: ${response.status} ${response.statusText}`);
  },
  log: (line) => console.log(line),
});

// The driver waits for this.
Object.assign(globalThis, { wellbegunRun: run });
