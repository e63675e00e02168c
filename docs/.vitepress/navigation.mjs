/**
 * The navigation. A page of docs/ that no section names is listed under "How to", by its heading, so that a new page needs no
 * entry here.
 */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./pages.mjs";

const docs = join(root, "docs");

/** The sections with the pages that have a place of their own. */
const sections = [
  { text: "Start", pages: ["start.md"], extra: [{ text: "Playground", link: "/playground.html" }] },
  {
    text: "Tutorials",
    pages: [
      "tutorials/pgvector-service.md",
      "tutorials/freedom.md",
      "tutorials/cold-items.md",
      "tutorials/edge-function.md",
    ],
    extra: [{ text: "Examples", link: "/examples/" }],
  },
  {
    text: "Concepts",
    pages: ["concepts/two-terms.md", "concepts/one-space.md", "concepts/controls.md", "worked-example.md"],
  },
  {
    text: "How to",
    pages: [
      "evaluate.md",
      "tune.md",
      "recommend.md",
      "train.md",
      "cold-start.md",
      "backends.md",
      "checks.md",
      "guides/README.md",
    ],
    rest: true,
  },
  {
    text: "Reference",
    pages: ["reference/command-line.md", "options.md", "targets.md"],
    extra: [
      { text: "API", link: "/reference/api/" },
      { text: "Packages", link: "/packages/cli/" },
    ],
  },
  {
    text: "Evidence",
    pages: ["reference/speed.md", "reference/benchmarks.md", "experiments.md"],
    extra: [
      { text: "Recorded benchmarks", link: "/bench/results/" },
      { text: "Untrained, four datasets", link: "/experiments/untrained/" },
    ],
  },
  {
    text: "The project",
    pages: ["architecture.md", "decisions/README.md"],
    extra: [{ text: "Contributing", link: "/contributing.html" }],
  },
];

/** Pages of docs/ that are generated, or stand in the navigation under a link. */
const elsewhere = new Set(["index.md", "playground.md"]);

/** The sidebars: one for each folder of many pages, and one for all other pages. */
export function sidebar() {
  const named = new Set(sections.flatMap(({ pages }) => pages));
  const main = sections.map(({ text, pages, extra = [], rest }) => ({
    text,
    items: [
      ...[
        ...pages,
        ...(rest === true ? markdownIn("").filter((page) => !named.has(page) && !elsewhere.has(page)) : []),
      ].map(entry),
      ...extra,
    ],
  }));
  const back = { text: "wellbegun", items: [{ text: "Get started", link: "/start.html" }] };
  return {
    "/guides/": [back, { text: "Guides", items: markdownIn("guides").map(entry) }],
    "/decisions/": [back, { text: "Decisions", items: markdownIn("decisions").map(entry) }],
    "/packages/": [back, { text: "Packages", items: packageReadmes() }],
    "/reference/api/": [back, { text: "API", items: apiPages() }],
    "/": main,
  };
}

/** A page of docs by its heading. @param {string} page */
function entry(page) {
  const link = `/${page.replace(/README\.md$/, "").replace(/\.md$/, ".html")}`;
  return { text: title(join(docs, page)), link };
}

/** The pages that TypeDoc wrote, by the name that is imported. */
function apiPages() {
  const folder = "reference/api";
  if (!existsSync(join(docs, folder))) return [];
  return readdirSync(join(docs, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => name.replaceAll("\\", "/").replace(/\.md$/, ""))
    .sort()
    .map((name) => ({
      text: name === "index" ? "All packages" : name.replace("@wellbegun/", ""),
      link: `/${folder}/${name}.html`,
    }));
}

/** The Markdown of a folder of docs, its README first. @param {string} folder */
function markdownIn(folder) {
  return readdirSync(join(docs, folder))
    .filter((name) => name.endsWith(".md"))
    .sort((a, b) => Number(b === "README.md") - Number(a === "README.md") || (a < b ? -1 : 1))
    .map((name) => (folder === "" ? name : `${folder}/${name}`));
}

function packageReadmes() {
  return readdirSync(join(root, "packages"))
    .filter((name) => existsSync(join(root, "packages", name, "README.md")))
    .map((name) => ({
      text: title(join(root, "packages", name, "README.md")),
      link: `/packages/${name}/`,
    }));
}

/** @param {string} file its first heading is its name in the navigation */
function title(file) {
  const text = readFileSync(file, "utf8");
  const given = /^---\n[\s\S]*?^title: (.*)$[\s\S]*?^---/m.exec(text);
  return (given ?? /^# (.*)$/m.exec(text))?.[1].replaceAll("`", "") ?? file;
}
