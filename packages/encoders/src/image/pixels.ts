import type { ImageSpec } from "../spec.ts";

/** The picture that a model takes, and how it is cut from an image of another size. */
export interface PixelRequest {
  readonly height: number;
  readonly width: number;
  /** The shorter side before the center is cut out; undefined: resized whatever the aspect. */
  readonly shortSide: number | undefined;
  readonly filter: "linear" | "cubic" | "lanczos3";
}

/**
 * Decodes an image file and resizes it: height x width x 3 bytes, red, green and blue, row by row from the top. Throws for what is no
 * image; the error's message becomes the reason of the missing row.
 */
export type DecodeImage = (file: Uint8Array, request: PixelRequest) => Promise<Uint8Array>;

/** What a spec asks of the decoder. */
export function pixelRequest({
  size: [height, width],
  shortSide,
  filter = "cubic",
}: ImageSpec): PixelRequest {
  return { height, width, shortSide, filter };
}

/** The size of an image after scaling, from which the center is cut out. */
export function scaledSize(
  image: { readonly height: number; readonly width: number },
  { height, width, shortSide }: PixelRequest,
): { readonly height: number; readonly width: number } {
  if (shortSide === undefined) return { height, width };
  const factor = shortSide / Math.min(image.height, image.width);
  const scale = (side: number, least: number): number => Math.max(least, Math.round(side * factor));
  return { height: scale(image.height, height), width: scale(image.width, width) };
}

/** Writes pixels (height x width x 3 bytes) as the model takes them, at image `index` of a batch. */
export function writePixels(pixels: Uint8Array, spec: ImageSpec, into: Float32Array, index: number): void {
  const {
    rescale = 1 / 255,
    mean = [0, 0, 0],
    deviation = [1, 1, 1],
    layout = "nchw",
    channels = "rgb",
  } = spec;
  const area = pixels.length / 3;
  const start = index * pixels.length;
  for (let channel = 0; channel < 3; channel++) {
    const source = channels === "rgb" ? channel : 2 - channel;
    const factor = rescale / deviation[source]!;
    const offset = mean[source]! / deviation[source]!;
    const [first, step] = layout === "nchw" ? [start + channel * area, 1] : [start + channel, 3];
    for (let p = 0; p < area; p++) into[first + p * step] = pixels[p * 3 + source]! * factor - offset;
  }
}
