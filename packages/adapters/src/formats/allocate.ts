import { WellbegunError } from "@wellbegun/core";

/**
 * A zero-filled array for float32 values.
 *
 * @throws {WellbegunError} `limit` if there is not enough memory.
 */
export function allocateFloat32(values: number, doing: string, at: string, hint?: string): Float32Array {
  try {
    return new Float32Array(values);
  } catch (cause) {
    const parts = { doing, expected: `memory for ${values} values at once`, found: "not enough", at, cause };
    throw new WellbegunError("limit", hint === undefined ? parts : { ...parts, hint });
  }
}
