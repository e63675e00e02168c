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
    ],
    rest: true,
  },
  { text: "Into a codebase", pages: ["guides/README.md", "guides/wire.md"], folder: "guides" },
  {
    text: "Reference",
    pages: ["reference/command-line.md", "options.md", "targets.md"],
    extra: [{ text: "API", link: "/reference/api/" }],
  },
  {
    text: "Evidence",
    pages: ["reference/benchmarks.md", "experiments.md"],
    extra: [
      { text: "Recorded benchmarks", link: "/bench/results/" },
      { text: "Untrained, four datasets", link: "/experiments/untrained/" },
    ],
  },
  {
    text: "The project",
    pages: ["architecture.md"],
    extra: [{ text: "Contributing", link: "/contributing.html" }],
  },
  { text: "Packages", readmes: "packages" },
  { text: "Decisions", pages: ["decisions/README.md"], folder: "decisions" },
];

/** The sidebar of every page. */
export function sidebar() {
  const named = new Set(sections.flatMap(({ pages = [] }) => pages));
  return sections.map(({ text, pages = [], extra = [], rest, folder, readmes }, index) => ({
    text,
    collapsed: index > 3,
    items: [
      ...pages,
      ...(rest === true
        ? markdownIn("").filter((page) => !named.has(page) && page !== "index.md" && page !== "playground.md")
        : []),
      ...(folder === undefined ? [] : markdownIn(folder).filter((page) => !named.has(page))),
    ]
      .filter((page) => existsSync(join(docs, page)))
      .map((page) => ({
        text: title(join(docs, page)),
        link: `/${page.replace(/README\.md$/, "").replace(/\.md$/, ".html")}`,
      }))
      .concat(extra, readmes === undefined ? [] : packageReadmes(readmes)),
  }));
}

/** @param {string} folder below docs */
function markdownIn(folder) {
  return readdirSync(join(docs, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => (folder === "" ? name : `${folder}/${name}`));
}

/** @param {string} folder below the root */
function packageReadmes(folder) {
  return readdirSync(join(root, folder))
    .filter((name) => existsSync(join(root, folder, name, "README.md")))
    .map((name) => ({ text: title(join(root, folder, name, "README.md")), link: `/${folder}/${name}/` }));
}

/** @param {string} file its first heading is its name in the navigation */
function title(file) {
  const text = readFileSync(file, "utf8");
  const given = /^---\n[\s\S]*?^title: (.*)$[\s\S]*?^---/m.exec(text);
  return (given ?? /^# (.*)$/m.exec(text))?.[1].replaceAll("`", "") ?? file;
}
