/**
 * Records the size of allocations: replaces the constructors of typed arrays by ones that note the length.
 * Import it before the code under test.
 */

/** The largest typed array that was requested since the last reset, in bytes. */
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
