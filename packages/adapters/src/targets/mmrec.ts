/**
 * MMRec's dataset layout as bytes: the `.inter` table of interactions, with its split in a column. The layout on
 * disk is read by `@wellbegun/adapters/node`.
 *
 * Source: https://github.com/enoche/MMRec, src/utils/dataset.py and src/configs/overall.yaml
 *
 * @module
 */

export type { Split } from "../split.ts";
export { parseInter, parseInterParts } from "./inter.ts";
export { chooseInterFiles, type InterFile, type InterFiles } from "./inter-files.ts";
export { type InterFileParts, parseInterFiles } from "./inter-splits.ts";
export type { InterColumns, InterOptions, InterTable } from "./inter-table.ts";
export type { SplitOptions } from "./mmrec-split.ts";
export { splitInteractions } from "./mmrec-split.ts";
