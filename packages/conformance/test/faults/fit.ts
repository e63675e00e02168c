import { edit, type Fault, valuesOf } from "./fault.ts";

/** What single operations at their own shapes might not show. */
export const fitFaults: readonly Fault[] = [
  {
    operation: "fit",
    name: "every row of a sparse product is too large by one in a thousand",
    change: (good) => ({
      multiplySparse: async (s, x, out, options) => {
        await good.multiplySparse(s, x, out, options);
        await edit(good, out, (values) => values.set(values.map((value) => value * 1.001)));
      },
    }),
  },
  {
    operation: "fit",
    name: "blocks of users after the first start anew",
    change: (good) => ({
      multiplySparse: (s, x, out, options) => {
        const { offsets } = s;
        const first = offsets[0]!;
        return good.multiplySparse(
          { ...s, offsets: offsets.map((offset) => offset - first) },
          x,
          out,
          options,
        );
      },
    }),
  },
  {
    operation: "fit",
    name: "one row's label is another in the labels of the end",
    change: (good) => ({
      createAssignment: async (rows, columns, clusters, missing) => {
        const made = await good.createAssignment(rows, columns, clusters, missing);
        const right = made.labels.bind(made);
        made.labels = async () => {
          const labels = await right();
          const row = labels.findIndex((label) => label >= 0);
          if (row >= 0 && clusters > 1) labels[row] = (labels[row]! + 1) % clusters;
          return labels;
        };
        return made;
      },
    }),
  },
  {
    operation: "fit",
    name: "rows of large matrices are read as the first ones",
    change: (good) => ({
      read: async (matrix, first, rows, use) =>
        first === 0 ? await good.read(matrix, first, rows, use) : await use(await topOf(good, matrix, rows)),
    }),
  },
];

async function topOf(
  ...[backend, matrix, rows]: [...Parameters<typeof valuesOf>, number]
): Promise<Float32Array> {
  return (await valuesOf(backend, matrix)).subarray(0, rows * matrix.columns);
}
