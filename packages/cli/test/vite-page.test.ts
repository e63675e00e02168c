/** The example of a page, built by Vite and opened in a real Chromium. */

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { expect, it } from "vitest";
import { demandBrowser, launchBrowser } from "./support/browser.ts";
import { temporaryFolder } from "./support/files.ts";

const present = demandBrowser("the example of a page in a browser");
const root = fileURLToPath(new URL("../../../examples/vite-page", import.meta.url));
const types: Record<string, string> = { ".html": "text/html", ".js": "text/javascript" };

it.skipIf(!present)("the example of a page computes vectors and folds in a user in Chromium", async () => {
  const outDir = temporaryFolder();
  await build({
    root,
    configFile: false,
    logLevel: "warn",
    build: { outDir, emptyOutDir: true, target: "es2022", chunkSizeWarningLimit: 2000 },
  });
  const server = createServer((request, response) => {
    const path = request.url === "/" ? "/index.html" : (request.url ?? "");
    response.writeHead(200, { "Content-Type": types[extname(path)] ?? "text/plain" });
    response.end(path === "/favicon.ico" ? "" : readFileSync(join(outDir, path)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    await page.goto(`http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/`);
    await page.waitForFunction(() => document.querySelector("#result")?.textContent !== "Computing.");
    expect(await page.textContent("#result")).toBe(
      "300 users, 200 items; a new user of 3 clicks has 64 columns.",
    );
    expect(errors).toEqual([]);
  } finally {
    await browser.close();
    server.close();
  }
});
