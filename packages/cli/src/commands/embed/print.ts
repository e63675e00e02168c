import { byteSize, count, duration } from "../../shared/format.ts";
import type { Colors } from "../../shared/output.ts";
import { pairs, table } from "../../shared/text-table.ts";
import type { EmbedResult } from "./run.ts";

/** Prints the result as text. */
export function embedSections(result: EmbedResult, colors: Colors): string[] {
  const { catalog, out, items, modalities, files, totalTime, peakMemory } = result;
  const rate = count(Math.round((1000 * items) / Math.max(totalTime, 1)));
  const lines = [
    `${colors.strong("Features")}  ${out}  from ${catalog}`,
    ...pairs(
      [
        ["items", count(items)],
        ["time", `${duration(totalTime)}, ${rate} items/s`],
        ["memory", `${byteSize(peakMemory)} at most`],
      ],
      colors.faint,
    ),
  ];
  for (const [modality, { encoder, missing, reasons, truncated }] of Object.entries(modalities)) {
    const why = Object.entries(reasons).map(([reason, number]) => `${reason}: ${count(number)}`);
    lines.push(
      `${colors.strong(modality)}  ${encoder.name}, ${encoder.width} columns, ${encoder.runtime}`,
      ...pairs(
        [
          ["cut at the encoder's limit", count(truncated)],
          [
            "missing",
            missing === 0 ? "0" : `${count(missing)} (${why.join(", ")}), listed in missing_items.jsonl`,
          ],
        ],
        colors.faint,
      ),
    );
  }
  const rows = Object.entries(files).map(([name, bytes]) => [name, byteSize(bytes)]);
  return [...lines, ...table([{ title: "file" }, { title: "size", align: "right" }], rows, colors.faint), ""];
}
