import { WellbegunError } from "@wellbegun/core";
import type { ModelFiles, TransformersEncoderOptions } from "./options.ts";

/** Steps of a model of sentence-transformers that are done here; `Transformer` is the model itself. */
const known = ["Transformer", "Pooling", "Normalize"];

/**
 * Pooling, length limit and normalization as the files of sentence-transformers say; nothing for a model without them.
 *
 * @param label What to call the model in errors.
 * @throws {WellbegunError} `format` if the model has other steps or pools otherwise than by mean or class token.
 */
export async function pooledAs(
  { readJson }: Pick<ModelFiles, "readJson">,
  label: string,
): Promise<Pick<TransformersEncoderOptions, "pooling" | "normalize" | "maxTokens">> {
  const modules = (await readJson("modules.json")) as readonly { type?: string; path?: string }[] | undefined;
  if (!Array.isArray(modules)) return {};
  const kindOf = ({ type = "" }: { type?: string }): string => type.slice(type.lastIndexOf(".") + 1);
  const other = modules.map(kindOf).find((kind) => !known.includes(kind));
  if (other !== undefined) throw refused(known.join(", "), other, `${label}, modules.json`);
  const step = modules.find((one) => kindOf(one) === "Pooling");
  const limits = (await readJson("sentence_bert_config.json")) as
    | { max_seq_length?: number | null }
    | undefined;
  const folder = step?.path ?? "1_Pooling";
  // The name becomes a path in the cache of the hub's models.
  if (!/^\w[\w.-]*$/.test(folder)) throw refused("a folder of the model", folder, `${label}, modules.json`);
  return {
    ...(step === undefined ? {} : { pooling: await poolingOf(readJson, `${folder}/config.json`, label) }),
    normalize: modules.some((one) => kindOf(one) === "Normalize"),
    maxTokens: limits?.max_seq_length ?? undefined,
  };
}

/** Older files have a switch for each mode of pooling, newer ones one name. */
async function poolingOf(
  readJson: ModelFiles["readJson"],
  file: string,
  label: string,
): Promise<"mean" | "cls"> {
  const config = ((await readJson(file)) ?? {}) as Readonly<Record<string, unknown>>;
  const switches = Object.keys(config).filter(
    (key) => key.startsWith("pooling_mode_") && config[key] === true,
  );
  const names = switches.map((key) => key.slice("pooling_mode_".length));
  const modes = typeof config.pooling_mode === "string" ? [config.pooling_mode] : names;
  if (modes.length === 0) return "mean";
  if (modes.length === 1 && ["mean", "mean_tokens"].includes(modes[0]!)) return "mean";
  if (modes.length === 1 && ["cls", "cls_token"].includes(modes[0]!)) return "cls";
  throw refused("pooling by mean or cls", modes.join(" and "), `${label}, ${file}`);
}

function refused(expected: string, found: string, at: string): WellbegunError {
  return new WellbegunError("format", {
    doing: "reading how a model pools",
    expected,
    found,
    at,
    hint: "Export the whole model as one ONNX file, and declare it in encoder.json.",
  });
}
