import { edit, type Fault, spread, valuesOf } from "./fault.ts";

export const denseFaults: readonly Fault[] = [
  {
    operation: "columnMoments",
    name: "missing rows are counted",
    change: (good) => ({
      columnMoments: (x, options) => {
        return good.columnMoments(x, options?.shift === undefined ? {} : { shift: options.shift });
      },
    }),
  },
  {
    operation: "columnMoments",
    name: "sums are float32 though the capabilities say float64",
    change: (good) => ({
      columnMoments: async (x, options) => {
        const moments = await good.columnMoments(x, options);
        if (options?.shift !== undefined || options?.missing !== undefined) return moments;
        const values = await valuesOf(good, x);
        const sum = new Float32Array(x.columns);
        for (let p = 0; p < values.length; p++) sum[p % x.columns]! += values[p]!;
        return { ...moments, sum: Float64Array.from(sum) };
      },
    }),
  },
  {
    operation: "transformRows",
    name: "a row of norm 0 becomes NaN",
    change: (good) => ({
      transformRows: async (x, transform) => {
        await good.transformRows(x, transform);
        const norms = await good.rowNorms(x);
        await edit(good, x, (values) => {
          for (let r = 0; r < x.rows; r++) {
            if (transform.unit && norms[r] === 0) values.fill(NaN, r * x.columns, (r + 1) * x.columns);
          }
        });
      },
    }),
  },
  {
    operation: "transformRows",
    name: "rows are divided before they are shifted",
    change: (good) => ({
      transformRows: async (x, transform) => {
        if (transform.unit) await good.transformRows(x, { unit: true });
        await good.transformRows(x, transform);
      },
    }),
  },
  {
    operation: "rowNorms",
    name: "small norms are flushed to 0",
    change: (good) => ({ rowNorms: async (x) => (await good.rowNorms(x)).map((n) => (n < 1e-12 ? 0 : n)) }),
  },
  {
    operation: "scaleRows",
    name: "one factor serves all rows",
    change: (good) => ({
      scaleRows: (x, factor) => good.scaleRows(x, typeof factor === "number" ? factor : (factor[0] ?? 1)),
    }),
  },
  {
    operation: "addScaled",
    name: "the first column is ignored",
    change: (good) => ({ addScaled: (y, x, alpha) => good.addScaled(y, x, alpha) }),
  },
  {
    operation: "multiply",
    name: "it always adds",
    change: (good) => ({
      multiply: (a, b, out, options) => good.multiply(a, b, out, { ...options, accumulate: true }),
    }),
  },
  {
    operation: "multiply",
    name: "it never adds",
    change: (good) => ({
      multiply: (a, b, out, options) => good.multiply(a, b, out, { ...options, accumulate: false }),
    }),
  },
  {
    operation: "multiply",
    name: "square matrices are not transposed",
    change: (good) => ({
      multiply: (a, b, out, options = {}) => {
        const transposeA = (options.transposeA ?? false) && a.rows !== a.columns;
        return good.multiply(a, b, out, { ...options, transposeA });
      },
    }),
  },
  {
    operation: "multiply",
    name: "products have eleven bits",
    change: (good) => ({
      multiply: async (a, b, out, options) => {
        await good.multiply(a, b, out, options);
        await edit(good, out, (values) => {
          for (let p = 0; p < values.length; p++) values[p]! *= 1 + 2 ** -11 * (p % 2);
        });
      },
    }),
  },
  {
    operation: "multiply",
    name: "NaN spreads",
    change: (good) => ({
      multiply: async (a, b, out, options) => {
        await good.multiply(a, b, out, options);
        await edit(good, out, spread);
      },
    }),
  },
  {
    operation: "multiply",
    name: "the last column of a tile of 64 is lost",
    change: (good) => ({
      multiply: async (a, b, out, options) => {
        await good.multiply(a, b, out, options);
        await edit(good, out, (values) => {
          for (let p = 64; p < values.length; p += out.columns) if (out.columns > 64) values[p] = 0;
        });
      },
    }),
  },
  {
    operation: "gram",
    name: "its halves differ in the last bit",
    change: (good) => ({
      gram: async (x) => {
        const gram = await good.gram(x);
        for (let p = 1; p < gram.length; p += 2) gram[p]! *= 1 + 2 ** -50;
        return gram;
      },
    }),
  },
  {
    operation: "gram",
    name: "its sums are float32 though the capabilities say float64",
    change: (good) => ({
      gram: async (x) => {
        const values = await valuesOf(good, x);
        const gram = new Float32Array(x.columns * x.columns);
        for (let p = 0; p < values.length; p++) {
          const row = p - (p % x.columns);
          for (let c = 0; c < x.columns; c++) {
            gram[(p % x.columns) * x.columns + c]! += Math.fround(values[p]! * values[row + c]!);
          }
        }
        return Float64Array.from(gram);
      },
    }),
  },
];
