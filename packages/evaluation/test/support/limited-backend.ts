import { type Backend, type Capabilities, cpu } from "@wellbegun/core";
import type { Matrix } from "@wellbegun/core/backend";

/** The portable backend with limits that it holds: a matrix beyond them is an error, as on a device. */
export function limitedBackend(limits: Pick<Capabilities, "maxMatrixBytes" | "maxTotalBytes">): Backend {
  const inner = cpu();
  const { maxMatrixBytes = Number.POSITIVE_INFINITY, maxTotalBytes = Number.POSITIVE_INFINITY } = limits;
  let held = 0;
  const create = async (rows: number, columns: number): Promise<Matrix> => {
    const bytes = 4 * rows * columns;
    if (bytes > maxMatrixBytes || held + bytes > maxTotalBytes)
      throw new Error(`${bytes} bytes beside ${held}`);
    const matrix = await inner.create(rows, columns);
    held += bytes;
    const dispose = matrix.dispose.bind(matrix);
    matrix.dispose = () => {
      held -= bytes;
      dispose();
    };
    return matrix;
  };
  return new Proxy(inner, {
    get(target, name) {
      if (name === "capabilities") return { ...target.capabilities, ...limits };
      if (name === "create") return create;
      const member: unknown = Reflect.get(target, name);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}
