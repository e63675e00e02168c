import { WellbegunError } from "@wellbegun/core";
import type { ContentColumns } from "./content.ts";
import { type ContentKind, defaultEncoders, isDeclared } from "./encoder.ts";
import type { EmbedSettings } from "./options.ts";

/** The columns whose content is encoded, by modality. */
export function contentColumns({ text, image, audio }: EmbedSettings): readonly ContentColumns[] {
  const named: readonly (readonly [ContentKind, readonly string[] | undefined])[] = [
    ["text", text],
    ["image", image === undefined ? undefined : [image]],
    ["audio", audio === undefined ? undefined : [audio]],
  ];
  const wanted = named.flatMap(([modality, columns]) =>
    columns === undefined ? [] : [{ modality, columns }],
  );
  if (wanted.length > 0) return wanted;
  throw refused("columns of content: --text, --image or --audio", "none", "--text");
}

/**
 * The encoder of each modality, and the checks that every option of encoders concerns one of them.
 *
 * @throws {WellbegunError} `invalid-option` if a modality has no encoder, or an option concerns none.
 */
export function encoderPlaces(
  wanted: readonly ContentColumns[],
  settings: EmbedSettings,
): ReadonlyMap<ContentKind, string> {
  const { workers = 2, modelDtype, pooling } = settings;
  if (!Number.isInteger(workers) || workers < 1)
    throw refused("a whole number from 1", `${workers}`, "--workers");
  const places = new Map(wanted.map(({ modality }) => [modality, encoderPlace(modality, settings)]));
  for (const modality of ["text", "image", "audio"] as const) {
    if (settings[`${modality}Encoder`] === undefined || places.has(modality)) continue;
    throw refused(`--${modality}, whose content it encodes`, "none", `--${modality}-encoder`);
  }
  const free = [...places].filter(([, place]) => !isDeclared(place)).map(([modality]) => modality);
  if (modelDtype !== undefined && free.length === 0)
    throw refused("a model of transformers.js", "models with encoder.json alone", "--model-dtype");
  if (pooling !== undefined && !free.includes("text"))
    throw refused("a model of transformers.js for texts", "none", "--pooling");
  return places;
}

function encoderPlace(modality: ContentKind, settings: EmbedSettings): string {
  const place = settings[`${modality}Encoder`] ?? defaultEncoders[modality];
  if (place !== undefined) return place;
  throw refused(`an encoder for ${modality}`, "none", `--${modality}-encoder`);
}

function refused(expected: string, found: string, option: string): WellbegunError {
  return new WellbegunError("invalid-option", {
    doing: "reading the options",
    expected,
    found,
    at: `option ${option}`,
  });
}
