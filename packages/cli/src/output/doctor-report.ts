import type { Machine } from "../machine.ts";
import { byteSize, plural } from "./format.ts";
import type { Colors } from "./output.ts";
import { pairs } from "./table.ts";

/** A machine for people. */
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
    colors.strong("Backends"),
  ];
  const width = Math.max(...backends.map(({ name }) => name.length));
  for (const { name, available, automatic, device, threads, reason, hint } of backends) {
    const chosen = automatic ? colors.faint("  taken by --backend auto") : "";
    const indent = " ".repeat(width + 9);
    const about = available
      ? [`${device}, ${plural(threads ?? 1, "thread")}${chosen}`]
      : wrap(reason ?? "", lineWidth - indent.length);
    lines.push(`  ${colors.faint(name.padEnd(width))}  ${mark(available)}  ${about[0]}`);
    for (const line of about.slice(1)) lines.push(indent + line);
    for (const line of wrap(hint ?? "", lineWidth - indent.length)) lines.push(indent + colors.faint(line));
  }
  return lines;
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
