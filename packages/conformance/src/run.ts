import { type ConformanceCase, type ConformanceOptions, type ConformanceSuite, openSuite } from "./suite.ts";

/** What came of one case. */
export interface CaseResult {
  readonly backend: string;
  readonly device: string;
  readonly runtime: string;
  readonly operation: string;
  readonly name: string;
  readonly status: "passed" | "failed" | "skipped" | "absent";
  /** Why it failed, was skipped or is absent. */
  readonly reason?: string;
  /** What the case threw. */
  readonly error?: unknown;
}

/**
 * Holds a backend to the suite, with no test runner: opens it, runs every case, disposes of it.
 *
 * @param onResult Called after each case, for progress.
 */
export async function runConformance(
  options: ConformanceOptions,
  onResult?: (result: CaseResult) => void,
): Promise<readonly CaseResult[]> {
  const suite = await openSuite(options);
  const results: CaseResult[] = [];
  try {
    for (const one of suite.cases) {
      const result = await runCase(suite, one);
      results.push(result);
      onResult?.(result);
    }
  } finally {
    await suite.dispose();
  }
  return results;
}

/** Runs one case, unless it is to be left out. Never throws: a failure is a result. */
export async function runCase(suite: ConformanceSuite, one: ConformanceCase): Promise<CaseResult> {
  const { backend, device, runtime } = suite;
  const about = { backend, device, runtime, operation: one.operation, name: one.name };
  if (one.omitted !== undefined) return { ...about, ...one.omitted };
  try {
    await one.run();
    return { ...about, status: "passed" };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ...about, status: "failed", reason, error };
  }
}

/** Whether nothing failed; what was skipped or is absent does not count against a backend. */
export function isConformant(results: readonly CaseResult[]): boolean {
  return results.every((result) => result.status !== "failed");
}
