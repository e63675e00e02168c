import type { Backend } from "@wellbegun/core";

/** The backend with some of its methods replaced. */
export function overlay(good: Backend, replaced: Partial<Backend>): Backend {
  const own = new Map(Object.entries(replaced));
  return new Proxy(good, {
    get(target, key) {
      if (typeof key === "string" && own.has(key)) return own.get(key);
      const value: unknown = Reflect.get(target, key, target);
      // The backend's own methods need the backend itself, whose private fields a proxy does not have.
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
