import type { Backend, Dataset, Interactions } from "@wellbegun/core";
import { hashOf } from "./hash.ts";
import type { FeatureTable } from "./models/model.ts";
import type { ResolvedTrainOptions } from "./train-options.ts";
import { VERSION } from "./version.ts";

/**
 * What decides the bytes of a run, on one line: release, backend, options and hashes of the data. It must be equal for a checkpoint
 * and the run that resumes it.
 */
export function identityOf(
  { epochs, patience, ...options }: ResolvedTrainOptions,
  { name, capabilities: { device } }: Backend,
  { train, validation, test }: Dataset,
  features: Readonly<Record<string, FeatureTable>>,
  start: ReadonlyMap<string, Float32Array>,
): string {
  const hashes: Record<string, string> = { train: hashOf(...arraysOf(train)) };
  // They decide the best epoch, the end and the curve.
  for (const [split, rows] of Object.entries({ validation, test })) {
    if (rows !== undefined) hashes[split] = hashOf(...arraysOf(rows));
  }
  for (const [modality, { values, missing }] of Object.entries(features)) {
    hashes[`features of ${modality}`] = hashOf(values, ...(missing === undefined ? [] : [missing]));
  }
  for (const [parameter, values] of start) hashes[`start of ${parameter}`] = hashOf(values);
  const { userCount, itemCount } = train;
  return JSON.stringify({
    release: VERSION,
    backend: { name, device },
    ...options,
    userCount,
    itemCount,
    hashes,
  });
}

function arraysOf({ offsets, items, weights }: Interactions): (Uint32Array | Float32Array)[] {
  return [offsets, items, ...(weights === undefined ? [] : [weights])];
}

/** A value that differs between two identities. */
interface Difference {
  readonly name: string;
  readonly wanted: string;
  readonly found: string;
}

/** Where another identity differs first; undefined for text that is no identity. */
export function identityDifference(wanted: string, found: string): Difference | undefined {
  try {
    return firstDifference(JSON.parse(wanted), JSON.parse(found));
  } catch {
    return undefined;
  }
}

/** The first value that differs between two identities, by its name: `model`, `modelOptions.layers`, `hashes.items`. */
function firstDifference(wanted: unknown, found: unknown, name = ""): Difference {
  if (!(isObject(wanted) && isObject(found))) return { name, wanted: shown(wanted), found: shown(found) };
  const keys = [...new Set([...Object.keys(wanted), ...Object.keys(found)])];
  const key = keys.find((one) => JSON.stringify(wanted[one]) !== JSON.stringify(found[one]));
  // Equal values in another order: there is no single name to blame.
  if (key === undefined)
    return { name: name === "" ? "options" : name, wanted: shown(wanted), found: shown(found) };
  return firstDifference(wanted[key], found[key], name === "" ? key : `${name}.${key}`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  return value === undefined ? "none" : typeof value === "string" ? value : JSON.stringify(value);
}
