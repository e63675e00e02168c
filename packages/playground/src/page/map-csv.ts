import type { Computed, Download } from "../protocol.ts";

/** The map as a table, one line for each user and item, as Embedding Atlas and others open it. */
export function mapCsv({
  users,
  items,
  itemNames,
  itemDegrees,
  userDegrees,
  labels,
  map,
}: Computed): Download {
  const modalities = Object.keys(labels);
  const lines = [
    ["kind", "id", "x", "y", "interactions", ...modalities.map((name) => `cluster_${name}`)]
      .map(field)
      .join(","),
  ];
  for (let point = 0; point < users + items; point++) {
    const item = point - users;
    const own =
      item < 0
        ? ["user", String(point), "", "", userDegrees[point] ?? "", ...modalities.map(() => "")]
        : [
            "item",
            itemNames[item]!,
            "",
            "",
            itemDegrees[item] ?? "",
            ...modalities.map((name) => labels[name]![item]!),
          ];
    own[2] = map.x[point]!.toPrecision(6);
    own[3] = map.y[point]!.toPrecision(6);
    lines.push(own.map(field).join(","));
  }
  return { name: "map.csv", bytes: new TextEncoder().encode(`${lines.join("\n")}\n`) };
}

function field(value: string | number): string {
  const text = String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
