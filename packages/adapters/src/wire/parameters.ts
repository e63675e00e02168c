import { WellbegunError } from "@wellbegun/core";
import type { TableShape } from "../bundle/manifest-files.ts";
import type { Target } from "../targets/find.ts";
import { initRms } from "../targets/init-rms.ts";
import type { ParameterTarget } from "../targets/types.ts";
import type { WiredTables, WireOptions, WireParameter } from "./types.ts";

/** Sizes besides the tables: numbers of rows, and the widths of the features by modality. */
export interface Lengths {
  readonly users: number;
  readonly items: number;
  readonly features: Readonly<Record<string, number>>;
}

/** The parameters that are wired, each with its table. */
export function planParameters(
  tables: ReadonlyMap<string, TableShape>,
  target: Target,
  wired: WiredTables,
  options: WireOptions,
  lengths: Lengths,
): WireParameter[] {
  const { codebase, model } = target;
  const sides = wired === "users" ? (["users"] as const) : (["users", "items"] as const);
  const planned: WireParameter[] = [];
  for (const parameter of model.parameters) {
    for (const side of sides) {
      if (parameter.rows !== side && parameter.rows !== "nodes") continue;
      const chosen = chooseTable(tables, parameter, side, options, lengths, codebase.defaultWidth);
      const columns = chosen.columns;
      const copies = parameter.width === "2d" ? 2 : 1;
      const width = parameter.width === "d+1" ? columns + 1 : Math.max(chosen.width, columns * copies);
      const nodes = parameter.rows === "nodes";
      const rowCount = nodes ? lengths.users + lengths.items : lengths[side] + (codebase.order.padding ?? 0);
      planned.push({
        path: parameter.path,
        rows: side,
        nodes,
        from: chosen.name,
        file: `${side}.${parameter.path}.npy`,
        columns,
        width,
        copies,
        zeros: parameter.width === "latent" || parameter.width === "raw" ? width - columns : 0,
        // implicit's bias column: users have 1, items begin at 0.
        fill: parameter.width === "d+1" && side === "users" ? 1 : 0,
        tensor: parameter.tensor,
        normalized: parameter.normalized === true,
        rms: initRms(parameter.init, rowCount, width, columns),
        standsFor: chosen.standsFor,
      });
    }
  }
  return planned;
}

interface Chosen {
  readonly name: string;
  readonly columns: number;
  /** The parameter's width if known, else the table's width. */
  readonly width: number;
  readonly standsFor?: string;
}

/**
 * The bundle's table for a parameter: the table of its modality if the width fits, else the fused table. A
 * table that is too narrow for a branch of fixed width is filled with zeros; one that is too wide cannot be
 * used.
 */
function chooseTable(
  tables: ReadonlyMap<string, TableShape>,
  parameter: ParameterTarget,
  side: "users" | "items",
  options: WireOptions,
  lengths: Lengths,
  defaultWidth: number | undefined,
): Chosen {
  const fused = widthOf(tables, side);
  if (parameter.modality === undefined && parameter.width !== "latent") {
    if (fused === undefined) throw unfit(tables, parameter, side, "a fused table");
    return { name: side, columns: fused, width: fused };
  }
  const modality = options.modalities?.[parameter.modality ?? ""] ?? parameter.modality;
  const own = modality === undefined ? undefined : `${side}.${modality}`;
  const ownWidth = own === undefined ? undefined : widthOf(tables, own);
  const wanted = {
    latent: parameter.latent ?? options.latent ?? defaultWidth,
    raw: lengths.features[modality ?? ""],
    d: fused,
    "2d": fused,
    "d+1": fused,
  }[parameter.width];
  if (wanted === undefined) throw unfit(tables, parameter, side, "a width");
  if (own !== undefined && ownWidth === wanted) return { name: own, columns: wanted, width: wanted };
  const standIn = parameter.modality === undefined ? {} : { standsFor: parameter.modality };
  if (fused === wanted) return { name: side, columns: wanted, width: wanted, ...standIn };
  if (own !== undefined && ownWidth !== undefined && ownWidth < wanted) {
    return { name: own, columns: ownWidth, width: wanted };
  }
  if (fused !== undefined && fused < wanted) return { name: side, columns: fused, width: wanted, ...standIn };
  throw unfit(tables, parameter, side, `a table of at most ${wanted} columns`);
}

function widthOf(tables: ReadonlyMap<string, TableShape>, name: string): number | undefined {
  const table = tables.get(name);
  return table?.dtype === "float32" ? table.shape[1] : undefined;
}

function unfit(
  tables: ReadonlyMap<string, TableShape>,
  parameter: ParameterTarget,
  side: string,
  expected: string,
): WellbegunError {
  const found = [...tables].filter(([name]) => name === side || name.startsWith(`${side}.`));
  return new WellbegunError("mismatch", {
    doing: `choosing a table for ${parameter.path}`,
    expected,
    found: found.map(([name, { shape }]) => `${name} (${shape.join(" x ")})`).join(", ") || "none",
    at: "the bundle",
    hint: "Compute the bundle with --dim as wide as the model.",
  });
}
