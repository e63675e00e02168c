/**
 * Adds up the test results that vitest leaves in each package and prints them: every skipped test by name, the ten
 * slowest test files, every failed test with its message, and as the last line "N passed, N failed, N skipped".
 *
 *     node tools/test-summary.mjs
 */

import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { readJson, root, workspacePackages } from "./workspace.mjs";

/** @typedef {"passed" | "failed" | "skipped" | "pending" | "todo" | "disabled"} Status */
/** @typedef {{ fullName: string, status: Status, failureMessages?: string[] }} Assertion */
/** @typedef {{ assertionResults: Assertion[], status: string, message: string, name: string, startTime: number, endTime: number }} TestFile */

const SLOWEST = 10;

const total = { passed: 0, failed: 0, skipped: 0 };
/** @type {{ path: string, seconds: number }[]} */
const files = [];
/** @type {string[]} */
const failures = [];
/** @param {string} message */
const firstLine = (message = "") => message.split("\n", 1)[0];
for (const path of [...workspacePackages().map((one) => one.path), "tools"]) {
  const file = join(root, path, ".turbo/test-results.json");
  if (!existsSync(file)) {
    console.log(`  ${path}: no test results`);
    continue;
  }
  /** @type {{ testResults: TestFile[] }} */
  const { testResults } = readJson(file);
  for (const { assertionResults, status, message, name, startTime, endTime } of testResults) {
    files.push({ path: relative(root, name), seconds: (endTime - startTime) / 1000 });
    // A file that does not load has no tests to count, but is a failure.
    if (status === "failed" && assertionResults.length === 0) {
      total.failed++;
      failures.push(`  ${relative(root, name)}: does not load: ${firstLine(message)}`);
    }
    for (const test of assertionResults) {
      if (test.status === "passed" || test.status === "failed") total[test.status]++;
      else {
        total.skipped++;
        console.log(`  ${path}: skipped: ${test.fullName}`);
      }
      if (test.status === "failed") {
        failures.push(`  ${relative(root, name)}: ${test.fullName}: ${firstLine(test.failureMessages?.[0])}`);
      }
    }
  }
}

files.sort((a, b) => b.seconds - a.seconds);
console.log(`The ${SLOWEST} slowest of ${files.length} test files:`);
for (const { path, seconds } of files.slice(0, SLOWEST)) {
  console.log(`  ${seconds.toFixed(1).padStart(6)} s  ${path}`);
}
if (failures.length > 0) console.log(["Failed tests:", ...failures].join("\n"));
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
