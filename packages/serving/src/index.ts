export type { CalibrateOptions, CalibrationResult } from "./calibrate.ts";
export { calibrate } from "./calibrate.ts";
export type { Calibration, JoinOptions } from "./join.ts";
export { coldItems, joinTables } from "./join.ts";
export type { JoinedQuality } from "./merge.ts";
export type { Prior, ShrinkOptions, TriedStrength, TuneShrinkageOptions } from "./shrink.ts";
export { defaultStrengths, shrinkUsers, tuneShrinkage } from "./shrink.ts";
