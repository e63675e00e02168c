/** A column of a table of text. */
export interface Column {
  readonly title: string;
  /** Numbers stand right, names left (the default). */
  readonly align?: "left" | "right" | undefined;
}

/** How a finished cell is colored; it must not change what the cell shows. */
export type Paint = (text: string) => string;

const INDENT = "  ";
const GAP = "  ";

/** Lines of a table with aligned columns; the header is painted, and cut when every title is empty. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  paint: Paint,
): string[] {
  const widths = columns.map(({ title }, c) => Math.max(title.length, ...rows.map((row) => row[c]!.length)));
  const line = (cells: readonly string[]): string => {
    const aligned = cells.map((cell, c) =>
      columns[c]!.align === "right" ? cell.padStart(widths[c]!) : cell.padEnd(widths[c]!),
    );
    return (INDENT + aligned.join(GAP)).trimEnd();
  };
  const lines = rows.map(line);
  if (columns.some(({ title }) => title !== ""))
    lines.unshift(paint(line(columns.map(({ title }) => title))));
  return lines;
}

/** Lines of names and values, the values below each other. */
export function pairs(entries: readonly (readonly [name: string, value: string])[], paint: Paint): string[] {
  const width = Math.max(...entries.map(([name]) => name.length));
  return entries.map(([name, value]) => `${INDENT}${paint(name.padEnd(width))}${GAP}${value}`.trimEnd());
}
