/**
 * Looks at the built site with Lighthouse in a real Chromium: scores, first paint, layout shift, script, and what it finds. Prints
 * Markdown. Lighthouse is no dependency of the repository; WELLBEGUN_PEERS names a folder that has it:
 *
 *   npm install --prefix path/to/peers lighthouse@12.8.2
 *   WELLBEGUN_PEERS=path/to/peers npm run docs:lighthouse
 *
 * Options: --rounds 3, --forms mobile,desktop, and --pages with paths of the site.
 */

import { createServer } from "node:net";
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { choice, list, wholeNumber } from "../../bench/lib/arguments.mjs";
import { surroundings, surroundingsText } from "../../bench/lib/machine.mjs";
import { figure, table } from "../../bench/lib/markdown.mjs";
import { summarize } from "../../bench/lib/statistics.mjs";
import { launchChromium } from "../../tools/chromium.mjs";
import { serveSite } from "./site.mjs";

const categories = /** @type {const} */ (["performance", "accessibility", "best-practices", "seo"]);
/** A start page, a tutorial, a page of the API reference, the playground. */
const usual =
  "index.html,tutorials/pgvector-service.html,reference/api/@wellbegun/core.html,playground/index.html";
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    forms: { type: "string", default: "mobile,desktop" },
    pages: { type: "string", default: usual },
  },
});
const rounds = wholeNumber("rounds", values.rounds, 1);
const forms = list(values.forms).map((form) => choice("forms", form, ["mobile", "desktop"]));
const { default: lighthouse, desktopConfig } = await import("lighthouse").catch(() => {
  console.error(
    "Lighthouse is not there: WELLBEGUN_PEERS names a folder with it (see docs/tools/lighthouse.mjs).",
  );
  process.exit(1);
});

/** A port that is free now. @returns {Promise<number>} */
async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  await new Promise((resolve) => server.close(resolve));
  return address.port;
}

// Before the browser: it refuses where no site is built.
const { origin, close } = await serveSite();
const port = await freePort();
const browser = await launchChromium([`--remote-debugging-port=${port}`]).catch((error) => {
  close();
  throw error;
});
/** @type {string[][]} */
const rows = [];
/** What Lighthouse finds, and where. @type {Map<string, Set<string>>} */
const found = new Map();
try {
  console.log(`# The site, seen by Lighthouse\n\n${surroundingsText(surroundings())}`);
  console.log(
    `- Chromium ${browser.version()}; load ${figure(loadavg()[0] ?? 0)}; ${rounds} rounds, medians\n`,
  );
  for (const name of list(values.pages)) {
    for (const form of forms) {
      const config = form === "desktop" ? desktopConfig : undefined;
      /** @type {any[]} */
      const results = [];
      for (let round = 0; round < rounds; round++) {
        const run = await lighthouse(`${origin}/${name}`, { port, onlyCategories: [...categories] }, config);
        const { runtimeError } = run.lhr;
        if (runtimeError !== undefined) throw new Error(`${name}: ${runtimeError.message}`);
        results.push(run.lhr);
      }
      const median = (/** @type {(lhr: any) => number} */ of) => summarize(results.map(of)).median;
      const numeric = (/** @type {string} */ audit) => median((lhr) => lhr.audits[audit].numericValue ?? 0);
      const script = median(({ audits }) => {
        const summary = audits["resource-summary"]?.details?.items ?? [];
        return summary.find((/** @type {any} */ item) => item.resourceType === "script")?.transferSize ?? 0;
      });
      rows.push([
        name,
        form,
        ...categories.map(
          (category) => `${Math.round(median((lhr) => lhr.categories[category].score * 100))}`,
        ),
        figure(numeric("first-contentful-paint") / 1000),
        figure(numeric("largest-contentful-paint") / 1000),
        `${Math.round(numeric("total-blocking-time"))}`,
        numeric("cumulative-layout-shift").toFixed(3),
        `${Math.round(script / 1000)}`,
      ]);
      for (const { audits, categories: groups } of results) {
        for (const category of categories) {
          for (const { id, weight } of groups[category].auditRefs) {
            const { score, title } = audits[id];
            if (weight === 0 || score === null || score >= 0.9) continue;
            const line = `${category}: ${title} (${id})`;
            found.set(line, (found.get(line) ?? new Set()).add(`${name}, ${form}`));
          }
        }
      }
    }
  }
} finally {
  await browser.close();
  close();
}
const heads = ["page", "form", ...categories, "first paint, s", "largest paint, s"];
console.log(table([...heads, "blocked, ms", "layout shift", "script, kB"], rows));
console.log("\nAudits that count and score below 90 in any round:\n");
for (const [line, where] of found) console.log(`- ${line}: ${[...where].join("; ")}`);
if (found.size === 0) console.log("- none");
