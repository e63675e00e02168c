import { setImmediate } from "node:timers/promises";
import type { Backend } from "@wellbegun/core";

/** How long the event loop may be kept waiting: short enough that Ctrl-C and the bar feel immediate. */
const PATIENCE_MS = 30;

/**
 * The same backend, letting the event loop turn between operations. A backend on the CPU resolves its promises at once,
 * so that without this no signal handler and no timer would run until the end.
 */
export function interruptible(backend: Backend): Backend {
  let turned = performance.now();
  return new Proxy(backend, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key, target);
      if (typeof member !== "function") return member;
      return async (...args: readonly unknown[]): Promise<unknown> => {
        const result: unknown = await Reflect.apply(member, target, args);
        if (performance.now() - turned > PATIENCE_MS) {
          await setImmediate();
          turned = performance.now();
        }
        return result;
      };
    },
  });
}
