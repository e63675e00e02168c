import type { Computed, Download } from "../protocol.ts";
import { itemName, userName } from "./labels.ts";

/** The map as a table, one line for each user and item, as Embedding Atlas and others open it. */
export function mapCsv(computed: Computed): Download {
  const { users, items, itemTexts, itemDegrees, userDegrees, labels, map } = computed;
  const modalities = Object.keys(labels);
  const header = [
    "kind",
    "id",
    "text",
    "x",
    "y",
    "interactions",
    ...modalities.map((name) => `cluster_${name}`),
  ];
  const lines = [header.map(field).join(",")];
  const line = (point: number, kind: string, ...[id, text, degree, clusters]: Rest): void => {
    const place = [map.x[point]!.toPrecision(6), map.y[point]!.toPrecision(6)];
    lines.push([kind, id, text, ...place, degree ?? "", ...clusters].map(field).join(","));
  };
  for (let row = 0; row < users; row++) {
    line(
      row,
      "user",
      userName(computed, row),
      "",
      userDegrees[row],
      modalities.map(() => ""),
    );
  }
  for (let row = 0; row < items; row++) {
    const clusters = modalities.map((name) => labels[name]![row]!);
    line(users + row, "item", itemName(computed, row), itemTexts[row] ?? "", itemDegrees[row], clusters);
  }
  return { name: "map.csv", bytes: new TextEncoder().encode(`${lines.join("\n")}\n`) };
}

type Rest = [id: string, text: string, degree: number | undefined, clusters: readonly (string | number)[]];

function field(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
