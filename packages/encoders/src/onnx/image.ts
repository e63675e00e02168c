import { messageOf } from "@wellbegun/core/backend";
import { BatchVectors } from "../batch-vectors.ts";
import type { EncodedBatch, EncodeFailure } from "../encoder.ts";
import { type DecodeImage, pixelRequest, writePixels } from "../image/pixels.ts";
import type { ImageSpec } from "../spec.ts";
import type { OnnxModel } from "./model.ts";

/** Images that are decoded, and most that go through the model, at once; it bounds memory. */
const GROUP = 16;

/** Encodes image files in groups: decoded side by side, then the model, then pooling. */
export async function encodeImages(
  model: OnnxModel,
  decode: DecodeImage,
  spec: ImageSpec,
  width: number,
  files: readonly Uint8Array[],
): Promise<EncodedBatch> {
  const { size, pooling = "mean", normalize = false, layout = "nchw" } = spec;
  const request = pixelRequest(spec);
  const values = size[0] * size[1] * 3;
  const vectors = new BatchVectors(files.length, width);
  const [most = GROUP] = model.fixedShape(model.inputNames[0]!);
  const group = Math.min(GROUP, most);
  const failures: EncodeFailure[] = [];
  for (let first = 0; first < files.length; first += group) {
    const rows = Array.from({ length: Math.min(group, files.length - first) }, (_, i) => first + i);
    const decoded = await Promise.all(
      rows.map((row) => decode(files[row]!, request).catch((cause: unknown) => messageOf(cause))),
    );
    const good = rows.filter((_, i) => typeof decoded[i] !== "string");
    for (const [i, row] of rows.entries()) {
      const reason = decoded[i];
      if (typeof reason === "string") failures.push({ row, reason: `not a readable image: ${reason}` });
    }
    if (good.length === 0) continue;
    const input = new Float32Array(good.length * values);
    for (const [i, row] of good.entries()) writePixels(decoded[row - first] as Uint8Array, spec, input, i);
    const dims = layout === "nchw" ? [good.length, 3, ...size] : [good.length, ...size, 3];
    const output = await model.run({ [model.inputNames[0]!]: { data: input, dims } });
    vectors.put(good, output, { pooling, normalize, label: model.label });
  }
  return { vectors: vectors.data, failures, truncated: 0 };
}
