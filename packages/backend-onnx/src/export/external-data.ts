import type { External } from "../protobuf/encode.ts";
import type { Constant } from "../protobuf/model.ts";

/** Tables stored outside of a model. */
export interface ExternalData {
  readonly name: string;
  /** The bytes of the file, one part after the other; views where possible, since they are large. */
  readonly parts: readonly Uint8Array[];
}

/** The largest message of protobuf, minus a margin for everything except the tables. */
const LARGEST_MODEL: number = 2 ** 31 - 2 ** 20;
/** Constants below this stay in the model. */
const LEAST: number = 1024;
/** Offsets are multiples of a page, so that runtimes can map the file. */
const PAGE: number = 4096;
const DEFAULT_NAME = "initializer.onnx.data";

/**
 * Plans where constants are stored outside of the model; undefined where they fit into it and no file is
 * requested.
 */
export function placeConstants(
  constants: readonly Constant[],
  name: string | undefined,
): External | undefined {
  const size = constants.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (name === undefined && size <= LARGEST_MODEL) return undefined;
  const offsets = new Map<string, number>();
  let position = 0;
  for (const constant of constants) {
    if (constant.bytes.length < LEAST) continue;
    offsets.set(constant.name, position);
    position += pages(constant.bytes.length);
  }
  return { location: name ?? DEFAULT_NAME, offsets };
}

/** The content of the file that {@link placeConstants} planned. */
export function externalData(constants: readonly Constant[], { location, offsets }: External): ExternalData {
  const parts = constants
    .filter(({ name }) => offsets.has(name))
    .flatMap(({ bytes }) => [bytes, new Uint8Array(pages(bytes.length) - bytes.length)]);
  return { name: location, parts };
}

function pages(bytes: number): number {
  return Math.ceil(bytes / PAGE) * PAGE;
}
