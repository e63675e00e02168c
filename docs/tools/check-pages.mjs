/**
 * Opens the built site in a real Chromium, served as plain files: no page complains or asks another server, axe has no serious
 * finding, nothing scrolls sideways on a telephone, nothing moves while a page loads, the first view needs little script, and the
 * search finds pages.
 * Screenshots are left in out/.
 */

import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { launchChromium } from "../../tools/chromium.mjs";
import { dist, gzipped, out, serveSite } from "./site.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Pages that axe and the camera look at, in both colors and at two widths. */
const shown = [
  "index.html",
  "start.html",
  "playground.html",
  "concepts/two-terms.html",
  "concepts/one-space.html",
  "concepts/controls.html",
  "reference/benchmarks.html",
  "reference/command-line.html",
  "architecture.html",
  "tutorials/pgvector-service.html",
  "guides/mmrec.html",
  "decisions/0002-defaults.html",
  "packages/core/index.html",
  "reference/api/@wellbegun/tune.html",
  "playground/index.html",
];
/** How they are looked at. @type {readonly { colorScheme: "light" | "dark", width: number, height: number }[]} */
const looks = [
  { colorScheme: "light", width: 1280, height: 900 },
  { colorScheme: "dark", width: 1280, height: 900 },
  { colorScheme: "dark", width: 390, height: 844 },
];
/** @typedef {{ impact: string, id: string, nodes: { html: string, failureSummary: string }[] }} Finding */
/** Bytes of script that a page without the playground may load for its first view, compressed as servers send it. */
const mostScript = 200_000;

const { origin, close } = await serveSite();
// Nothing that is looked at here is drawn by WebGL, and pages are painted with less work without it.
const browser = await launchChromium(["--disable-gpu"]);
/** @type {string[]} */
const problems = [];

/** Writes down what goes wrong on a page until `stop`. @param {import("playwright-core").Page} page @param {string} name */
function watch(page, name) {
  const onConsole = (/** @type {import("playwright-core").ConsoleMessage} */ message) => {
    if (message.type() === "error") problems.push(`${name}: ${message.text()} ${message.location().url}`);
  };
  const onError = (/** @type {Error} */ error) => void problems.push(`${name}: ${error}`);
  const onRequest = (/** @type {import("playwright-core").Request} */ request) => {
    if (request.url().startsWith(origin) || /^(data|blob):/.test(request.url())) return;
    problems.push(`${name}: asks ${request.url()}`);
  };
  page.on("console", onConsole).on("pageerror", onError).on("request", onRequest);
  return {
    stop: () => page.off("console", onConsole).off("pageerror", onError).off("request", onRequest),
  };
}

const names = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith(".html"),
);
/** Resolves when what a loaded page still does by itself is done: its first turns of the event loop. */
const settled = "new Promise((resolve) => setTimeout(resolve, 50))";

/** Largest sum of layout shifts that counts as good (web.dev/cls). */
const mostShift = 0.1;

/**
 * The layout shift of a page as it loads. Beside other work Chromium now and then paints VitePress's hydration in several steps, so
 * that a page above the limit is loaded up to twice more: a shift of its own is there each time.
 *
 * @param {import("playwright-core").Page} view @param {string} address
 */
async function leastShift(view, address) {
  let least = Infinity;
  for (let loads = 0; loads < 3 && least > mostShift; loads++) {
    await view.goto(address, { waitUntil: "load" });
    await view.evaluate(settled);
    least = Math.min(least, Number(await view.evaluate("globalThis.moved ?? 0")));
  }
  return least;
}

/** Runs in a page: the scripts that it asked for until it was loaded; what it fetches ahead for other pages comes later. */
function scriptsUntilLoad() {
  const [navigation] = /** @type {PerformanceNavigationTiming[]} */ (
    performance.getEntriesByType("navigation")
  );
  return performance
    .getEntriesByType("resource")
    .filter(({ startTime }) => startTime < (navigation?.loadEventStart ?? 0))
    .map(({ name }) => decodeURIComponent(new URL(name).pathname))
    .filter((path) => path.endsWith(".js"));
}

const page = await browser.newPage();
/** The most script of a first view, and where. */
let most = { bytes: 0, name: "" };
for (const name of names) {
  const own = watch(page, name);
  await page.goto(`${origin}/${name}`, { waitUntil: "load" });
  const scripts = new Set(await page.evaluate(scriptsUntilLoad));
  const bytes = [...scripts].reduce((sum, path) => sum + gzipped(join(dist, path)).length, 0);
  if (!name.startsWith("playground/")) {
    if (bytes > most.bytes) most = { bytes, name };
    if (bytes > mostScript) problems.push(`${name}: ${bytes} bytes of script`);
  }
  await page.evaluate(settled);
  own.stop();
}
console.log(
  `${most.name}: ${Math.round(most.bytes / 1000)} kB of script until it is loaded, the most of all pages`,
);

// The search finds a page by a word of its text, and asks no other server.
const searching = watch(page, "the search");
await page.goto(`${origin}/start.html`, { waitUntil: "load" });
await page.click(".DocSearch-Button");
await page.fill("#localsearch-input", "pgvector extension");
const found = page.locator("#localsearch-list a.result");
await found.first().waitFor();
const targets = await found.evaluateAll((links) =>
  links.map((link) => new URL(/** @type {HTMLAnchorElement} */ (link).href).pathname),
);
if (!targets.some((path) => path.startsWith("/tutorials/pgvector-service")))
  problems.push(`the search: no pgvector tutorial among ${targets.join(", ")}`);
searching.stop();
await page.close();

mkdirSync(out, { recursive: true });
for (const { colorScheme, width, height } of looks) {
  const view = await browser.newPage({ colorScheme, viewport: { width, height } });
  await view.addInitScript(
    "new PerformanceObserver((list) => { for (const shift of list.getEntries()) globalThis.moved = (globalThis.moved ?? 0) + shift.value; }).observe({ type: 'layout-shift', buffered: true });",
  );
  for (const name of shown) {
    const at = `${name} (${colorScheme}, ${width})`;
    const moved = await leastShift(view, `${origin}/${name}`);
    if (moved > mostShift) problems.push(`${at}: a layout shift of ${moved.toFixed(2)}`);
    const wide = await view.evaluate(() => document.documentElement.scrollWidth);
    if (wide > width) problems.push(`${at}: ${wide} wide`);
    const picture = `${name.replace(/\.html$/, "").replaceAll("/", "-")}-${colorScheme}-${width}.png`;
    await view.screenshot({ path: join(out, picture) });
    await view.evaluate(axe);
    const found = /** @type {Finding[]} */ (
      await view.evaluate("axe.run().then(({ violations }) => violations)")
    );
    for (const { impact, id, nodes } of found) {
      if (impact !== "serious" && impact !== "critical") continue;
      const [first] = nodes;
      problems.push(
        `${at}: axe ${id}, ${nodes.length} times, first ${first?.html.slice(0, 160)}: ${first?.failureSummary}`,
      );
    }
  }
  await view.close();
}
await browser.close();
close();

console.log(
  `${names.length} pages opened, ${shown.length} looked at in two colors and on a telephone: ${relative(process.cwd(), out)}`,
);
for (const problem of new Set(problems)) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
