/** What the site adds to Markdown: links as they work in the repository, drawings in the page, Mermaid drawn at build. */

import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { renderMermaidSVG } from "beautiful-mermaid";
import { linkTarget, root } from "./pages.mjs";

/** The fragment of a heading, as repositories make it, so that one link works in both. @param {string} heading */
export function fragmentOf(heading) {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "")
    .replaceAll(" ", "-");
}

/** Where a link to a source file leads; without it such links become plain text. */
const repository = process.env.WELLBEGUN_REPOSITORY;

/** @param {any} md a markdown-it */
export function extend(md) {
  md.core.ruler.push("repository-links", (/** @type {any} */ state) => {
    // Texts of the theme, which are no file, have no path.
    if (state.env.path === undefined) return;
    for (const block of state.tokens) if (block.type === "inline") relink(block.children, fileOf(state.env));
  });
  const image = md.renderer.rules.image;
  md.renderer.rules.image = (/** @type {any[]} */ ...args) => {
    const [tokens, index, , env] = args;
    const source = tokens[index].attrGet("src");
    if (source.endsWith(".png") && !/^\w+:/.test(source))
      reserve(tokens[index], join(root, dirname(fileOf(env)), source));
    if (!source.endsWith(".svg") || /^\w+:/.test(source)) return image(...args);
    return drawing(join(root, dirname(fileOf(env)), source), tokens[index].content);
  };
  const fence = md.renderer.rules.fence;
  md.renderer.rules.fence = (/** @type {any[]} */ ...args) => {
    const [tokens, index] = args;
    const { info, content } = tokens[index];
    return info.trim() === "mermaid" ? mermaid(content) : fence(...args);
  };
  // Indented code scrolls by itself only if it is shown as fenced code is.
  md.renderer.rules.code_block = (/** @type {any[]} */ ...args) => fence(...args);
}

/** The Markdown file from the root: VitePress names the rewritten path, and the real one where they differ. @param {{ path: string, realPath?: string }} env */
function fileOf({ path, realPath }) {
  return relative(root, realPath ?? path).replaceAll("\\", "/");
}

/** @param {any[]} tokens @param {string} file */
function relink(tokens, file) {
  /** @type {any[]} */
  const open = [];
  for (const token of tokens) {
    if (token.type === "link_close") {
      const tag = open.pop();
      if (tag !== undefined) token.tag = tag;
    }
    if (token.type !== "link_open") continue;
    const href = token.attrGet("href");
    open.push(undefined);
    if (/^(?:\w+:|#)/.test(href)) continue;
    const [, path, rest] = /^([^#?]*)(.*)$/.exec(href) ?? [];
    const target = linkTarget(file, decodeURI(path));
    if (target !== undefined) token.attrSet("href", target + rest);
    else if (repository !== undefined) token.attrSet("href", `${repository}/${join(dirname(file), path)}`);
    else {
      open[open.length - 1] = "span";
      token.tag = "span";
      token.type = "text_open";
      token.attrs = [["title", "a file of the repository"]];
    }
  }
}

/** Keeps the place of a picture before it is loaded, so that nothing moves. @param {any} token @param {string} file of PNG */
function reserve(token, file) {
  const header = readFileSync(file);
  token.attrSet("width", `${header.readUInt32BE(16)}`);
  token.attrSet("height", `${header.readUInt32BE(20)}`);
}

/** An SVG file as part of the page, so that it takes the page's colors. @param {string} file @param {string} title */
function drawing(file, title) {
  return inline("span", readFileSync(file, "utf8"), title);
}

/** @param {string} text */
function mermaid(text) {
  const plain = text
    // The renderer keeps entities as they are written, and knows no slanted boxes.
    .replaceAll("&lambda;", "λ")
    .replace(/\[\/"(.*?)"\/\]/g, '["$1"]')
    // A page is longer than it is wide.
    .replace("flowchart LR", "flowchart TB");
  const svg = renderMermaidSVG(plain, {
    bg: "var(--vp-c-bg)",
    fg: "var(--vp-c-text-1)",
    font: "inherit",
    transparent: true,
  });
  // The page loads no font.
  return inline("div", svg.replace(/@import url\([^)]*\);?/g, ""), "diagram");
}

/**
 * An element that holds an SVG as it is: Vue would drop its styles.
 * @param {string} tag
 * @param {string} svg
 * @param {string} title
 */
function inline(tag, svg, title) {
  const named = svg.replace("<svg", `<svg role="img" aria-label="${attribute(title)}"`);
  return `<${tag} class="drawing" tabindex="0" v-html="${attribute(JSON.stringify(named))}"></${tag}>`;
}

/** @param {string} text */
function attribute(text) {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll('"', "&quot;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}
