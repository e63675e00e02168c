import { probeWasm, wasm } from "@wellbegun/core";
import { afterAll, describe, it } from "vitest";
import { describeConformance, openSuite } from "../src/index.ts";

const { relaxed } = probeWasm();
const variants = [
  { name: "wasm", options: { relaxed: false, threads: 1 } },
  { name: "wasm-threads", options: { relaxed: false, threads: 2 } },
  // Where the runtime has it; packages/runtimes runs it on those that do.
  ...(relaxed.accepted ? [{ name: "wasm-relaxed", options: { relaxed: true, threads: 1 } }] : []),
];
if (!relaxed.accepted) console.log(`wasm-relaxed is absent here: ${relaxed.reason}`);

for (const { name, options } of variants) {
  const suite = await openSuite({ name, create: () => wasm(options) });
  describeConformance(suite, { describe, it, afterAll }, console.log);
}
