/** The release of this package, which checkpoints name. `tools/check-jsr.mjs` holds it against package.json. */
export const VERSION = "0.0.0";
