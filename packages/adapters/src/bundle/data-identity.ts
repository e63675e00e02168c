import {
  type AnyInteractions,
  type EncoderIdentity,
  type FeatureSource,
  type FitInput,
  type IdBlocks,
  type IdIndex,
  type InteractionBlock,
  type InteractionSource,
  interactionSource,
  type Observer,
} from "@wellbegun/core";
import { throwIfAborted } from "@wellbegun/core/support";
import { elementsToBytes } from "../formats/elements.ts";
import { idLines, linesOf, writableIds } from "./ids.ts";

/** An incremental SHA-256, such as `createHash("sha256")` of `node:crypto`. */
export interface Sha256 {
  update(bytes: Uint8Array): unknown;
  digest(encoding: "hex"): string;
}

/** The identity of train interactions: equal identities mean equal users, items, interactions and weights. */
export interface TrainIdentity {
  readonly users: number;
  readonly items: number;
  /** Distinct train interactions, E. */
  readonly interactions: number;
  /**
   * SHA-256 of the matrix in compressed-row form: users + 1 offsets, then E item rows, ascending within a user, as uint32;
   * then, unless every weight is 1, E weights as float32. All little-endian.
   */
  readonly sha256: string;
  /** SHA-256 of the raw user IDs in row order, as the UTF-8 text of `user_ids.txt`; null if the rows are the IDs. */
  readonly userIds: string | null;
  /** The same for the items. */
  readonly itemIds: string | null;
}

/** The identity of a modality's features, which does not depend on the file's type. */
export interface FeatureIdentity {
  /** Items and columns. */
  readonly shape: readonly [rows: number, columns: number];
  /** SHA-256 of the values, row-major, as little-endian float32, -0 as 0; the row of an item without the modality is zeros. */
  readonly sha256: string;
  /** What made the features from content; left out where it is unknown. */
  readonly encoder?: EncoderIdentity | undefined;
}

/** The data that a bundle was computed from, as its manifest records it. */
export interface DataIdentity {
  /** The dataset's name, if it has one. */
  readonly name?: string | undefined;
  readonly train: TrainIdentity;
  /** By modality. */
  readonly features: Readonly<Record<string, FeatureIdentity>>;
}

/**
 * The identity of train interactions. In Python, for a SciPy matrix with sorted indices:
 * `sha256(R.indptr.astype("<u4").tobytes() + R.indices.astype("<u4").tobytes())`.
 *
 * @param newHash Makes an empty SHA-256: `() => createHash("sha256")` of `node:crypto`, which Deno and Bun have too.
 */
export async function identifyTrain(
  train: AnyInteractions,
  newHash: () => Sha256,
  observer: Pick<Observer, "signal"> = {},
): Promise<TrainIdentity> {
  const source = interactionSource(train);
  const hash = newHash();
  // The offsets come first, then the items, then the weights: each is a reading of its own, so that none is held.
  let length = 0;
  let unit = true;
  hash.update(elementsToBytes(new Uint32Array(1)));
  await eachBlock(source, observer, ({ offsets, weights }) => {
    hash.update(elementsToBytes(offsets.subarray(1).map((offset) => length + offset)));
    length += offsets.at(-1)!;
    unit &&= weights?.every((weight) => weight === 1) ?? true;
  });
  await eachBlock(source, observer, ({ items }) => hash.update(elementsToBytes(items)));
  if (!unit) await eachBlock(source, observer, ({ weights }) => hash.update(elementsToBytes(weights!)));
  return {
    users: source.userCount,
    items: source.itemCount,
    interactions: source.interactionCount,
    sha256: hash.digest("hex"),
    userIds: await identifyIds(source.userIds, "user IDs", newHash),
    itemIds: await identifyIds(source.itemIds, "item IDs", newHash),
  };
}

async function eachBlock(
  source: InteractionSource,
  observer: Pick<Observer, "signal">,
  use: (block: InteractionBlock) => void,
): Promise<void> {
  for await (const block of source.blocks({ rows: 1 << 15, pairs: 1 << 20 })) {
    throwIfAborted(observer, "identifying interactions");
    use(block);
  }
}

const BLOCK_VALUES = 1 << 18;

/**
 * The identity of a modality's features, which are read once, in blocks. In Python:
 * `sha256((features.astype("<f4") + 0).tobytes())`.
 *
 * @throws {WellbegunError} What the source throws; `aborted`.
 */
export async function identifyFeatures(
  source: FeatureSource,
  newHash: () => Sha256,
  observer: Pick<Observer, "signal"> = {},
): Promise<FeatureIdentity> {
  const { rows, columns, missing } = source;
  const hash = newHash();
  const height = Math.max(1, Math.floor(BLOCK_VALUES / columns));
  const block = new Float32Array(Math.min(rows, height) * columns);
  for (let first = 0; first < rows; first += height) {
    throwIfAborted(observer, "identifying features");
    const part = block.subarray(0, Math.min(height, rows - first) * columns);
    await source.read(first, part.length / columns, part);
    if (missing !== undefined) {
      for (let row = 0; row < part.length / columns; row++) {
        if (missing[first + row] === 1) part.fill(0, row * columns, (row + 1) * columns);
      }
    }
    clearNegativeZeros(part);
    hash.update(elementsToBytes(part));
  }
  const identity = { shape: [rows, columns] as const, sha256: hash.digest("hex") };
  return source.encoder === undefined ? identity : { ...identity, encoder: source.encoder };
}

/** The bits of the float32 -0. */
const NEGATIVE_ZERO = 0x80000000;
/** Values that are converted where one is -0, before the next is searched for. */
const CLEARED_VALUES = 64;

/**
 * Makes -0 to 0, since both give the same vectors, and a row of either counts as missing. Most features have few, and
 * `indexOf` finds them faster than a loop that V8 has not compiled yet.
 */
function clearNegativeZeros(values: Float32Array): void {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let first = bits.indexOf(NEGATIVE_ZERO); first >= 0; ) {
    const end = Math.min(first + CLEARED_VALUES, values.length);
    for (let i = first; i < end; i++) values[i]! += 0;
    first = bits.indexOf(NEGATIVE_ZERO, end);
  }
}

/**
 * The identity of a dataset: its train interactions and the features of the given modalities.
 *
 * @param modalities Default: all.
 * @throws {WellbegunError} What the sources throw; `aborted`.
 */
export async function identifyData(
  { train, features, name }: FitInput<AnyInteractions>,
  newHash: () => Sha256,
  { modalities, signal }: Pick<Observer, "signal"> & { readonly modalities?: readonly string[] } = {},
): Promise<DataIdentity> {
  const found: Record<string, FeatureIdentity> = {};
  for (const modality of modalities ?? Object.keys(features)) {
    found[modality] = await identifyFeatures(features[modality]!, newHash, { signal });
  }
  return { name, train: await identifyTrain(train, newHash, { signal }), features: found };
}

async function identifyIds(
  ids: IdIndex | IdBlocks | undefined,
  label: string,
  newHash: () => Sha256,
): Promise<string | null> {
  const lines = idLines(await writableIds(ids), label);
  if (lines === undefined) return null;
  const hash = newHash();
  const encoder = new TextEncoder();
  let row = 0;
  for await (const block of lines.blocks) {
    hash.update(encoder.encode(linesOf(block, row, label).join("")));
    row += block.length;
  }
  return hash.digest("hex");
}
