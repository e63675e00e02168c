import { WellbegunError } from "@wellbegun/core";
import { BatchVectors } from "../batch-vectors.ts";
import type { EncodedBatch } from "../encoder.ts";
import type { TextSpec } from "../spec.ts";
import { groupByLength, type TextTokenizer, type Tokens, tokensOf } from "../text/tokens.ts";
import type { ModelInput, OnnxModel } from "./model.ts";

/**
 * Encodes texts: tokens in groups of similar length, the model, pooling. A model with a fixed number of rows or tokens gets as many.
 *
 * @param width Width of the vectors; undefined: found from the texts.
 */
export async function encodeTexts(
  model: OnnxModel,
  tokenizer: TextTokenizer,
  spec: TextSpec,
  width: number | undefined,
  texts: readonly string[],
): Promise<EncodedBatch> {
  const { maxTokens = 512, prefix = "", pooling = "mean", normalize = false } = spec;
  const [fixedRows, fixedTokens] = model.fixedShape(model.inputNames[0]!);
  const most = Math.min(maxTokens, fixedTokens ?? maxTokens);
  const tokens = texts.map((text) => tokensOf(tokenizer, prefix + text, most));
  const vectors = new BatchVectors(texts.length, width);
  const tokenCounts = tokens.map(({ ids }) => fixedTokens ?? ids.length);
  for (const group of groupByLength(tokenCounts, model.device, fixedRows)) {
    const members = group.map((row) => tokens[row]!);
    const output = await model.run(inputsOf(model, members, tokenCounts[group[0]!]!));
    const lengths = members.map(({ ids }) => ids.length);
    vectors.put(group, output, { pooling, normalize, lengths, label: model.label });
  }
  return {
    vectors: vectors.data,
    failures: [],
    truncated: tokens.filter(({ truncated }) => truncated).length,
  };
}

/** The model's inputs for some texts, padded to `length` tokens: those of BERT and its relatives. */
function inputsOf(model: OnnxModel, members: readonly Tokens[], length: number): Record<string, ModelInput> {
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
        at: model.label,
      });
    }
    const values = Array.from({ length: members.length * length }, (_, i) =>
      make(members[Math.floor(i / length)]!.ids, i % length),
    );
    const data =
      model.inputType(name) === "int32" ? Int32Array.from(values) : BigInt64Array.from(values, BigInt);
    inputs[name] = { data, dims: [members.length, length] };
  }
  return inputs;
}
