import type { TrainIdentity } from "../bundle/data-identity.ts";
import type { BundleFile } from "../bundle/manifest-files.ts";
import type { WireParameter, WirePlan } from "./types.ts";

/** The value of `format` in the index of every artifact. */
export const WIRE_FORMAT = "wellbegun-wire";
/** The version of the artifact that is written here. */
export const WIRE_VERSION = 1;
/** Name of the index in the artifact's folder. */
export const WIRE_FILE = "wire.json";

/**
 * The artifact's folder name: `wellbegun-<codebase>-<model>` in lowercase, with the suffix `-permuted` for a
 * control, so that a control is never found in place of a real artifact.
 */
export function artifactName({ target, control }: WirePlan): string {
  const name = `wellbegun-${target.codebase.name}-${target.name}`.toLowerCase();
  return control === null ? name : `${name}-${control}`;
}

/**
 * The index's text: equal plans and files give equal bytes.
 *
 * @param train The train interactions that the vectors were computed from, if the bundle's manifest says them. Their SHA-256
 * is left out where the artifact has another row order than the bundle.
 */
export function formatWire(
  plan: WirePlan,
  manifestSha256: string,
  idFiles: Readonly<Record<"users" | "items", string | null>>,
  files: Readonly<Record<string, BundleFile>>,
  train: TrainIdentity | undefined,
): string {
  const { target, tables, control, scaleFactor, parameters, rows } = plan;
  const side = (name: "users" | "items"): object => ({ count: rows[name].count, file: idFiles[name] });
  const reordered = rows.users.order !== undefined || rows.items.order !== undefined;
  const index = {
    format: WIRE_FORMAT,
    version: WIRE_VERSION,
    codebase: target.codebase.name,
    model: target.name,
    tables,
    control,
    scaleFactor,
    order: target.codebase.order.rule,
    padding: target.codebase.order.padding ?? 0,
    bundle: { manifest: { sha256: manifestSha256 } },
    train:
      train === undefined
        ? null
        : { interactions: train.interactions, sha256: reordered ? null : train.sha256 },
    ids: { users: side("users"), items: side("items") },
    parameters: parameters.map(parameterEntry),
    tableFiles: plan.files.map(({ name, rows, from }) => ({ file: name, rows, from })),
    files,
  };
  return `${JSON.stringify(index, null, 2)}\n`;
}

function parameterEntry(parameter: WireParameter): object {
  const { path, rows, nodes, from, file, tensor, normalized, rms, columns, copies } = parameter;
  return { path, rows, nodes, from, file, vector: columns * copies, tensor, normalized, rms: rms ?? null };
}

/**
 * A parameter's table, made from the bundle's table: rows in the artifact's order, columns repeated and filled.
 */
export function buildTable(
  parameter: WireParameter,
  data: Float32Array,
  order: Uint32Array | undefined,
): Float32Array {
  const { columns, width, copies, fill } = parameter;
  const count = data.length / columns;
  const table = new Float32Array(count * width).fill(fill);
  for (let row = 0; row < count; row++) {
    const source = order?.[row] ?? row;
    const values = data.subarray(source * columns, (source + 1) * columns);
    for (let copy = 0; copy < copies; copy++) table.set(values, row * width + copy * columns);
  }
  return table;
}
