import { type ConformanceCase, type ConformanceOptions, type ConformanceSuite, openSuite } from "./suite.ts";

/** The result of one case. */
export interface CaseResult {
  readonly backend: string;
  readonly device: string;
  readonly runtime: string;
  readonly operation: string;
  readonly name: string;
  readonly status: "passed" | "failed" | "skipped" | "absent";
  /** Why it failed, was skipped or is absent. */
  readonly reason?: string;
  /** The error that the case threw. */
  readonly error?: unknown;
}

/**
 * Runs the suite on a backend without a test runner: opens the backend, runs every case, disposes of it.
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

/** Runs one case, unless it is skipped. Never throws: a failure is a result. */
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

/** Whether no case failed; skipped and absent cases do not count as failures. */
export function isConformant(results: readonly CaseResult[]): boolean {
  return results.every((result) => result.status !== "failed");
}
