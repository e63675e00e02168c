import { isWellbegunError } from "../errors.ts";
import type { Backend } from "./backend.ts";
import type { BackendCandidate, JobSizes } from "./candidate.ts";
import { isAbsence, messageOf } from "./import-peer.ts";

/**
 * Why a candidate was not taken.
 *
 * - `absent`: a package is not installed; `hint` has the command.
 * - `unavailable`: it does not start: no adapter, a driver that is missing, a runtime that cannot host it.
 * - `too-small`: the job does not pay for its start, or for its way of computing.
 * - `limit`: its largest matrix does not hold the features.
 * - `software`: what poses as a GPU is software on the processor.
 * - `by-name`: `auto` never takes it.
 * - `not-tried`: another came first, or another was asked for.
 */
export type RefusalKind =
  | "absent"
  | "unavailable"
  | "too-small"
  | "limit"
  | "software"
  | "by-name"
  | "not-tried";

/** Why a candidate was not taken, for programs and for people. */
export interface Refusal {
  readonly kind: RefusalKind;
  /** With the sizes, where sizes decided. */
  readonly reason: string;
  /** What to do about it, where something can be done: the install command, and where it does not run. */
  readonly hint?: string | undefined;
  /** What starting it threw. */
  readonly cause?: unknown;
}

/** What became of a candidate that did not start. */
export function failureOf({ install, limits }: BackendCandidate, error: unknown): Refusal {
  const absent = isAbsence(error);
  const own = isWellbegunError(error) ? error.hint : undefined;
  // What does start, and then fails, knows best what it lacks.
  const advice = absent && install !== undefined ? [`Install it: ${install}`, limits] : [own ?? limits];
  const hint = advice
    .filter((part) => part !== undefined)
    .map(withoutStop)
    .join(". ");
  // The hint stands by itself.
  const message = messageOf(error);
  const reason = own === undefined ? message : message.replace(` ${own}`, "");
  return {
    kind: absent ? "absent" : "unavailable",
    reason: withoutStop(reason),
    ...(hint === "" ? {} : { hint }),
    cause: error,
  };
}

/** Why a backend that did start does not suit a job; undefined if it does. Core would cut what its matrices do not hold. */
export function unfitness({ capabilities }: Backend, job: JobSizes | undefined): Refusal | undefined {
  const { device, software, maxMatrixBytes = Number.POSITIVE_INFINITY } = capabilities;
  if (software === true) return { kind: "software", reason: `${device} is software on the processor` };
  if (job === undefined) return undefined;
  const width = Math.max(0, ...job.widths);
  const bytes = 4 * job.items * width;
  if (bytes <= maxMatrixBytes) return undefined;
  const needed = `features of ${job.items} x ${width} take ${bytes} bytes`;
  return { kind: "limit", reason: `${needed}; a matrix on ${device} holds ${maxMatrixBytes}` };
}

function withoutStop(text: string): string {
  return text.replace(/\.$/, "");
}
