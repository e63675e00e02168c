export { alignrec } from "./models/alignrec/alignrec.ts";
export type { AlignRecOptions } from "./models/alignrec/options.ts";
