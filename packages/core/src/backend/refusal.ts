import { isWellbegunError } from "../errors.ts";
import type { Backend } from "./backend.ts";
import type { BackendCandidate, JobSizes } from "./candidate.ts";
import { isAbsence, messageOf } from "./import-peer.ts";

/**
 * Why a candidate was not taken.
 *
 * - `absent`: a package is not installed; `hint` has the command.
 * - `unavailable`: it does not start: no adapter, a driver that is missing, a runtime that cannot host it.
 * - `too-small`: the job is too small to make up for its start, or for its way of computing.
 * - `limit`: its largest matrix does not hold the features.
 * - `software`: its GPU is emulated in software on the processor.
 * - `by-name`: `auto` never takes it.
 * - `not-tried`: a candidate before it was taken, or another one was asked for.
 */
export type RefusalKind =
  | "absent"
  | "unavailable"
  | "too-small"
  | "limit"
  | "software"
  | "by-name"
  | "not-tried";

/** Why a candidate was not taken: a kind for programs, and a reason for users. */
export interface Refusal {
  readonly kind: RefusalKind;
  /** The reason in words, with the sizes where sizes decided. */
  readonly reason: string;
  /** What the user can do about it: the install command, and where the backend does not run. */
  readonly hint?: string | undefined;
  /** The error that the start threw. */
  readonly cause?: unknown;
}

/** The refusal of a candidate that did not start. */
export function failureOf({ install, limits }: BackendCandidate, error: unknown): Refusal {
  const absent = isAbsence(error);
  const own = isWellbegunError(error) ? error.hint : undefined;
  // A package that is installed and fails has the best hint in its own error.
  const advice = absent && install !== undefined ? [`Install it: ${install}`, limits] : [own ?? limits];
  const hint = advice
    .filter((part) => part !== undefined)
    .map(withoutStop)
    .join(". ");
  // The hint has its own field.
  const message = messageOf(error);
  const reason = own === undefined ? message : message.replace(` ${own}`, "");
  return {
    kind: absent ? "absent" : "unavailable",
    reason: withoutStop(reason),
    ...(hint === "" ? {} : { hint }),
    cause: error,
  };
}

/**
 * Why a started backend does not suit a job; undefined if it does. Core would cut features that exceed its
 * largest matrix.
 */
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
