/**
 * Watches how much memory is asked for at once: typed arrays of a length are made by constructors that note it. To be imported
 * before the code that is watched.
 */

/** The largest typed array that was asked for since the last reset, in bytes. */
let largest = 0;

/** @returns {number} */
export function largestAllocation() {
  return largest;
}

export function resetAllocations() {
  largest = 0;
}

const names = /** @type {const} */ ([
  "Float32Array",
  "Float64Array",
  "Int8Array",
  "Int16Array",
  "Int32Array",
  "Uint8Array",
  "Uint16Array",
  "Uint32Array",
  "BigInt64Array",
  "BigUint64Array",
]);

for (const name of names) {
  const original = globalThis[name];
  Object.defineProperty(globalThis, name, {
    value: new Proxy(/** @type {any} */ (original), {
      construct(target, args, newTarget) {
        if (typeof args[0] === "number") largest = Math.max(largest, args[0] * target.BYTES_PER_ELEMENT);
        return Reflect.construct(target, args, newTarget);
      },
    }),
    configurable: true,
    writable: true,
  });
}
