import { BatchVectors } from "../batch-vectors.ts";
import type { EncodedBatch } from "../encoder.ts";
import type { Pooling } from "../spec.ts";
import { groupByLength, tokensOf } from "../text/tokens.ts";
import type { LibraryModel, LibraryTensor, LibraryTokenizer, TransformersLibrary } from "./library.ts";
import { runLibraryModel } from "./run.ts";

/** How texts become vectors. */
export interface TextSettings {
  readonly pooling: Pooling;
  readonly normalize: boolean;
  readonly maxTokens: number;
  /** The device that was asked for; undefined: the library's own. */
  readonly device?: string | undefined;
  /** What to call the model in errors. */
  readonly label: string;
}

/**
 * Encodes texts with a model of transformers.js.
 *
 * @param width Width of the vectors; undefined: found from the texts.
 */
export async function encodeLibraryTexts(
  library: TransformersLibrary,
  model: LibraryModel,
  tokenizer: LibraryTokenizer,
  { pooling, normalize, maxTokens, device, label }: TextSettings,
  width: number | undefined,
  texts: readonly string[],
): Promise<EncodedBatch> {
  const adapted = {
    encode: (text: string, options?: { readonly add_special_tokens?: boolean }) => ({
      ids: tokenizer.encode(text, options),
    }),
  };
  const tokens = texts.map((text) => tokensOf(adapted, text, maxTokens));
  const vectors = new BatchVectors(texts.length, width);
  const tokenCounts = tokens.map(({ ids }) => ids.length);
  for (const group of groupByLength(tokenCounts, device)) {
    const members = group.map((row) => tokens[row]!.ids);
    const length = members[0]!.length;
    const tensor = (value: (ids: readonly number[], position: number) => number): LibraryTensor =>
      new library.Tensor(
        "int64",
        BigInt64Array.from({ length: members.length * length }, (_, i) =>
          BigInt(value(members[Math.floor(i / length)]!, i % length)),
        ),
        [members.length, length],
      );
    const inputs = {
      input_ids: tensor((ids, position) => ids[position] ?? 0),
      attention_mask: tensor((ids, position) => Number(position < ids.length)),
    };
    const lengths = members.map((ids) => ids.length);
    await runLibraryModel(model, label, inputs, (output) =>
      vectors.put(group, output, { pooling, normalize, lengths, label }),
    );
  }
  return {
    vectors: vectors.data,
    failures: [],
    truncated: tokens.filter(({ truncated }) => truncated).length,
  };
}
