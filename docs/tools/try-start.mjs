/**
 * Does what a stranger does: opens the site, goes to the start page, and runs what stands there, way by way, in empty folders with
 * the packed packages. Prints the path with its times, as Markdown; a command that fails ends it.
 *
 * Expects a build and a built site. Only third-party dependencies come from the registry.
 */

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { launchChromium } from "../../tools/chromium.mjs";
import { expectedOutput, firstMissing } from "../../tools/examples/extract.mjs";
import { installProblems } from "../../tools/packed/consumer.mjs";
import { packAll } from "../../tools/packed/pack.mjs";
import { serveSite } from "./site.mjs";

/** @typedef {{ title: string, blocks: { language: string, code: string }[] }} Way */

const python = process.env.WELLBEGUN_PYTHON ?? "python3";

/** What the start page says: each of its sections with the code in it. @returns {Promise<Way[]>} */
async function waysOfStartPage() {
  const { origin, close } = await serveSite();
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(origin);
    await page.click("text=Start in two minutes");
    await page.waitForURL(/start\.html/);
    // The first page has headings of this level too: those of the start page alone count.
    await page.waitForSelector(".vp-doc h2 ~ [class*='language-']");
    const ways = await page
      .locator(".vp-doc h2, .vp-doc [class*='language-'] > pre")
      .evaluateAll((elements) => {
        /** @type {Way[]} */
        const found = [];
        for (const element of elements) {
          if (element.tagName === "H2") {
            found.push({ title: element.firstChild?.textContent?.trim() ?? "", blocks: [] });
            continue;
          }
          const language = /language-(\w+)/.exec(element.parentElement?.className ?? "")?.[1] ?? "";
          found.at(-1)?.blocks.push({ language, code: element.textContent ?? "" });
        }
        return found;
      });
    const found = ways.filter(({ blocks }) => blocks.length > 0);
    if (found.length === 0) throw new Error("the start page has no section with code");
    return found;
  } finally {
    await browser.close();
    close();
  }
}

/** The reader's own data, under the names that the page gives it. @param {string} folder */
function writeOwnData(folder) {
  const items = Array.from({ length: 200 }, (_, item) => `item-${item}`);
  const pairs = Array.from({ length: 5000 }, (_, pair) => [pair % 250, (pair * pair + 7 * pair) % 200]);
  const vectors = items.map((_, row) => Array.from({ length: 32 }, (_, c) => Math.sin(row * 31 + c * c)));
  const text = (/** @type {string} */ name, /** @type {string[]} */ data) => ({
    name,
    data,
    type: /** @type {const} */ ("STRING"),
  });
  const tables = {
    "log.parquet": [
      text(
        "user",
        pairs.map(([user]) => `user-${user}`),
      ),
      text(
        "item",
        pairs.map(([, item]) => `item-${item}`),
      ),
    ],
    "items.parquet": [text("item", items), { name: "embedding", data: vectors }],
  };
  for (const [name, columnData] of Object.entries(tables))
    writeFileSync(join(folder, name), new Uint8Array(parquetWriteBuffer({ columnData })));
}

/** @param {string} folder @param {string} language @param {string} code */
function runBlock(folder, language, code) {
  const run = (/** @type {string} */ program, /** @type {string[]} */ args) =>
    execFileSync(program, args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  if (language === "sh") return run("bash", ["-euo", "pipefail", "-c", code]);
  if (language === "py") return run(python, ["-c", code]);
  if (language !== "js") throw new Error(`the start page has code in ${language}, which nothing here runs`);
  writeFileSync(join(folder, "program.mjs"), code);
  const printed = run(process.execPath, ["program.mjs"]);
  const missing = firstMissing(expectedOutput(code), printed);
  if (missing !== undefined) throw new Error(`the program does not print ${missing}: ${printed}`);
  return printed;
}

const seconds = (/** @type {number} */ since) => (performance.now() - since) / 1000;
const temporary = mkdtempSync(join(tmpdir(), "wellbegun-start-"));
try {
  const packages = packAll(temporary);
  const consumer = join(temporary, "stranger");
  mkdirSync(consumer);
  const started = performance.now();
  const ways = await waysOfStartPage();
  const opened = seconds(started);
  const installing = performance.now();
  const problems = installProblems(consumer, packages);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  const installed = seconds(installing);
  console.log(
    `# From the start page to vectors\n\nNode ${process.versions.node}, load ${loadavg()[0]?.toFixed(1)}.\n`,
  );
  console.log("| way | what is run | s |\n| --- | --- | --- |");
  console.log(`| every | the site is opened, and its start page | ${opened.toFixed(1)} |`);
  console.log(`| every | \`npm install\` of all packages, packed | ${installed.toFixed(1)} |`);
  for (const { title, blocks } of ways) {
    const folder = join(consumer, title.replaceAll(" ", "-").toLowerCase());
    mkdirSync(folder);
    writeOwnData(folder);
    let total = opened + installed;
    for (const { language, code } of blocks) {
      // The packages are not in the registry before the first release; their tarballs are installed above.
      if (/^npm install [^\n]*\n?$/.test(code)) continue;
      const begun = performance.now();
      runBlock(folder, language, code);
      total += seconds(begun);
      const shown =
        language === "sh"
          ? code.replaceAll("\\\n", "").trim().split("\n").join("`<br>`")
          : `a program, ${language}`;
      console.log(`| ${title} | \`${shown.replace(/ +/g, " ")}\` | ${seconds(begun).toFixed(1)} |`);
    }
    const made = readdirSync(folder).filter((name) => name === "vectors" || name === "own");
    console.log(
      `| **${title}** | in all${made.length > 0 ? `; it made ${made.join(" and ")}` : ""} | **${total.toFixed(1)}** |`,
    );
  }
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
