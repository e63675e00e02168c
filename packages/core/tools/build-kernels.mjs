/**
 * Compiles kernels/*.ts (AssemblyScript) to WebAssembly and writes src/backend/wasm/runtime/binary.generated.ts.
 *
 *   node tools/build-kernels.mjs            write the binaries
 *   node tools/build-kernels.mjs --check    also fail if they differ from kernels/kernels.sha256 (CI)
 *   node tools/build-kernels.mjs --update   also rewrite kernels/kernels.sha256
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const sums = join(root, "kernels", "kernels.sha256");
const output = join(root, "src", "backend", "wasm", "runtime", "binary.generated.ts");

/** The threaded variants differ in how the memory is declared; the worker protocol itself is in TypeScript. */
const variants = [
  { name: "plain", relaxed: false, shared: false },
  { name: "relaxed", relaxed: true, shared: false },
  { name: "plainShared", relaxed: false, shared: true },
  { name: "relaxedShared", relaxed: true, shared: true },
];

const binaries = [];
for (const variant of variants) binaries.push({ ...variant, bytes: await compile(variant) });
const digests = binaries.map(({ name, bytes }) => `${sha256(bytes)}  ${name}.wasm\n`).join("");

const flag = process.argv[2];
if (flag === "--update") writeFileSync(sums, digests);
else if (flag === "--check") check(digests);
else if (flag !== undefined) fail(`unknown option ${flag}: expected --check or --update`);

// An unchanged file keeps its time, so that tsc -b has nothing to do.
const source = generated(binaries);
if (!existsSync(output) || readFileSync(output, "utf8") !== source) writeFileSync(output, source);
console.log(binaries.map(({ name, bytes }) => `${name} ${bytes.length} bytes`).join(", "));

async function compile({ name, relaxed, shared }) {
  const features = ["simd", "bulk-memory"];
  if (relaxed) features.push("relaxed-simd");
  if (shared) features.push("threads");
  const options = [
    ...["kernels/index.ts", "--outFile", "out.wasm", "--runtime", "stub", "--noAssert"],
    ...["--optimizeLevel", "3", "--shrinkLevel", "0", "--enable", features.join(",")],
    ...["--importMemory", "--noExportMemory", "--initialMemory", "1", "--maximumMemory", "65536"],
    ...(shared ? ["--sharedMemory"] : []),
    // Vectors pass between kernels only, and addresses are 32 bits wide.
    ...["--disableWarning", "112", "--disableWarning", "201"],
  ];
  let bytes;
  const { error, stderr } = await asc.main(options, {
    readFile: readKernel,
    writeFile: (file, content) => {
      if (file === "out.wasm") bytes = content;
    },
    listFiles: () => [],
  });
  if (error !== null || bytes === undefined) fail(`compiling ${name}:\n${stderr.toString()}`);
  if (!relaxed && !WebAssembly.validate(bytes)) fail(`${name}.wasm is not valid`);
  return bytes;
}

/** The sources name their imports with ".ts" and mark types, as elsewhere; the compiler knows neither. */
function readKernel(file) {
  const path = join(root, file);
  if (!existsSync(path)) return null;
  return readFileSync(path, "utf8")
    .replace(/ from "(\.\/[\w-]+)\.ts"/g, ' from "$1"')
    .replace(/^import (type )?\{[^}]*\}/gm, (names) => names.replace(/\btype /g, ""));
}

function generated(list) {
  const lines = list.map(({ name, bytes }) => {
    const base64 = Buffer.from(bytes).toString("base64");
    return `  ${name}: { bytes: ${bytes.length}, base64: "${base64}" },\n`;
  });
  return `// Written by tools/build-kernels.mjs from kernels/; do not edit.

/** One compiled kernel module. */
export interface KernelBinary {
  readonly bytes: number;
  readonly base64: string;
}

/** The kernel modules by instruction set and kind of memory. */
export const binaries: Readonly<Record<${list.map(({ name }) => `"${name}"`).join(" | ")}, KernelBinary>> = {
${lines.join("")}};
`;
}

function check(found) {
  const expected = existsSync(sums) ? readFileSync(sums, "utf8") : "";
  if (found === expected) return;
  fail(`kernels differ from kernels/kernels.sha256 (run with --update if that is meant):
expected
${expected}found
${found}`);
}

function sha256(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}

function fail(message) {
  console.error(`build-kernels: ${message}`);
  process.exit(1);
}
