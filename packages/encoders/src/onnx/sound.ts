import { messageOf } from "@wellbegun/core/backend";
import type { EncodedBatch, EncodeFailure } from "../encoder.ts";
import { poolRows } from "../pool.ts";
import type { DecodeSound, ExtractFeatures } from "../sound/samples.ts";
import type { AudioSpec } from "../spec.ts";
import type { OnnxModel } from "./model.ts";

/** Encodes sound files one by one, since their lengths differ. */
export async function encodeSounds(
  model: OnnxModel,
  decode: DecodeSound,
  extract: ExtractFeatures | undefined,
  spec: AudioSpec,
  width: number,
  files: readonly Uint8Array[],
): Promise<EncodedBatch> {
  const { sampleRate, maxSeconds = 30, pooling = "mean", normalize = false } = spec;
  const limit = Math.floor(sampleRate * maxSeconds);
  const vectors = new Float32Array(files.length * width);
  const failures: EncodeFailure[] = [];
  let truncated = 0;
  for (const [row, file] of files.entries()) {
    const decoded = await decode(file, sampleRate).catch((cause: unknown) => messageOf(cause));
    if (typeof decoded === "string") {
      failures.push({ row, reason: `not a readable sound: ${decoded}` });
      continue;
    }
    if (decoded.length > limit) truncated++;
    const samples = decoded.subarray(0, limit);
    const input =
      extract === undefined ? { data: samples, dims: [1, samples.length] } : await extract(samples);
    const output = await model.run({ [model.inputNames[0]!]: input });
    vectors.set(poolRows(output, { pooling, normalize }), row * width);
  }
  return { vectors, failures, truncated };
}
