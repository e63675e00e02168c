/** Checks the built site: every link and every resource of every page is there, with its fragment, and none loads from elsewhere. */

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const dist = fileURLToPath(new URL("../.vitepress/dist", import.meta.url));
const base = process.env.WELLBEGUN_SITE_BASE ?? "/";

const pages = readdirSync(dist, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".html"))
  .map((name) => join(dist, name));
/** @type {Map<string, Set<string>>} */
const anchors = new Map();

/** @param {string} page */
function anchorsOf(page) {
  const known =
    anchors.get(page) ??
    new Set([...readFileSync(page, "utf8").matchAll(/\sid="([^"]+)"/g)].map(([, id]) => decode(id)));
  anchors.set(page, known);
  return known;
}

/** @param {string} text */
function decode(text) {
  return text
    .replaceAll("&amp;", "&")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">");
}

/** @param {string} page @param {string} link @returns {string | undefined} what is wrong */
function problem(page, link) {
  const at = `http://site${base}${relative(dist, page)}`;
  const url = new URL(link, at);
  if (url.origin !== "http://site") return undefined;
  if (!url.pathname.startsWith(base)) return `leads out of ${base}`;
  const path = join(dist, decodeURIComponent(url.pathname.slice(base.length)));
  const file =
    statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? join(path, "index.html") : path;
  if (!existsSync(file)) return "leads to no file";
  const id = decodeURIComponent(url.hash.slice(1));
  return id === "" || !file.endsWith(".html") || anchorsOf(file).has(id)
    ? undefined
    : `the page has no #${id}`;
}

/** @type {string[]} */
const problems = [];
let links = 0;
for (const page of pages) {
  const html = readFileSync(page, "utf8").replace(/<pre[\s\S]*?<\/pre>/g, "");
  for (const [, tag, attribute, value] of html.matchAll(/<(\w+)\b[^>]*?\s(href|src)="([^"]*)"/g)) {
    const link = decode(value ?? "");
    links++;
    if (tag !== "a" && /^(?:https?:)?\/\//.test(link))
      problems.push(`${relative(dist, page)}: loads ${link} from another server`);
    if (attribute === "src" && link.startsWith("data:")) continue;
    const found = /^(?:mailto|https?):/.test(link) ? undefined : problem(page, link);
    if (found !== undefined) problems.push(`${relative(dist, page)}: ${link} ${found}`);
  }
}
console.log(`${pages.length} pages, ${links} links`);
for (const one of problems) console.error(one);
if (problems.length > 0) process.exitCode = 1;
