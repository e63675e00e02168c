export { generateDataset, type InteractionLog, type SyntheticDataset } from "./generate.ts";
export type { ResolvedOptions, SyntheticModality, SyntheticOptions } from "./options.ts";
export { type PresetName, presets, type SyntheticShape } from "./presets.ts";
