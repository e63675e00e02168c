import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** A catalog of texts of many lengths; some are empty, some hold the word "broken". */
export async function openCsvCase(
  folder: string,
  items: number,
): Promise<{ readonly catalog: string; readonly texts: readonly string[] }> {
  const rows = Array.from({ length: items }, (_, i) => {
    const title = i % 23 === 5 ? "" : `${String.fromCharCode(97 + (i % 26))} title ${i}`;
    const description =
      title === "" ? "" : i % 41 === 7 ? "broken" : "words, with commas ".repeat(i % 9).trim();
    return { title, description };
  });
  const quoted = (text: string): string => `"${text}"`;
  const lines = rows.map(({ title, description }, i) => `B${i},${quoted(title)},${quoted(description)}`);
  const catalog = join(folder, "catalog.csv");
  await writeFile(catalog, `asin,title,description\n${lines.join("\n")}\n`);
  return { catalog, texts: rows.map(({ title, description }) => `${title} ${description}`.trim()) };
}
