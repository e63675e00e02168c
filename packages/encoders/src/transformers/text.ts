import type { EncodedBatch } from "../encoder.ts";
import { poolRows } from "../pool.ts";
import type { Pooling } from "../spec.ts";
import { groupByLength, tokensOf } from "../text/tokens.ts";
import type { LibraryModel, LibraryTokenizer, TransformersLibrary } from "./library.ts";
import { outputOf } from "./output.ts";

/** How texts become vectors. */
export interface TextSettings {
  readonly pooling: Pooling;
  readonly normalize: boolean;
  readonly maxTokens: number;
  /** The device that was asked for; undefined: the library's own. */
  readonly device?: string | undefined;
}

/** Encodes texts with a model of transformers.js. */
export async function encodeLibraryTexts(
  library: TransformersLibrary,
  model: LibraryModel,
  tokenizer: LibraryTokenizer,
  { pooling, normalize, maxTokens, device }: TextSettings,
  texts: readonly string[],
): Promise<EncodedBatch> {
  const adapted = {
    encode: (text: string, options?: { readonly add_special_tokens?: boolean }) => ({
      ids: tokenizer.encode(text, options),
    }),
  };
  const tokens = texts.map((text) => tokensOf(adapted, text, maxTokens));
  let vectors = new Float32Array(0);
  const tokenCounts = tokens.map(({ ids }) => ids.length);
  for (const group of groupByLength(tokenCounts, device)) {
    const members = group.map((row) => tokens[row]!.ids);
    const length = members[0]!.length;
    const tensor = (value: (ids: readonly number[], position: number) => number): unknown =>
      new library.Tensor(
        "int64",
        BigInt64Array.from({ length: members.length * length }, (_, i) =>
          BigInt(value(members[Math.floor(i / length)]!, i % length)),
        ),
        [members.length, length],
      );
    const outputs = await model({
      input_ids: tensor((ids, position) => ids[position] ?? 0),
      attention_mask: tensor((ids, position) => Number(position < ids.length)),
    });
    const pooled = poolRows(outputOf(outputs), {
      pooling,
      normalize,
      lengths: members.map((ids) => ids.length),
    });
    for (const output of Object.values(outputs)) output.dispose?.();
    const width = pooled.length / group.length;
    if (vectors.length === 0) vectors = new Float32Array(texts.length * width);
    for (const [i, row] of group.entries())
      vectors.set(pooled.subarray(i * width, (i + 1) * width), row * width);
  }
  return { vectors, failures: [], truncated: tokens.filter(({ truncated }) => truncated).length };
}
