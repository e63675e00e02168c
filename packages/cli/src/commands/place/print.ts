import { byteSize, count } from "../../shared/format.ts";
import type { Colors } from "../../shared/output.ts";
import { pairs, table } from "../../shared/text-table.ts";
import type { PlaceResult } from "./run.ts";

/** Prints the result as text. */
export function placeSections(result: PlaceResult, colors: Colors): string[] {
  const { features, bundle, out, placed, known, missing, empty, files } = result;
  const rows = Object.entries(files).map(([name, bytes]) => [name, byteSize(bytes)]);
  return [
    `${colors.strong("Items")}  ${out}  from ${features}, in the space of ${bundle}`,
    ...pairs(
      [
        ["placed", count(placed)],
        ["already in the bundle, left out", count(known)],
        ...Object.entries(missing).map(([name, items]): [string, string] => [
          `without ${name}`,
          count(items),
        ]),
        ["without any content, left out", count(empty)],
      ],
      colors.faint,
    ),
    ...table([{ title: "file" }, { title: "size", align: "right" }], rows, colors.faint),
    "",
  ];
}
