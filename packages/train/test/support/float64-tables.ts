/** Makes every new Float32Array of this test file one of float64. Import it first. */
(globalThis as { Float32Array: unknown }).Float32Array = Float64Array;

export {};
