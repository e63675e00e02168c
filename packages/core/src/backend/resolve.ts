import { WellbegunError } from "../errors.ts";
import { namesOf, refuseUnknownKeys } from "../options/known-keys.ts";
import type { Backend } from "./backend.ts";
import type { BackendCandidate, JobSizes } from "./candidate.ts";
import { failureOf, type Refusal, unfitness } from "./refusal.ts";
import { anyJob } from "./selection-rule.ts";

/** The candidates of {@link resolveBackend}, and the job. */
export interface ResolveOptions {
  /** The candidates, in the order in which they are tried. */
  readonly candidates: readonly BackendCandidate[];
  /** The sizes by which `auto` decides; see `jobSizes`. Default: unknown, which `auto` treats as small. */
  readonly sizes?: JobSizes | undefined;
}

const optionNames = namesOf<ResolveOptions>({ candidates: true, sizes: true });

/** A started backend, and why the other candidates were not taken. */
export interface ResolvedBackend {
  /** The started backend; the caller disposes of it. */
  readonly backend: Backend;
  /** The name of the candidate that was taken. */
  readonly taken: string;
  /** Every other candidate, in order, each with the reason why it was not taken. */
  readonly others: readonly RefusedBackend[];
}

/** A candidate that was not taken. */
export interface RefusedBackend extends Refusal {
  readonly name: string;
}

/**
 * Starts one of the candidates.
 *
 * - `auto` takes the first candidate whose rule allows a job of these sizes, which starts, whose device is not
 *   software on the processor, and whose largest matrix holds the features of a modality. If no candidate meets
 *   all four conditions, it takes the first that starts: core cuts features that a device cannot hold. It never
 *   takes a candidate that is `onlyByName`.
 * - A name takes that candidate, whatever the sizes. The part of names before a colon takes the first of its family
 *   that starts, real devices before software.
 *
 * Candidates that do not start are listed in the result; the call throws only if none starts.
 *
 * @throws {WellbegunError} `invalid-option`, with the known names, for a name that no candidate has, and for an option that does not exist;
 * `unavailable` if none of the chosen candidates starts, with the reason and the install command of each, and
 * the error as `cause`.
 * @example
 * ```ts
 * import { cpu, largeJobs, resolveBackend, wasm } from "@wellbegun/core";
 *
 * const { backend, taken, others } = await resolveBackend("auto", {
 *   candidates: [
 *     // With @wellbegun/backend-webgpu: open: () => webgpu()
 *     { name: "webgpu", open: () => Promise.reject(new Error("no adapter")), suits: largeJobs },
 *     { name: "wasm", open: () => wasm() },
 *     { name: "cpu", open: async () => cpu() },
 *   ],
 *   sizes: { items: 7000, widths: [128], clusters: 8 },
 * });
 * console.log(taken); // wasm
 * console.log(others.map(({ name, kind }) => `${name}: ${kind}`)); // [ 'webgpu: too-small', 'cpu: not-tried' ]
 * await backend.dispose();
 * ```
 */
export async function resolveBackend(choice: string, options: ResolveOptions): Promise<ResolvedBackend> {
  refuseUnknownKeys("choosing a backend", options, optionNames);
  const { candidates, sizes } = options;
  const asked = candidatesFor(choice, candidates);
  const refusals = new Map<BackendCandidate, Refusal>();
  const several = asked.length > 1;
  const job: Demands = { rules: choice === "auto", realDevice: several, sizes };
  const found = (await firstOf(asked, job, refusals)) ?? (await firstOf(asked, { rules: false }, refusals));
  if (found === undefined) throw nothingStarts(choice, asked, refusals);
  const { backend, candidate } = found;
  const untried = (one: BackendCandidate): Refusal =>
    (choice === "auto" ? (one.suits ?? anyJob).refuses(sizes) : undefined) ?? {
      kind: "not-tried",
      reason: asked.includes(one) ? `${candidate.name} comes first` : `${choice} was asked for`,
    };
  return {
    backend,
    taken: candidate.name,
    others: candidates
      .filter((one) => one !== candidate)
      .map((one) => ({ name: one.name, ...(refusals.get(one) ?? untried(one)) })),
  };
}

/** The conditions that a candidate must meet besides starting. */
interface Demands {
  /** Its rule must allow the job, and its matrices must hold the features. */
  readonly rules: boolean;
  /** Its device must not be a GPU emulated in software. */
  readonly realDevice?: boolean;
  readonly sizes?: JobSizes | undefined;
}

/** Candidates refused for these reasons are tried again where no other starts. */
const reconsidered: readonly Refusal["kind"][] = ["too-small", "limit", "software"];

/** Starts the first candidate that meets the demands, and records the others with their reasons. */
async function firstOf(
  asked: readonly BackendCandidate[],
  { rules, realDevice = false, sizes }: Demands,
  refusals: Map<BackendCandidate, Refusal>,
): Promise<{ readonly backend: Backend; readonly candidate: BackendCandidate } | undefined> {
  for (const candidate of asked) {
    const before = refusals.get(candidate);
    if (before !== undefined && !reconsidered.includes(before.kind)) continue;
    const ruled = rules ? (candidate.suits ?? anyJob).refuses(sizes) : undefined;
    if (ruled !== undefined) {
      refusals.set(candidate, ruled);
      continue;
    }
    let backend: Backend;
    try {
      backend = await candidate.open();
    } catch (error) {
      refusals.set(candidate, failureOf(candidate, error));
      continue;
    }
    const unfit = realDevice ? unfitness(backend, rules ? sizes : undefined) : undefined;
    if (unfit === undefined) return { backend, candidate };
    refusals.set(candidate, unfit);
    await backend.dispose();
  }
  return undefined;
}

/** The candidates that a choice stands for. */
function candidatesFor(choice: string, candidates: readonly BackendCandidate[]): readonly BackendCandidate[] {
  if (choice === "auto") return candidates;
  const exact = candidates.filter(({ name }) => name === choice);
  const asked = exact.length > 0 ? exact : candidates.filter(({ name }) => name.startsWith(`${choice}:`));
  if (asked.length > 0) return asked;
  throw new WellbegunError("invalid-option", {
    doing: "choosing a backend",
    expected: `one of ${backendChoices(candidates).join(", ")}`,
    found: JSON.stringify(choice),
    at: "backend",
  });
}

/** Every choice that {@link resolveBackend} takes: `auto`, the families, and each candidate, in their order. */
export function backendChoices(candidates: readonly Pick<BackendCandidate, "name">[]): readonly string[] {
  const names = candidates.flatMap(({ name }) =>
    name.includes(":") ? [name.slice(0, name.indexOf(":")), name] : [name],
  );
  return ["auto", ...new Set(names)];
}

function nothingStarts(
  choice: string,
  asked: readonly BackendCandidate[],
  refusals: ReadonlyMap<BackendCandidate, Refusal>,
): WellbegunError {
  const doing = `starting the backend ${choice}`;
  const found = asked.map((one) => ({ name: one.name, ...refusals.get(one)! }));
  const [first] = found;
  if (found.length === 1) {
    const { reason, hint, cause } = first!;
    return new WellbegunError("unavailable", {
      doing,
      expected: "one that starts",
      found: `this: ${reason}`,
      ...(hint === undefined ? {} : { hint: `${hint}.` }),
      cause,
    });
  }
  // Where nothing is installed, one command is enough: that of the first candidate, which is the preferred one.
  const told = found.every(({ kind }) => kind === "absent") ? found.slice(0, 1) : found;
  const hints = new Set(told.flatMap(({ hint }) => (hint === undefined ? [] : [hint])));
  return new WellbegunError("unavailable", {
    doing,
    expected: `one of ${asked.map(({ name }) => name).join(", ")}`,
    found: found.map(({ name, reason }) => `${name}: ${reason}`).join("; "),
    ...(hints.size === 0 ? {} : { hint: `${[...hints].join(". ")}.` }),
    cause: new AggregateError(found.flatMap(({ cause }) => (cause === undefined ? [] : [cause]))),
  });
}
