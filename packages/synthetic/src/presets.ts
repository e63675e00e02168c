import { defaultShape, type SyntheticOptions } from "./options.ts";

/** Options with all sizes set. */
export type SyntheticShape = SyntheticOptions & typeof defaultShape;

/** The shapes that {@link presets} knows. */
export type PresetName = "example" | "tiktok" | "baby" | "elec";

/**
 * Named shapes: `example` is the default size; the others have the users, items, train interactions and feature
 * widths of the real datasets of the same names, with synthetic content. Baby and Elec are 5-cores: every user
 * has at least five items.
 */
export const presets: Readonly<Record<PresetName, SyntheticShape>> = {
  example: defaultShape,
  tiktok: {
    users: 9_308,
    items: 6_710,
    interactions: 59_541,
    modalities: [
      { name: "image", width: 128 },
      { name: "audio", width: 128 },
    ],
    coldUsers: 10 / 9_308,
  },
  baby: {
    users: 19_445,
    items: 7_050,
    interactions: 118_551,
    modalities: [
      { name: "image", width: 4_096 },
      { name: "text", width: 384 },
    ],
    minDegree: 5,
    coldUsers: 0,
  },
  elec: {
    users: 192_403,
    items: 63_001,
    interactions: 1_254_441,
    modalities: [
      { name: "image", width: 4_096 },
      { name: "text", width: 384 },
    ],
    minDegree: 5,
    coldUsers: 0,
  },
};
