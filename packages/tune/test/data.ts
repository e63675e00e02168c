import { type FeatureSource, type Interactions, interactionsFromArrays } from "@wellbegun/core";
import { generateDataset } from "@wellbegun/synthetic";

export interface Data {
  readonly features: Record<string, FeatureSource>;
  readonly train: Interactions;
  readonly validation: Interactions;
  readonly test: Interactions;
}

/** A small synthetic dataset with two modalities, each of which some items lack. */
export function syntheticData(
  users: number,
  interactions: number,
  seed: number = 1,
  items: number = 160,
): Data {
  const data = generateDataset({
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
  const split = (label: number): Interactions => {
    const rows = [...data.labels.keys()].filter((row) => data.labels[row] === label);
    return interactionsFromArrays({
      users: Uint32Array.from(rows, (row) => data.users[row]!),
      items: Uint32Array.from(rows, (row) => data.items[row]!),
      userCount: data.userCount,
      itemCount: data.itemCount,
    });
  };
  const features = { image: data.features[0]!, audio: data.features[1]! };
  return { features, train: split(0), validation: split(1), test: split(2) };
}
