import { edit, type Fault } from "./fault.ts";

export const memoryFaults: readonly Fault[] = [
  {
    operation: "create",
    name: "memory is not cleared",
    change: (good) => ({
      create: async (rows, columns) => {
        const matrix = await good.create(rows, columns);
        await edit(good, matrix, (values) => void values.fill(1));
        return matrix;
      },
    }),
  },
  {
    operation: "create",
    name: "too much memory is an ordinary error",
    change: (good) => ({
      create: async (rows, columns) => {
        if (rows * columns > 2 ** 40) throw new RangeError("out of memory");
        return await good.create(rows, columns);
      },
    }),
  },
  {
    operation: "write",
    name: "the first row is ignored",
    change: (good) => ({ write: (target, _first, rows, fill) => good.write(target, 0, rows, fill) }),
  },
  {
    operation: "write",
    name: "a slow fill is not waited for",
    change: (good) => ({
      write: (target, first, rows, fill) => {
        return good.write(target, first, rows, async (into) => {
          const draft = new Float32Array(into.length);
          const filling = fill(draft);
          into.set(draft);
          await filling;
        });
      },
    }),
  },
  {
    operation: "write",
    name: "an error of fill is swallowed",
    change: (good) => ({
      write: (target, first, rows, fill) => good.write(target, first, rows, fill).catch(() => {}),
    }),
  },
  {
    operation: "read",
    name: "the whole matrix is handed out",
    change: (good) => ({ read: (source, _first, _rows, use) => good.read(source, 0, source.rows, use) }),
  },
  {
    operation: "dispose",
    name: "matrices outlive their backend",
    change: () => ({ dispose: async () => {} }),
  },
];
