/**
 * Opens the built site in a real Chromium, served as plain files: no page complains or asks another server, axe has no serious
 * finding, nothing scrolls sideways on a telephone, nothing moves while a page loads, and the first view needs little script.
 * Screenshots are left in out/.
 */

import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const dist = fileURLToPath(new URL("../.vitepress/dist", import.meta.url));
const out = fileURLToPath(new URL("../out", import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const executablePath = process.env.WELLBEGUN_CHROMIUM ?? usual.find((path) => existsSync(path));
if (executablePath === undefined)
  throw new Error(`no Chromium at ${usual.join(", ")}; WELLBEGUN_CHROMIUM names one`);

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
  "playground/index.html",
];
/** Bytes of script that a page without the playground may load for its first view, compressed as servers send it. */
const mostScript = 200_000;

const types = /** @type {Record<string, string>} */ ({
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".json": "application/json",
});
const server = createServer((request, response) => {
  const path = join(dist, decodeURIComponent(new URL(request.url ?? "/", "http://site").pathname));
  const file = existsSync(path) && statSync(path).isDirectory() ? join(path, "index.html") : path;
  if (!file.startsWith(dist) || !existsSync(file)) return void response.writeHead(404).end();
  response
    .writeHead(200, { "Content-Type": types[extname(file)] ?? "application/octet-stream" })
    .end(readFileSync(file));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
const address = server.address();
const origin = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : ""}`;

const browser = await chromium.launch({
  executablePath,
  args: [
    "--disable-quic",
    "--disable-sync",
    "--disable-component-update",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
  ],
});
/** @type {string[]} */
const problems = [];

/** @param {import("playwright-core").Page} page @param {string} name */
function watch(page, name) {
  page.on("console", (message) => message.type() === "error" && problems.push(`${name}: ${message.text()}`));
  page.on("pageerror", (error) => problems.push(`${name}: ${error}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(origin) && !/^(data|blob):/.test(request.url()))
      problems.push(`${name}: asks ${request.url()}`);
  });
}

const names = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith(".html"),
);
const page = await browser.newPage();
let current = "";
watch(page, "a page");
for (const name of names) {
  current = name;
  const before = problems.length;
  await page.goto(`${origin}/${name}`, { waitUntil: "load" });
  for (let i = before; i < problems.length; i++) problems[i] = `${current}: ${problems[i]}`;
}
await page.close();

mkdirSync(out, { recursive: true });
for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
  for (const [width, height] of /** @type {const} */ ([
    [1280, 900],
    [390, 844],
  ])) {
    const view = await browser.newPage({ colorScheme, viewport: { width, height } });
    watch(view, `${colorScheme}, ${width}`);
    await view.addInitScript(
      "new PerformanceObserver((list) => { for (const shift of list.getEntries()) globalThis.moved = (globalThis.moved ?? 0) + shift.value; }).observe({ type: 'layout-shift', buffered: true });",
    );
    for (const name of shown) {
      await view.goto(`${origin}/${name}`, { waitUntil: "networkidle" });
      await view.screenshot({
        path: join(out, `${name.replace(/[/.]html$|\//g, "-")}-${colorScheme}-${width}.png`),
        fullPage: width > 1000,
      });
      await view.evaluate(axe);
      const found = /** @type {{ impact: string, id: string, nodes: { html: string }[] }[]} */ (
        await view.evaluate("axe.run().then(({ violations }) => violations)")
      );
      for (const { impact, id, nodes } of found) {
        if (impact !== "serious" && impact !== "critical") continue;
        problems.push(
          `${name} (${colorScheme}, ${width}): axe ${id}, ${nodes.length} times, first ${nodes[0]?.html.slice(0, 160)}`,
        );
      }
      const wide = await view.evaluate(() => document.documentElement.scrollWidth);
      if (wide > width) problems.push(`${name} (${width}): ${wide} wide`);
      const moved = Number(await view.evaluate("globalThis.moved ?? 0"));
      if (moved > 0.1)
        problems.push(`${name} (${colorScheme}, ${width}): a layout shift of ${moved.toFixed(2)}`);
    }
    await view.close();
  }
}
await browser.close();
server.close();

const { gzipSync } = await import("node:zlib");
for (const name of ["index.html", "start.html"]) {
  const html = readFileSync(join(dist, name), "utf8");
  const scripts = [...html.matchAll(/(?:src|href)="([^"]+\.js)"/g)].map(([, path]) => path ?? "");
  const bytes = [...new Set(scripts)].reduce(
    (sum, path) => sum + gzipSync(readFileSync(join(dist, path))).length,
    0,
  );
  console.log(`${name}: ${scripts.length} scripts, ${Math.round(bytes / 1000)} kB compressed`);
  if (bytes > mostScript) problems.push(`${name}: ${bytes} bytes of script`);
}
console.log(
  `${names.length} pages opened, ${shown.length} looked at in two colors and at two widths: ${relative(process.cwd(), out)}`,
);
for (const problem of new Set(problems)) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
