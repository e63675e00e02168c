/**
 * Damaged files for every parser: `npm run fuzz -- --count 1000000 --seed 1`. Ends with status 1 if one led to
 * anything but a result or a WellbegunError, or to a typed array of more than 64 MiB.
 *
 *   --count N      inputs over all parsers (default 200000)
 *   --seed N       another round (default 1)
 *   --parser NAME  those whose name holds this text alone
 *   --out FILE     the figures as JSON
 */
import "./allocations.mjs";
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { isMain } from "../workspace.mjs";
import { fuzzAll } from "./fuzz.mjs";

if (isMain(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      count: { type: "string", default: "200000" },
      seed: { type: "string", default: "1" },
      parser: { type: "string", default: "" },
      out: { type: "string" },
    },
  });
  const [count, seed] = [Number(values.count), Number(values.seed)];
  if (!Number.isSafeInteger(count) || !Number.isSafeInteger(seed))
    throw new Error("count and seed are whole numbers");
  const { parsers } = await import("./parsers.mjs");
  const started = performance.now();
  /** @type {import("./fuzz.mjs").Figures[]} */
  const all = [];
  const columns = [38, 9, 9, 9, 7, 12, 14];
  const line = (/** @type {(string | number)[]} */ cells) =>
    cells
      .map((cell, i) => (i === 0 ? `${cell}`.padEnd(columns[i] ?? 0) : `${cell}`.padStart(columns[i] ?? 0)))
      .join("");
  console.log(line(["parser", "inputs", "read", "refused", "other", "slowest ms", "largest KiB"]));
  for await (const figures of fuzzAll(
    parsers.filter(({ name }) => name.includes(values.parser)),
    { seed, count },
  )) {
    const { name, inputs, read, refused, other, slowestMs, largestBytes, slips } = figures;
    console.log(
      line([name, inputs, read, refused, other, slowestMs.toFixed(1), Math.ceil(largestBytes / 1024)]),
    );
    for (const slip of slips) console.log(`  seed ${slip.seed}: ${slip.error}`);
    all.push(figures);
  }
  const sum = (/** @type {"inputs" | "read" | "refused" | "other"} */ key) =>
    all.reduce((total, figures) => total + figures[key], 0);
  const total = { inputs: sum("inputs"), read: sum("read"), refused: sum("refused"), other: sum("other") };
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(line(["all", total.inputs, total.read, total.refused, total.other]), `  (${seconds} s)`);
  if (values.out !== undefined) {
    const machine = { node: process.version, cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length };
    writeFileSync(
      values.out,
      `${JSON.stringify({ seed, machine, seconds, total, parsers: all }, null, 2)}\n`,
    );
  }
  if (total.other > 0 || all.some(({ largestBytes }) => largestBytes > 2 ** 26)) process.exitCode = 1;
}
