import { WellbegunError } from "@wellbegun/core";
import { messageOf } from "@wellbegun/core/backend";
import type { LibraryModel, LibraryTensor } from "./library.ts";

/** Outputs that hold vectors, in the order of preference. */
const preferred = [
  "sentence_embedding",
  "text_embeds",
  "image_embeds",
  "audio_embeds",
  "pooler_output",
  "last_hidden_state",
];

/**
 * Runs a model and hands on the output that vectors are made from: a known one, else the first. Its tensors are released afterwards, so
 * that memory stays the same over many calls.
 *
 * @throws {WellbegunError} `limit` if the model does not run on these inputs; and what `use` throws.
 */
export async function runLibraryModel(
  model: LibraryModel,
  label: string,
  inputs: Readonly<Record<string, LibraryTensor>>,
  use: (output: LibraryTensor) => void,
): Promise<void> {
  let outputs: Readonly<Record<string, LibraryTensor>> = {};
  try {
    outputs = await model(inputs).catch((cause: unknown) => {
      const shapes = Object.entries(inputs).map(([name, { dims }]) => `${name} ${dims.join(" x ")}`);
      throw new WellbegunError("limit", {
        doing: "running a model of transformers.js",
        expected: `room and a shape that fits for ${shapes.join(", ")}`,
        found: messageOf(cause),
        at: label,
        cause,
      });
    });
    const name = preferred.find((one) => outputs[one] !== undefined) ?? Object.keys(outputs)[0]!;
    use(outputs[name]!);
  } finally {
    for (const tensor of [...Object.values(outputs), ...Object.values(inputs)]) tensor.dispose?.();
  }
}
