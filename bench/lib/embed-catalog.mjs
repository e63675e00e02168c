/** A generated catalog for `embed`: texts of mixed length and small JPEG files, some of which are missing or broken. */

import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * @typedef {object} EmbedCatalog
 * @property {string} path JSON lines with id, title and image
 * @property {readonly number[]} unreadable rows whose image is missing or broken, ascending
 */

const words =
  "red blue small large soft wooden steel garden kitchen winter summer toy lamp chair cup book shirt".split(
    " ",
  );

/** One item in 250 has no image file, and one in 250 has half of one. */
const period = 250;

/**
 * Writes the catalog and its images below `folder`, or takes what an earlier call left there.
 * @param {any} sharp
 * @param {string} folder
 * @param {number} items
 * @returns {Promise<EmbedCatalog>}
 */
export async function embedCatalog(sharp, folder, items) {
  const path = join(folder, "catalog.jsonl");
  const rows = Array.from({ length: items }, (_, row) => row);
  const unreadable = rows.filter((row) => row % period === 17 || row % period === 119);
  if (existsSync(path)) return { path, unreadable };
  await mkdir(folder, { recursive: true });
  let state = 1;
  const below = (/** @type {number} */ limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const lines = [];
  for (const row of rows) {
    const title = Array.from({ length: 3 + below(18) }, () => words[below(words.length)]).join(" ");
    const image = `images/${Math.floor(row / 1000)}/${row}.jpg`;
    lines.push(JSON.stringify({ id: `item-${row}`, title, image }));
    if (row % 1000 === 0) await mkdir(join(folder, "images", `${row / 1000}`), { recursive: true });
    if (row % period === 119) continue;
    const [r, g, b, x, y] = [below(256), below(256), below(256), below(90), below(60)];
    const square = `<rect x="${x}" y="${y}" width="60" height="50" fill="rgb(${b},${r},${g})"/>`;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="160" height="120"><rect width="160" height="120" fill="rgb(${r},${g},${b})"/>${square}</svg>`;
    const bytes = await sharp(Buffer.from(svg)).jpeg().toBuffer();
    await writeFile(join(folder, image), row % period === 17 ? bytes.subarray(0, bytes.length / 2) : bytes);
  }
  await writeFile(path, `${lines.join("\n")}\n`);
  return { path, unreadable };
}

/**
 * The first texts of a catalog.
 * @param {string} path
 * @param {number} count
 * @returns {Promise<string[]>}
 */
export async function catalogTexts(path, count) {
  const lines = (await readFile(path, "utf8")).split("\n", count);
  return lines.map((line) => JSON.parse(line).title);
}
