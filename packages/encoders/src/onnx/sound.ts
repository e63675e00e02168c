import { messageOf } from "@wellbegun/core/backend";
import { BatchVectors } from "../batch-vectors.ts";
import type { EncodedBatch, EncodeFailure } from "../encoder.ts";
import { type DecodeSound, type ExtractFeatures, hearSound, tooShort } from "../sound/samples.ts";
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
  const limit = Math.min(
    Math.floor(sampleRate * maxSeconds),
    extract?.mostSamples ?? Number.POSITIVE_INFINITY,
  );
  const vectors = new BatchVectors(files.length, width);
  const failures: EncodeFailure[] = [];
  let truncated = 0;
  for (const [row, file] of files.entries()) {
    const heard = await hearSound(decode, file, sampleRate, limit).catch((cause: unknown) =>
      messageOf(cause),
    );
    if (typeof heard === "string") {
      failures.push({ row, reason: `not a readable sound: ${heard}` });
      continue;
    }
    truncated += Number(heard.truncated);
    const { samples } = heard;
    const input =
      extract === undefined ? { data: samples, dims: [1, samples.length] } : await extract(samples);
    try {
      const output = await model.run({ [model.inputNames[0]!]: input });
      vectors.put([row], output, { pooling, normalize, label: model.label });
    } catch (error) {
      failures.push({ row, reason: tooShort(samples.length, sampleRate, error) });
    }
  }
  return { vectors: vectors.data, failures, truncated };
}
