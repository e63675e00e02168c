export type { TfjsBackendName } from "./kinds.ts";
export { type TfjsBackend, type TfjsOptions, tfjs } from "./open.ts";
export { probeTfjs, type TfjsProbe, type TfjsProbeOptions } from "./probe.ts";
export type { TensorFlow, TfMemory, TfNumbers, TfOperand, TfTensor } from "./tensorflow.ts";
export type { TfjsStatistics } from "./traffic.ts";
