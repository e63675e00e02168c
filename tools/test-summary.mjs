/**
 * Adds up the test results that vitest leaves in each package under CI, and prints them as one line,
 * "N passed, N failed, N skipped", with the skipped tests by name: a green suite says nothing of what it left out.
 */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { readJson, root, workspacePackages } from "./workspace.mjs";

/** @typedef {{ fullName: string, status: "passed" | "failed" | "skipped" | "pending" | "todo" | "disabled" }} Assertion */

const total = { passed: 0, failed: 0, skipped: 0 };
for (const path of [...workspacePackages().map((one) => one.path), "tools"]) {
  const file = join(root, path, ".turbo/test-results.json");
  if (!existsSync(file)) {
    console.log(`  ${path}: no test results`);
    continue;
  }
  /** @type {{ testResults: { assertionResults: Assertion[] , status: string, name: string, message: string }[] }} */
  const { testResults } = readJson(file);
  for (const suite of testResults) {
    // A file that does not load has no tests to count, and still is a failure.
    if (suite.status === "failed" && suite.assertionResults.length === 0) total.failed++;
    for (const { fullName, status } of suite.assertionResults) {
      if (status === "passed" || status === "failed") total[status]++;
      else {
        total.skipped++;
        console.log(`  ${path}: skipped: ${fullName}`);
      }
    }
  }
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
