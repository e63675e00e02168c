import { WellbegunError } from "@wellbegun/core";

/**
 * Memory for float32 values, zeros.
 *
 * @throws {WellbegunError} `limit` if there is not enough.
 */
export function allocateFloat32(values: number, doing: string, at: string, hint?: string): Float32Array {
  try {
    return new Float32Array(values);
  } catch (cause) {
    const parts = { doing, expected: `memory for ${values} values at once`, found: "not enough", at, cause };
    throw new WellbegunError("limit", hint === undefined ? parts : { ...parts, hint });
  }
}
