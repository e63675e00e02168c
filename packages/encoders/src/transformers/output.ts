import type { LibraryTensor } from "./library.ts";

/** Outputs that hold vectors, in the order of preference. */
const preferred = [
  "sentence_embedding",
  "text_embeds",
  "image_embeds",
  "audio_embeds",
  "pooler_output",
  "last_hidden_state",
];

/** The output of a model that its vectors are made from: a known one, else the first. */
export function outputOf(outputs: Readonly<Record<string, LibraryTensor>>): LibraryTensor {
  const name = preferred.find((one) => outputs[one] !== undefined) ?? Object.keys(outputs)[0]!;
  return outputs[name]!;
}
