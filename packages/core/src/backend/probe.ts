import type { Backend, Capabilities } from "./backend.ts";
import type { BackendCandidate } from "./candidate.ts";
import { failureOf, type Refusal } from "./refusal.ts";
import { anyJob } from "./selection-rule.ts";

/** What a candidate is, here and now. */
export interface BackendStatus {
  readonly name: string;
  /** Whether it starts. */
  readonly available: boolean;
  /** Which jobs `auto` gives it. */
  readonly suits: string;
  /** Whether `auto` takes it for a small job: true of one at most. */
  readonly automatic: boolean;
  /** Of one that starts. */
  readonly capabilities?: Capabilities;
  /** Of one that does not. */
  readonly refusal?: Refusal;
}

/** Starts every candidate, one after another, and ends it again. Never throws: what does not start says why. */
export async function probeBackends(
  candidates: readonly BackendCandidate[],
): Promise<readonly BackendStatus[]> {
  const found: BackendStatus[] = [];
  for (const candidate of candidates) {
    const { name, suits = anyJob } = candidate;
    const first = !found.some(({ automatic }) => automatic) && suits.refuses(undefined) === undefined;
    let backend: Backend | undefined;
    try {
      backend = await candidate.open();
      const { capabilities } = backend;
      await backend.dispose();
      const automatic = first && capabilities.software !== true;
      found.push({ name, available: true, suits: suits.text, automatic, capabilities });
    } catch (error) {
      const refusal = failureOf(candidate, error);
      found.push({ name, available: false, suits: suits.text, automatic: false, refusal });
    }
  }
  return found;
}
