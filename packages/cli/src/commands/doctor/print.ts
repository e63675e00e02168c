import type { BackendReport } from "../../shared/backends/status.ts";
import { byteSize, plural } from "../../shared/format.ts";
import type { Colors } from "../../shared/output.ts";
import { pairs } from "../../shared/text-table.ts";
import type { Machine } from "./run.ts";

/** Prints the machine as text. */
export function doctorSections(found: Machine, colors: Colors): string[] {
  const { packages, runtime, system, cpu, memory, wasm, backends } = found;
  const mark = (present: boolean): string => (present ? colors.good("yes") : colors.bad("no "));
  const lines = [
    colors.strong("Machine"),
    ...pairs(
      [
        ["wellbegun", packages.wellbegun ?? "unknown"],
        ["runtime", `${runtime.name} ${runtime.version}`],
        ["system", `${system.name} ${system.release} (${system.architecture})`],
        ["processor", `${cpu.model}, ${cpu.cores} cores for this process`],
        ["memory", `${byteSize(memory.total)}, ${byteSize(memory.free)} free`],
      ],
      colors.faint,
    ),
    "",
    colors.strong("WebAssembly"),
    ...pairs(
      Object.entries(wasm).map(([name, { accepted, reason }]) => [
        name,
        `${mark(accepted)}${reason === null ? "" : `  ${reason}`}`,
      ]),
      colors.faint,
    ),
    "",
    `${colors.strong("Backends")}  in the order in which --backend auto tries them`,
  ];
  const width = Math.max(...backends.map(({ name }) => name.length));
  const indent = " ".repeat(width + 9);
  const below = (text: string): string[] => wrap(text, lineWidth - indent.length);
  for (const one of backends) {
    const [first = "", ...more] = below(one.available ? aboutPresent(one) : (one.reason ?? ""));
    lines.push(`  ${colors.faint(one.name.padEnd(width))}  ${mark(one.available)}  ${first}`);
    lines.push(...more.map((line) => indent + line));
    for (const text of [one.hint ?? "", ...remarks(one)]) {
      lines.push(...below(text).map((line) => indent + colors.faint(line)));
    }
  }
  return lines;
}

/** Device and limits of a backend that starts. */
function aboutPresent({ device, software, threads, accumulation, ...limits }: BackendReport): string {
  const { maxMatrixBytes, maxTotalBytes } = limits;
  return [
    `${device}${software === true ? " (software)" : ""}`,
    plural(threads ?? 1, "thread"),
    maxMatrixBytes === null ? "matrices of any size" : `matrices up to ${byteSize(maxMatrixBytes)}`,
    ...(maxTotalBytes === null || maxTotalBytes === maxMatrixBytes
      ? []
      : [`${byteSize(maxTotalBytes)} together`]),
    `sums in ${accumulation === "compensated" ? "pairs of float32" : accumulation}`,
  ].join(", ");
}

/** Versions, and when `auto` takes it. */
function remarks({ automatic, available, suits, versions }: BackendReport): string[] {
  const found = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  if (!available) return [];
  const taken = automatic ? "taken by --backend auto here for small jobs" : `--backend auto: ${suits}`;
  return [found.join(", "), taken];
}

/** Columns of the narrowest terminal that people use. */
const lineWidth = 80;

/** Breaks a text at spaces; no lines for an empty one. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else if (word !== "") lines.push(word);
  }
  return lines;
}
