import { type FeatureSource, WellbegunError } from "@wellbegun/core";
import { createRandom } from "@wellbegun/core/support";
import { rowPermutation } from "../controls.ts";

/** Options of {@link maskModality}. */
export interface MaskModalityOptions {
  /** Share of the items that lose one modality, 0 to 1. Default: 0.5. */
  readonly share?: number | undefined;
  /**
   * The modality that they lose. Default: each item loses one of its modalities, drawn with equal probability.
   */
  readonly modality?: string | undefined;
  /** Default: 999. */
  readonly seed?: number | undefined;
}

/**
 * The features of the mask-modality protocol (after AlignRec, Liu et al., CIKM 2024): a seeded share of the items loses
 * one modality. Fit on the returned features, and judge the tables by {@link zeroShot} and {@link itemCf}. The
 * features are not copied; rows that only the fit finds missing (rows of zeros) count as present.
 *
 * @throws {WellbegunError} `invalid-option` for a share outside 0 to 1 or an unknown modality.
 */
export function maskModality(
  features: Readonly<Record<string, FeatureSource>>,
  options: MaskModalityOptions = {},
): Record<string, FeatureSource> {
  const { share = 0.5, modality, seed = 999 } = options;
  const names = Object.keys(features).sort();
  if (!(share >= 0 && share <= 1)) refuse("a share from 0 to 1", `${share}`, "share");
  if (modality !== undefined && !names.includes(modality)) {
    refuse(`one of ${names.join(", ")}`, JSON.stringify(modality), "modality");
  }
  const rows = features[names[0]!]?.rows ?? 0;
  const missing = Object.fromEntries(
    names.map((name) => [name, features[name]!.missing?.slice() ?? new Uint8Array(rows)]),
  );
  const random = createRandom(seed, "evaluate/mask-modality");
  const order = rowPermutation(rows, seed, "mask-modality");
  for (const item of order.subarray(0, Math.round(share * rows))) {
    const present = names.filter((name) => missing[name]![item] === 0);
    const lost = modality ?? present[random.integer(present.length)];
    if (lost !== undefined) missing[lost]![item] = 1;
  }
  return Object.fromEntries(
    names.map((name) => {
      const { columns, label, read } = features[name]!;
      return [name, { rows, columns, label, missing: missing[name]!, read: read.bind(features[name]) }];
    }),
  );
}

function refuse(expected: string, found: string, at: string): never {
  throw new WellbegunError("invalid-option", { doing: "masking modalities", expected, found, at });
}
