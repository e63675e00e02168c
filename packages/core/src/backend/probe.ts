import type { Backend, Capabilities } from "./backend.ts";
import type { BackendCandidate } from "./candidate.ts";
import { failureOf, type Refusal } from "./refusal.ts";
import { anyJob } from "./selection-rule.ts";

/** The state of a candidate on this machine. */
export interface BackendStatus {
  readonly name: string;
  /** Whether the backend starts. */
  readonly available: boolean;
  /** The jobs for which `auto` takes it, in words. */
  readonly suits: string;
  /** Whether `auto` takes it for a small job; true for at most one candidate. */
  readonly automatic: boolean;
  /** Set where the backend starts. */
  readonly capabilities?: Capabilities;
  /** Set where it does not start. */
  readonly refusal?: Refusal;
}

/**
 * Starts every candidate, one after another, and disposes of it. Never throws: a candidate that does not start
 * gets a `refusal`.
 */
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
