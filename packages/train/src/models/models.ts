import { alignrec } from "./alignrec/alignrec.ts";
import { bpr } from "./bpr.ts";
import { freedom } from "./freedom.ts";
import { lightgcn } from "./lightgcn.ts";
import type { ModelDefinition } from "./model.ts";
import { vbpr } from "./vbpr.ts";

/** A model that can be trained, by its name. */
export type ModelName = "alignrec" | "lightgcn" | "bpr" | "vbpr" | "freedom";

/** Makes a model from its options, whatever these are called; each model refuses values that it does not take. */
export type DefineModel = (options?: Readonly<Record<string, unknown>>) => ModelDefinition;

/** All models by name, AlignRec first. */
export const models: Readonly<Record<ModelName, DefineModel>> = { alignrec, lightgcn, bpr, vbpr, freedom };
