import {
  type AnyInteractions,
  encoderDifference,
  type FitInput,
  type Observer,
  WellbegunError,
} from "@wellbegun/core";
import { collectIds } from "@wellbegun/core/support";
import { type BundleRows, checkAlignment } from "./alignment.ts";
import { identifyFeatures, identifyTrain, type Sha256 } from "./data-identity.ts";
import { MANIFEST_FILE, type Manifest } from "./manifest.ts";

/** The parts of a bundle that are compared with a dataset. */
export interface ComparedBundle extends BundleRows {
  readonly manifest: Manifest;
}

/** Options of {@link compareData}. */
export interface CompareDataOptions extends Pick<Observer, "signal"> {
  /** Makes an empty SHA-256, such as `() => createHash("sha256")` of `node:crypto`. */
  readonly newHash: () => Sha256;
  /**
   * Modalities whose features are compared; the bundle's other modalities are skipped. Default: all of the
   * bundle.
   */
  readonly modalities?: readonly string[] | undefined;
  /**
   * Whether different train interactions and features are intended, so that they are reported in the result
   * instead of thrown. Different users or items always throw. Default: false.
   */
  readonly otherData?: boolean | undefined;
  /** What to call the dataset in errors, such as its folder. */
  readonly label?: string | undefined;
}

/** The result of comparing a bundle with a dataset. */
export interface ComparedData {
  /**
   * `same`: train interactions and features are equal. `other`: they differ, which was allowed. `unknown`: the
   * manifest does not record the data that the bundle was computed from, so only users and items were compared.
   */
  readonly data: "same" | "other" | "unknown";
  /** The first difference as a sentence; null unless `data` is `other`. */
  readonly difference: string | null;
}

/**
 * Compares a bundle with the dataset that it is used on: the users and items (by IDs if there are any, else by
 * count), then the train interactions, then the features of each modality. Features are read only if the
 * preceding comparisons find no difference.
 *
 * @throws {WellbegunError} `mismatch` naming the first difference; what reading features throws; `aborted`.
 */
export async function compareData(
  bundle: ComparedBundle,
  dataset: FitInput<AnyInteractions>,
  options: CompareDataOptions,
): Promise<ComparedData> {
  const { userCount, itemCount, itemIds } = dataset.train;
  const userIds = await collectIds(dataset.train.userIds);
  checkAlignment(bundle, { userCount, itemCount, userIds: userIds?.ids, itemIds: itemIds?.ids });
  if (bundle.manifest.input === undefined) return { data: "unknown", difference: null };
  const difference = await firstDifference(bundle, dataset, options);
  if (difference === undefined) return { data: "same", difference: null };
  const { expected, found, at } = difference;
  if (options.otherData === true) return { data: "other", difference: `${at}: ${expected}, not ${found}` };
  const { label = dataset.name } = options;
  throw new WellbegunError("mismatch", {
    doing: "comparing a bundle with a dataset",
    expected: `${expected}, as in the bundle's ${MANIFEST_FILE}`,
    found,
    at: label === undefined ? at : `${label}, ${at}`,
    hint: "Compute the bundle again from this dataset, or say that other data are meant: otherData: true, or --other-data.",
  });
}

interface Difference {
  readonly expected: string;
  readonly found: string;
  readonly at: string;
}

async function firstDifference(
  { manifest }: ComparedBundle,
  { train, features }: FitInput<AnyInteractions>,
  { newHash, modalities, signal }: CompareDataOptions,
): Promise<Difference | undefined> {
  const expected = manifest.input!;
  const found = await identifyTrain(train, newHash, { signal });
  const at = "train interactions";
  if (found.interactions !== expected.train.interactions) {
    return { expected: `${expected.train.interactions} interactions`, found: `${found.interactions}`, at };
  }
  if (found.sha256 !== expected.train.sha256) {
    return { expected: sha(expected.train.sha256), found: `as many, but ${sha(found.sha256)}`, at };
  }
  for (const [modality, own] of Object.entries(expected.features)) {
    if (modalities !== undefined && !modalities.includes(modality)) continue;
    const at = `features of modality ${modality}`;
    const source = features[modality];
    if (source === undefined) {
      return { expected: shaped(own.shape), found: "no features of that modality", at };
    }
    if (source.rows !== own.shape[0] || source.columns !== own.shape[1]) {
      return { expected: shaped(own.shape), found: shaped([source.rows, source.columns]), at };
    }
    const encoders =
      own.encoder !== undefined && source.encoder !== undefined
        ? ([own.encoder, source.encoder] as const)
        : undefined;
    const different = encoders === undefined ? undefined : encoderDifference(...encoders);
    if (different !== undefined) {
      return {
        expected: `vectors of the encoder ${own.encoder!.name}`,
        found: `those of ${source.encoder!.name} (${different})`,
        at,
      };
    }
    const { sha256 } = await identifyFeatures(source, newHash, { signal });
    if (sha256 !== own.sha256) return { expected: sha(own.sha256), found: sha(sha256), at };
  }
  return undefined;
}

const sha = (hash: string): string => `SHA-256 ${hash.slice(0, 16)}…`;
const shaped = ([rows, columns]: readonly [number, number]): string => `${rows} x ${columns} values`;
