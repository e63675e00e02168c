import { byteSize, count, quantity } from "../../shared/format.ts";
import type { Colors } from "../../shared/output.ts";
import { pairs, table } from "../../shared/text-table.ts";
import type { PretrainResult } from "./run.ts";

/** Prints the result as text. */
export function pretrainSections(result: PretrainResult, colors: Colors): string[] {
  const { dataset, out, space, items, missing, modalities, options, report, heldOut, files } = result;
  const ended = report.stopped === "patience" ? "converged" : "not converged: --epochs ended it";
  const rows = Object.entries(files).map(([name, bytes]) => [name, byteSize(bytes)]);
  const learned: [string, string][] =
    space === null
      ? [["learned", `to epoch ${report.bestEpoch}, held-out loss ${quantity(heldOut)}, ${ended}`]]
      : [["space", space]];
  return [
    `${colors.strong("Unified features")}  ${out}  from ${dataset}`,
    ...pairs(
      [
        ["items", count(items)],
        ["modalities", modalities.join(", ")],
        ["width", count(options.dimensions)],
        ...learned,
        ["without any modality", count(missing)],
      ],
      colors.faint,
    ),
    ...table([{ title: "file" }, { title: "size", align: "right" }], rows, colors.faint),
    "",
  ];
}
