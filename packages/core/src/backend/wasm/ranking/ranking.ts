import type { SparseMatrix } from "../../backend.ts";
import type { WasmMatrix } from "../matrix.ts";
import type { ArrayCache } from "../runtime/array-cache.ts";
import type { Engine } from "../runtime/engine.ts";

/** What both ways of ranking are given. */
export interface Ranking {
  readonly engine: Engine;
  readonly cache: ArrayCache;
  readonly users: WasmMatrix;
  readonly items: WasmMatrix;
  readonly k: number;
  readonly exclude: SparseMatrix | undefined;
}

/** What an error says was being done. */
export const DOING = "ranking items";
