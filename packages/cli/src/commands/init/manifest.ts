import type { MmrecDataset } from "@wellbegun/adapters/node";
import { type Backend, type FittedTables, recordOptions } from "@wellbegun/core";
import { inputManifest } from "../../shared/input-manifest.ts";
import { packageVersions } from "../../shared/versions.ts";

/**
 * What a bundle's manifest says of its making: enough to make it again, and nothing of when, where or in which order of
 * rows it was made, so that equal data and options give equal bytes.
 */
export async function manifestContent(
  dataset: MmrecDataset,
  fitted: FittedTables,
  backend: Backend,
): Promise<Record<string, unknown>> {
  const shapes = Object.entries(fitted.report.tables).map(([name, { rows, columns }]) => [
    name,
    [rows, columns],
  ]);
  return {
    packages: packageVersions(),
    options: recordOptions(fitted.options),
    seed: fitted.options.seed,
    shapes: Object.fromEntries(shapes),
    backend: { name: backend.name, device: backend.capabilities.device },
    input: await inputManifest(dataset),
    diagnostics: fitted.report,
  };
}
