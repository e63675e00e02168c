import { WellbegunError } from "@wellbegun/core";
import type { EncodedBatch } from "../encoder.ts";
import { poolRows } from "../pool.ts";
import type { TextSpec } from "../spec.ts";
import { groupByLength, type TextTokenizer, type Tokens, tokensOf } from "../text/tokens.ts";
import type { ModelInput, OnnxModel } from "./model.ts";

/** Encodes texts: tokens in groups of similar length, the model, pooling. */
export async function encodeTexts(
  model: OnnxModel,
  tokenizer: TextTokenizer,
  spec: TextSpec,
  texts: readonly string[],
): Promise<EncodedBatch> {
  const { maxTokens = 512, prefix = "", pooling = "mean", normalize = false } = spec;
  const tokens = texts.map((text) => tokensOf(tokenizer, prefix + text, maxTokens));
  let vectors = new Float32Array(0);
  const tokenCounts = tokens.map(({ ids }) => ids.length);
  for (const group of groupByLength(tokenCounts, model.device)) {
    const members = group.map((row) => tokens[row]!);
    const output = await model.run(inputsOf(model, members));
    const lengths = members.map(({ ids }) => ids.length);
    const pooled = poolRows(output, { pooling, normalize, lengths });
    const width = pooled.length / group.length;
    if (vectors.length === 0) vectors = new Float32Array(texts.length * width);
    for (const [i, row] of group.entries())
      vectors.set(pooled.subarray(i * width, (i + 1) * width), row * width);
  }
  return { vectors, failures: [], truncated: tokens.filter(({ truncated }) => truncated).length };
}

/** The model's inputs for some texts, padded to the longest: those of BERT and its relatives. */
function inputsOf(model: OnnxModel, members: readonly Tokens[]): Record<string, ModelInput> {
  const length = Math.max(...members.map(({ ids }) => ids.length));
  const makers: Readonly<Record<string, (ids: readonly number[], position: number) => number>> = {
    input_ids: (ids, position) => ids[position] ?? 0,
    attention_mask: (ids, position) => (position < ids.length ? 1 : 0),
    token_type_ids: () => 0,
    position_ids: (_, position) => position,
  };
  const inputs: Record<string, ModelInput> = {};
  for (const name of model.inputNames) {
    const make = makers[name];
    if (make === undefined) {
      throw new WellbegunError("format", {
        doing: "encoding text",
        expected: `a model whose inputs are among ${Object.keys(makers).join(", ")}`,
        found: model.inputNames.join(", "),
      });
    }
    const values = Array.from({ length: members.length * length }, (_, i) =>
      make(members[Math.floor(i / length)]!.ids, i % length),
    );
    const data = model.takesInt32(name) ? Int32Array.from(values) : BigInt64Array.from(values, BigInt);
    inputs[name] = { data, dims: [members.length, length] };
  }
  return inputs;
}
