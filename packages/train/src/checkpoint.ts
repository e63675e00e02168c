import { type Backend, WellbegunError } from "@wellbegun/core";
import type { Matrix } from "@wellbegun/core/backend";
import type { EpochRecord } from "./curve.ts";
import { identityDifference } from "./identity.ts";
import type { Parameters } from "./models/parameters.ts";
import { type ArraySource, decodeArrays, encodeArrays } from "./named-arrays.ts";
import type { Adam } from "./optimizer.ts";
import { endOfPatience } from "./patience.ts";
import type { Vectors } from "./vectors.ts";

/** The best epoch so far and its vectors. */
export interface Best extends Vectors {
  /** From 1; 0 for the start. */
  readonly epoch: number;
  /** Recall@k on the validation split. */
  readonly score: number;
}

/** The state of training after an epoch, besides the parameters and their moments. */
export interface TrainingState {
  /** Epochs that are done. */
  epoch: number;
  best: Best | undefined;
  readonly curve: EpochRecord[];
  /** The last checkpoint that was written or read, if any. */
  saved?: { readonly epoch: number; readonly label: string };
}

const DOING = "resuming training";

interface Header {
  readonly identity: string;
  readonly epoch: number;
  readonly steps: number;
  readonly best: { readonly epoch: number; readonly score: number } | null;
  readonly curve: readonly EpochRecord[];
}

/** The state as bytes. */
export async function encodeCheckpoint(
  backend: Backend,
  identity: string,
  state: TrainingState,
  parameters: Parameters,
  adam: Adam,
): Promise<Uint8Array> {
  const sources: ArraySource[] = [];
  const matrix = (name: string, x: Matrix): void => {
    const fill = (into: Float32Array): Promise<void> =>
      backend.read(x, 0, x.rows, (values) => into.set(values));
    sources.push({ name, length: x.rows * x.columns, fill });
  };
  const array = (name: string, values: Float32Array): void => {
    sources.push({ name, length: values.length, fill: (into) => into.set(values) });
  };
  for (const [name, { value }] of parameters.entries()) {
    const { mean, square } = adam.moments.get(name)!;
    matrix(`value/${name}`, value);
    matrix(`mean/${name}`, mean);
    matrix(`square/${name}`, square);
  }
  const { best, epoch, curve } = state;
  if (best !== undefined) {
    array("best/users", best.users);
    array("best/items", best.items);
    if (best.foldIn !== undefined) array("best/foldIn", best.foldIn);
    for (const [index, values] of (best.content ?? []).entries()) array(`best/content/${index}`, values);
  }
  const header: Header = {
    identity,
    epoch,
    steps: adam.steps,
    best: best === undefined ? null : { epoch: best.epoch, score: best.score },
    curve,
  };
  return await encodeArrays(header, sources);
}

/** A checkpoint that is read. */
export interface ReadCheckpoint {
  readonly bytes: Uint8Array;
  /** Most epochs of the run that goes on from it. */
  readonly epochs: number;
  /** Its patience. */
  readonly patience: number;
  /** What errors call the bytes, such as a path. */
  readonly label: string;
}

/**
 * Restores parameters, moments and state from a checkpoint. Where the run's patience would have ended it at an earlier epoch, the
 * state is that at this end.
 *
 * @throws {WellbegunError} `format` for bytes that are not a checkpoint; `mismatch` for a checkpoint of other
 * data or options, or of another backend or release, for one of more epochs than the run has, and for one whose best epoch comes
 * after the end that the run's patience would have set.
 */
export async function restoreCheckpoint(
  backend: Backend,
  identity: string,
  { bytes, epochs, patience, label }: ReadCheckpoint,
  parameters: Parameters,
  adam: Adam,
): Promise<TrainingState> {
  const broken = brokenAt(label);
  const { header, arrays } = decodeArrays<Header>(bytes, DOING, label);
  if (!isHeader(header)) throw broken("the state of a training", "a header of something else");
  if (header.identity !== identity) {
    const difference = identityDifference(identity, header.identity);
    if (difference === undefined) throw broken("the data and options of a training", "other text");
    const { name, wanted, found } = difference;
    throw new WellbegunError("mismatch", {
      doing: DOING,
      expected: `a checkpoint of the same data, options, backend and release, with ${name}: ${wanted}`,
      found: `${name}: ${found}`,
      at: label,
      hint: "Go on with what it was written with, or train from the beginning without it.",
    });
  }
  if (header.epoch > epochs) {
    const parts = { expected: `a checkpoint of at most ${epochs} epochs`, found: `${header.epoch}` };
    throw new WellbegunError("mismatch", { doing: DOING, ...parts, at: label });
  }
  for (const [name, { value }] of parameters.entries()) {
    const { mean, square } = adam.moments.get(name)!;
    for (const [kind, matrix] of Object.entries({ value, mean, square })) {
      const values = arrays.get(`${kind}/${name}`);
      const length = matrix.rows * matrix.columns;
      if (values?.length !== length)
        throw broken(`${length} values of ${kind}/${name}`, `${values?.length ?? "none"}`);
      await backend.write(matrix, 0, matrix.rows, (into) => into.set(values));
    }
  }
  adam.advance(header.steps);
  const best = bestOf(header, arrays, JSON.parse(identity), broken);
  const end = endOfPatience(header.curve, patience);
  if (end === undefined) return { epoch: header.epoch, best, curve: [...header.curve] };
  if (best !== undefined && best.epoch > end.epoch) {
    throw new WellbegunError("mismatch", {
      doing: DOING,
      expected: `a patience with which the run reaches its best epoch so far, ${best.epoch}`,
      found: `${patience}, with which it ends at epoch ${end.epoch}`,
      at: label,
      hint: "Go on with more patience, or train from the beginning.",
    });
  }
  return { epoch: end.epoch, best, curve: header.curve.slice(0, end.epoch) };
}

/** The best epoch, if the header names one: with tables of all users and items, equally wide. */
function bestOf(
  header: Header,
  arrays: ReadonlyMap<string, Float32Array>,
  { userCount, itemCount }: { readonly userCount: number; readonly itemCount: number },
  broken: ReturnType<typeof brokenAt>,
): Best | undefined {
  if (header.best === null) return undefined;
  const [users, items] = [arrays.get("best/users"), arrays.get("best/items")];
  const foldIn = arrays.get("best/foldIn");
  const width = (users?.length ?? 0) / userCount;
  const areTables = Number.isInteger(width) && width > 0 && items?.length === width * itemCount;
  if (!areTables || (foldIn !== undefined && foldIn.length !== items.length)) {
    const found = `${users?.length ?? "no"} and ${items?.length ?? "no"} values`;
    throw broken(
      `tables of ${userCount} users and ${itemCount} items of the best epoch, equally wide`,
      found,
    );
  }
  return { ...header.best, users: users!, items, foldIn, content: contentOf(arrays) };
}

function contentOf(arrays: ReadonlyMap<string, Float32Array>): Float32Array[] | undefined {
  const found: Float32Array[] = [];
  for (let values = arrays.get("best/content/0"); values !== undefined; ) {
    found.push(values);
    values = arrays.get(`best/content/${found.length}`);
  }
  return found.length === 0 ? undefined : found;
}

/** Whether a header is that of a checkpoint; what a training reads of it is then there. */
function isHeader(header: Partial<Header>): boolean {
  const { identity, epoch, steps, best, curve } = header;
  return (
    typeof identity === "string" &&
    [epoch, steps].every(Number.isSafeInteger) &&
    typeof best === "object" &&
    Array.isArray(curve)
  );
}

function brokenAt(at: string) {
  return (expected: string, found: string): WellbegunError =>
    new WellbegunError("format", { doing: DOING, expected, found, at });
}
