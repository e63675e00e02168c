import { blocks } from "../runtime/layout.ts";

/** Values that one call visits; see `rowBlocks`. */
const CALL_VALUES = 16384;

/** The blocks of values for each call of a kernel that takes values one by one. */
export function valueBlocks(length: number): Generator<readonly [first: number, length: number]> {
  return blocks(length, CALL_VALUES);
}
