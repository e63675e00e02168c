import { type CaseResult, runCase } from "./run.ts";
import type { ConformanceSuite } from "./suite.ts";
import { formatTable } from "./table.ts";

/** The functions of a test runner that are used; vitest, jest, Bun and Deno's `@std/testing/bdd` have them. */
export interface TestRunner {
  describe(name: string, body: () => void): void;
  readonly it: {
    (name: string, run: () => Promise<void>): void;
    skip(name: string, run: () => Promise<void>): void;
  };
  afterAll(run: () => Promise<void>): void;
}

/**
 * Declares the cases of a suite as tests. Skipped and absent cases appear as skipped tests with their reasons.
 *
 * @param print Called with the table of results after the last case, such as `console.log`.
 */
export function describeConformance(
  suite: ConformanceSuite,
  runner: TestRunner,
  print: (table: string) => void,
): void {
  runner.describe(`conformance of ${suite.backend} on ${suite.device}, ${suite.runtime}`, () => {
    const results: CaseResult[] = [];
    for (const one of suite.cases) {
      const name = `${one.operation} ${one.name}`;
      const test = async (): Promise<void> => {
        const result = await runCase(suite, one);
        results.push(result);
        if (result.status === "failed") throw result.error;
      };
      if (one.omitted === undefined) runner.it(name, test);
      else runner.it.skip(`${name} (${one.omitted.status}: ${one.omitted.reason})`, test);
    }
    runner.afterAll(async () => {
      for (const one of suite.cases) if (one.omitted !== undefined) results.push(await runCase(suite, one));
      print(formatTable(results));
      await suite.dispose();
    });
  });
}
