import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { FIELDS, NUMBERS, PASS_BYTES, writePass } from "../src/backend/wasm/kmeans/pass.ts";
import { binaries } from "../src/backend/wasm/runtime/binary.generated.ts";
import { KERNEL_NAMES, kernelBytes } from "../src/backend/wasm/runtime/kernels.ts";
import * as layout from "../src/backend/wasm/runtime/layout.ts";

const kernels = (file: string): string =>
  readFileSync(new URL(`../kernels/${file}`, import.meta.url), "utf8");
const names = Object.keys(binaries) as (keyof typeof binaries)[];

it("The package carries the kernels whose checksums are committed", () => {
  const found = names.map((name) => {
    return `${createHash("sha256").update(kernelBytes(name)).digest("hex")}  ${name}.wasm\n`;
  });
  expect(found.join("")).toBe(kernels("kernels.sha256"));
});

it.each(["plain", "plainShared"] as const)(
  "The kernels export exactly the names that TypeScript uses: %s",
  (name) => {
    const module = new WebAssembly.Module(kernelBytes(name));
    const exported = WebAssembly.Module.exports(module).map((entry) => entry.name);
    expect(exported.sort()).toEqual([...KERNEL_NAMES, "useScratch"].sort());
  },
);

// Not every runtime compiles these, so the names are looked for in the bytes.
it.each(["relaxed", "relaxedShared"] as const)(
  "The kernels export the names that TypeScript uses: %s",
  (name) => {
    const bytes = Buffer.from(kernelBytes(name));
    expect(KERNEL_NAMES.filter((kernel) => !bytes.includes(kernel))).toEqual([]);
  },
);

it("The kernels and TypeScript state the same sizes", () => {
  const stated = [...kernels("layout.ts").matchAll(/export const (\w+): i32 = (\d+);/g)];
  expect(stated.length).toBeGreaterThan(3);
  for (const [, name, value] of stated) expect(layout).toHaveProperty(name!, Number(value));
  expect(kernels("gram.ts")).toContain(`const GRAM_ROWS: i32 = ${layout.GRAM_ROWS};`);
});

it("The kernels and TypeScript state the same record of a pass", () => {
  const fields = [...kernels("pass.ts").matchAll(/^ {2}(\w+): (u32|usize|f64); +\/\/ (\d+)/gm)];
  const found = new Map(fields.map(([, name, , at]) => [name, Number(at)]));
  let offset = 0;
  for (const [, name, type] of fields) {
    expect(found.get(name)).toBe(offset);
    offset += type === "f64" ? 8 : 4;
  }
  expect(offset).toBe(PASS_BYTES);
  for (const [name, at] of Object.entries({ ...FIELDS, ...NUMBERS })) expect(found.get(name)).toBe(at);
});

it("The record of a pass is little-endian, as WebAssembly reads it", () => {
  const bytes = new Uint8Array(PASS_BYTES);
  const fields = Object.fromEntries(Object.keys(FIELDS).map((name, i) => [name, i + 1])) as never;
  const numbers = Object.fromEntries(Object.keys(NUMBERS).map((name, i) => [name, i + 0.5])) as never;
  writePass(bytes, fields);
  writePass(bytes, numbers);
  const view = new DataView(bytes.buffer);
  Object.values(FIELDS).forEach((at, i) => {
    expect(view.getUint32(at, true)).toBe(i + 1);
  });
  Object.values(NUMBERS).forEach((at, i) => {
    expect(view.getFloat64(at, true)).toBe(i + 0.5);
  });
});
