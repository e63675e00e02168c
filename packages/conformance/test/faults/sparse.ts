import { edit, type Fault, spread, valuesOf } from "./fault.ts";

export const sparseFaults: readonly Fault[] = [
  ...(["values", "rowScale", "columnScale"] as const).map((part): Fault => {
    return {
      operation: "multiplySparse",
      name: `${part} is ignored`,
      change: (good) => ({
        multiplySparse: (s, x, out, options) => {
          return good.multiplySparse({ ...s, [part]: undefined }, x, out, options);
        },
      }),
    };
  }),
  {
    operation: "multiplySparse",
    name: "offsets are taken to start at 0",
    change: (good) => ({
      multiplySparse: (s, x, out, options) => {
        return good.multiplySparse(
          { ...s, offsets: s.offsets.map((o) => o - s.offsets[0]!) },
          x,
          out,
          options,
        );
      },
    }),
  },
  {
    operation: "multiplySparse",
    name: "rows without entries are not written",
    change: (good) => ({
      multiplySparse: async (s, x, out, options) => {
        const before = await valuesOf(good, out);
        await good.multiplySparse(s, x, out, options);
        await edit(good, out, (values) => {
          for (let r = 0; r < s.rows; r++) {
            if (s.offsets[r] !== s.offsets[r + 1]) continue;
            values.set(before.subarray(r * x.columns, (r + 1) * x.columns), r * x.columns);
          }
        });
      },
    }),
  },
  {
    operation: "multiplySparse",
    name: "a cache confuses matrices that share their arrays",
    change: (good) => {
      const cache = new Map<Uint32Array, Float32Array | undefined>();
      return {
        multiplySparse: (s, x, out, options) => {
          if (!cache.has(s.indices)) cache.set(s.indices, s.rowScale);
          return good.multiplySparse({ ...s, rowScale: cache.get(s.indices) }, x, out, options);
        },
      };
    },
  },
  {
    operation: "multiplySparse",
    name: "0 times NaN leaks, as through a dense product",
    change: (good) => ({
      multiplySparse: async (s, x, out, options) => {
        await good.multiplySparse(s, x, out, options);
        await edit(good, out, spread);
      },
    }),
  },
];
