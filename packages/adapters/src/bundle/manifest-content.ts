import type { RecordedOptions, Report } from "@wellbegun/core";
import type { Control } from "./control.ts";
import type { DataIdentity } from "./data-identity.ts";
import { checkEncoder } from "./encoder.ts";
import {
  type Check,
  complete,
  count,
  flag,
  listOf,
  matrixShape,
  nullable,
  number,
  oneOf,
  partial,
  recordOf,
  sha256,
  text,
} from "./schema.ts";

/**
 * How the bundle was made. Every field is optional, since tables of any origin can be written as a bundle;
 * `writeBundle` writes every field for a model, and `control` only for a control.
 */
export interface ManifestContent {
  /** The fit's options with every default filled in. */
  readonly options?: Partial<RecordedOptions> | undefined;
  readonly seed?: number | undefined;
  /** The fit's report. */
  readonly report?: Partial<Report> | undefined;
  /** The backend that computed the tables. */
  readonly backend?: { readonly name: string; readonly device: string } | undefined;
  /** Versions of the packages that made the bundle, by name. */
  readonly packages?: Readonly<Record<string, string>> | undefined;
  /** The data that the bundle was computed from. */
  readonly input?: DataIdentity | undefined;
  /** The kind of control that the tables are; omitted or null for real tables. */
  readonly control?: Control | undefined;
}

const checks: Readonly<Record<keyof ManifestContent, Check>> = {
  options: partial({
    preset: text,
    modalities: listOf(text),
    prepare: recordOf(text),
    whitenPower: recordOf(number),
    whitenRidge: recordOf(number),
    clusters: recordOf(number),
    lambda: recordOf(number),
    normalization: recordOf(text),
    combine: text,
    ccaRidge: number,
    weights: recordOf(number),
    weighting: text,
    project: text,
    dim: number,
    scale: text,
    seed: number,
    restarts: number,
    initSize: number,
    sampleSize: number,
    maxIterations: number,
    tolerance: number,
    damping: number,
    smooth: number,
    zeroRows: text,
    givenCentroids: listOf(text),
  }),
  seed: number,
  report: partial({
    input: partial({
      users: count,
      items: count,
      interactions: count,
      sparsity: number,
      weighted: flag,
      itemsWithoutUsers: count,
      modalities: recordOf(partial({ columns: count, missingItems: count })),
    }),
    weighting: nullable(
      partial({ k: count, users: count, recall: recordOf(number), weights: recordOf(number) }),
    ),
    clusters: recordOf(
      partial({
        clusters: count,
        inertia: number,
        sizes: listOf(count),
        sample: partial({ items: count, excess: number }),
      }),
    ),
    explained: recordOf(nullable(number)),
    tables: recordOf(partial({ rows: count, columns: count, factor: nullable(number) })),
    usersWithoutHistory: partial({ count }),
    usersWithoutModality: recordOf(partial({ count })),
    itemsWithoutFeatures: partial({ count }),
  }),
  backend: complete({ name: text, device: text }),
  packages: recordOf(text),
  input: complete({
    train: complete({
      users: count,
      items: count,
      interactions: count,
      sha256,
      userIds: nullable(sha256),
      itemIds: nullable(sha256),
    }),
    features: recordOf((value, at) => {
      complete({ shape: matrixShape, sha256 })(value, at);
      partial({ encoder: checkEncoder })(value, at);
    }),
  }),
  control: nullable(oneOf("permuted")),
};

const checkInputName: Check = partial({ input: partial({ name: text }) });

/**
 * Checks the types of all known fields that are present, so that readers can rely on them. Unknown fields are
 * not checked.
 *
 * @param label What to call the manifest in errors.
 * @throws {WellbegunError} `format` naming the field.
 */
export function checkContent(content: Readonly<Record<string, unknown>>, label: string): void {
  partial(checks)(content, label);
  checkInputName(content, label);
}
