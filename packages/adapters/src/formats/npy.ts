/**
 * The `.npy` array format as bytes: versions 1 to 3, float, int, uint and bool of every width, both byte orders,
 * Fortran order, one and two dimensions. Pickled objects are refused, never opened.
 *
 * Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 *
 * @module
 */
export type { ElementArray, ElementType, TypedElements } from "./elements.ts";
export { convertToFloat32, elementBytes, elementsToBytes, toFloat32, toInt32 } from "./elements.ts";
export type { NpyArray } from "./npy-decode.ts";
export { decodeNpy, decodeNpyValues, npyRowRange } from "./npy-decode.ts";
export type { EncodeNpyOptions, NpyElementType } from "./npy-encode.ts";
export { encodeNpy, encodeNpyHeader } from "./npy-encode.ts";
export type { NpyHeader } from "./npy-header.ts";
export { checkNpySize, NPY_PREAMBLE_BYTES, npyHeaderEnd, parseNpyHeader } from "./npy-header.ts";
