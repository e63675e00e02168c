import { existsSync } from "node:fs";
import { join } from "node:path";
import type { TransformersEncoderOptions } from "../transformers/options.ts";
import { readJson } from "./files.ts";

/** Pooling, length limit and normalization as a folder in the layout of sentence-transformers says; nothing for other folders. */
export async function pooledAs(
  folder: string,
): Promise<Pick<TransformersEncoderOptions, "pooling" | "normalize" | "maxTokens">> {
  const read = async (name: string): Promise<unknown> =>
    existsSync(join(folder, name)) ? readJson(join(folder, name)) : undefined;
  const modules = await read("modules.json");
  const pooling = (await read("1_Pooling/config.json")) as { pooling_mode_cls_token?: boolean } | undefined;
  const limits = (await read("sentence_bert_config.json")) as { max_seq_length?: number | null } | undefined;
  const types = Array.isArray(modules) ? modules.map((one: { type?: string }) => one.type ?? "") : [];
  return {
    pooling: pooling?.pooling_mode_cls_token === true ? "cls" : "mean",
    normalize: types.some((type) => type.endsWith("Normalize")),
    maxTokens: limits?.max_seq_length ?? undefined,
  };
}
