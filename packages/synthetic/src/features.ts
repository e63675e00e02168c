import { type FeatureSource, WellbegunError } from "@wellbegun/core";
import { createRandom } from "@wellbegun/core/support";
import { type Catalog, FACTORS } from "./catalog.ts";
import { fillRow, type RowLaw } from "./feature-row.ts";
import type { ResolvedOptions } from "./options.ts";
import { bell, permutation } from "./sampling.ts";

// How strongly a modality shows the factors that belong to another one.
const FAINT = 0.3;
// Standard deviation of the elements of the common offset; the part that distinguishes items has about 1.
const OFFSET = 1.5;
// Row norms vary by up to this share up and down.
const NORM_VARIATION = 0.3;

/**
 * The features of modality `m`, generated as they are read from an I x FACTORS table:
 * `x_i = norm_i * (offset + W view_i + noise)`, where `view_i` is the item's factors as this modality sees them
 * (some shared with the others, some its own, the rest faint, all with noise), W a random D_m x FACTORS map,
 * and the noise of an element is a hash of its position. A row is therefore the same for any block size.
 */
export function syntheticFeatures(options: ResolvedOptions, catalog: Catalog, m: number): FeatureSource {
  const { name, width } = options.modalities[m]!;
  const rows = options.items;
  const random = createRandom(options.seed, `features/${name}`);
  const law: RowLaw = {
    map: Float64Array.from({ length: width * FACTORS }, () => bell(random) / Math.sqrt(FACTORS)),
    offset: Float64Array.from({ length: width }, () => OFFSET * bell(random)),
    key: random.integer(4294967296),
  };
  const norms = Float64Array.from({ length: rows }, () => 1 + NORM_VARIATION * (2 * random.uniform() - 1));
  const views = viewsOf(options, catalog, m);
  const missing = missingRows(options, name);

  return {
    rows,
    columns: width,
    label: name,
    missing,
    read(firstRow, count, into) {
      checkBlock(name, rows, width, firstRow, count, into);
      for (let r = 0; r < count; r++) {
        const row = firstRow + r;
        const target = into.subarray(r * width, (r + 1) * width);
        const view = views.subarray(row * FACTORS, (row + 1) * FACTORS);
        if (missing?.[row] === 1) target.fill(0);
        else fillRow(target, law, row, view, norms[row]!);
      }
    },
  };
}

/** I x FACTORS: a factor belongs to one of the modalities in turn, or to all; to the others it is faint. */
function viewsOf(options: ResolvedOptions, catalog: Catalog, m: number): Float64Array {
  const { modalities, noise, seed } = options;
  const random = createRandom(seed, `views/${modalities[m]!.name}`);
  return catalog.factors.map((factor, place) => {
    const owner = (place % FACTORS) % (modalities.length + 1);
    const gain = owner === m || owner === modalities.length ? 1 : FAINT;
    return gain * factor + noise * bell(random);
  });
}

function missingRows(options: ResolvedOptions, name: string): Uint8Array | undefined {
  const count = Math.round(options.missing * options.items);
  if (count === 0) return undefined;
  const missing = new Uint8Array(options.items);
  const order = permutation(options.items, createRandom(options.seed, `missing/${name}`));
  for (const item of order.subarray(0, count)) missing[item] = 1;
  return missing;
}

function checkBlock(
  name: string,
  rows: number,
  width: number,
  firstRow: number,
  count: number,
  into: Float32Array,
): void {
  const inside = firstRow >= 0 && count >= 0 && firstRow + count <= rows;
  if (inside && into.length === count * width) return;
  throw new WellbegunError("mismatch", {
    doing: "generating features",
    expected: inside
      ? `room for ${count} x ${width} = ${count * width} values`
      : `rows from 0 to ${rows - 1}`,
    found: inside ? `${into.length}` : `rows ${firstRow} to ${firstRow + count - 1}`,
    at: `modality ${name}`,
  });
}
