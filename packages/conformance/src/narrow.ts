import { type Backend, WellbegunError } from "@wellbegun/core";
import type { Assignment, Matrix } from "@wellbegun/core/backend";

/** A backend with less memory than the one it wraps, which counts matrices and assignments. */
export interface NarrowBackend {
  readonly backend: Backend;
  /** Matrices and assignments that were created and not disposed of. */
  live(): number;
  /** Matrices that were created. */
  made(): number;
}

/**
 * A backend that passes calls to `inner`, but declares a largest matrix of `maxMatrixBytes` (default: that of
 * `inner`), and refuses larger ones.
 */
export function narrowed(inner: Backend, maxMatrixBytes: number = Number.POSITIVE_INFINITY): NarrowBackend {
  const largest = Math.min(maxMatrixBytes, inner.capabilities.maxMatrixBytes ?? Number.POSITIVE_INFINITY);
  const limit = Number.isFinite(largest) ? { maxMatrixBytes: largest } : {};
  const capabilities = { ...inner.capabilities, ...limit };
  const live = new Set<Matrix | Assignment>();
  let made = 0;
  const track = <T extends Matrix | Assignment>(handle: T): T => {
    const dispose = handle.dispose.bind(handle);
    live.add(handle);
    handle.dispose = () => {
      live.delete(handle);
      dispose();
    };
    return handle;
  };
  const create: Backend["create"] = async (rows, columns) => {
    const bytes = 4 * rows * columns;
    if (bytes > largest) {
      throw new WellbegunError("limit", {
        doing: "creating a matrix",
        expected: `at most ${largest} bytes`,
        found: `${rows} x ${columns} values, ${bytes} bytes`,
      });
    }
    made++;
    return track(await inner.create(rows, columns));
  };
  const createAssignment: Backend["createAssignment"] = async (...shape) =>
    track(await inner.createAssignment(...shape));
  const replaced = new Map<PropertyKey, unknown>(Object.entries({ capabilities, create, createAssignment }));
  const backend = new Proxy(inner, {
    get(target, key) {
      if (replaced.has(key)) return replaced.get(key);
      const member: unknown = Reflect.get(target, key, target);
      // Methods are bound to the backend, since the proxy does not have its private fields.
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
  return { backend, live: () => live.size, made: () => made };
}
