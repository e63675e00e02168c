import { generateDataset, type SyntheticDataset } from "@wellbegun/synthetic";

export type Data = SyntheticDataset;

/** A small synthetic dataset with two modalities, each of which some items lack. */
export function syntheticData(
  users: number,
  interactions: number,
  seed: number = 1,
  items: number = 160,
): Data {
  return generateDataset({
    users,
    items,
    interactions,
    modalities: [
      { name: "image", width: 20 },
      { name: "audio", width: 12 },
    ],
    missing: 0.1,
    seed,
  });
}
