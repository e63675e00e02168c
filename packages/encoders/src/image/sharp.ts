import { importPeer } from "@wellbegun/core/backend";
import { importModule } from "../import-module.ts";
import { type DecodeImage, type PixelRequest, scaledSize } from "./pixels.ts";

/** The part of sharp that is used. */
interface Sharp {
  metadata(): Promise<{ readonly autoOrient: Size; readonly format: string }>;
  autoOrient(): Sharp;
  resize(
    width: number,
    height: number,
    options: { fit: "fill"; kernel: string; fastShrinkOnLoad: false },
  ): Sharp;
  extract(area: { left: number; top: number; width: number; height: number }): Sharp;
  extend(border: Record<"top" | "bottom" | "left" | "right", number> & { extendWith: "copy" }): Sharp;
  affine(
    matrix: readonly [readonly [number, number], readonly [number, number]],
    options: { interpolator: string; idx: number; idy: number },
  ): Sharp;
  removeAlpha(): Sharp;
  toColourspace(space: "srgb"): Sharp;
  raw(): Sharp;
  toBuffer(): Promise<Uint8Array>;
  toBuffer(options: { resolveWithObject: true }): Promise<{ readonly data: Uint8Array; readonly info: Size }>;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

type OpenSharp = (
  file: Uint8Array,
  options: { readonly failOn?: "error"; readonly raw?: Size & { readonly channels: 3 } },
) => Sharp;

/**
 * Decodes images with sharp, loaded at the call. Images are turned as their EXIF orientation says; transparency is dropped. Images are
 * reduced with the filter that is asked for, and enlarged with its bicubic interpolation (`linear`: bilinear). Reasons of failures
 * are in words of this module: libvips shares its messages among images that are decoded side by side, so that they differ from run to
 * run.
 */
export async function sharpDecoder(): Promise<DecodeImage> {
  const { default: sharp } = (await importPeer(importModule, "sharp", { doing: "decoding images" })) as {
    default: OpenSharp;
  };
  return async (file, request) => {
    const { autoOrient, format } = await sharp(file, options)
      .metadata()
      .catch((cause: unknown) => {
        throw new Error("no format that is known", { cause });
      });
    return await pixelsOf(sharp, file, autoOrient, request).catch((cause: unknown) => {
      throw new Error(`a damaged ${format} file`, { cause });
    });
  };
}

const options = { failOn: "error" } as const;

async function pixelsOf(
  sharp: OpenSharp,
  file: Uint8Array,
  own: Size,
  request: PixelRequest,
): Promise<Uint8Array> {
  const { height, width, filter } = request;
  const scaled = scaledSize(own, request);
  const reduced = {
    width: Math.min(own.width, scaled.width),
    height: Math.min(own.height, scaled.height),
  };
  const image = sharp(file, options)
    .autoOrient()
    .resize(reduced.width, reduced.height, { fit: "fill", kernel: filter, fastShrinkOnLoad: false });
  const enlarges = scaled.width > reduced.width || scaled.height > reduced.height;
  const whole = enlarges ? await enlarged(sharp, rgb(image), reduced, scaled, filter) : image;
  const left = Math.floor((scaled.width - width) / 2);
  const top = Math.floor((scaled.height - height) / 2);
  const center = rgb(whole.extract({ left, top, width, height }));
  return await center.raw().toBuffer();
}

function rgb(image: Sharp): Sharp {
  return image.removeAlpha().toColourspace("srgb");
}

/** Rows and columns that are repeated around an image, so that interpolation at its border reads pixels. */
const BORDER = 4;

/**
 * Enlarges with pixel centers aligned, as Pillow, PyTorch and browsers do. sharp's own resize does so when it reduces; when it enlarges
 * by a factor f, it moves the image by 1/2 - 1/(2 f) pixels.
 */
async function enlarged(
  sharp: OpenSharp,
  image: Sharp,
  from: Size,
  to: Size,
  filter: PixelRequest["filter"],
): Promise<Sharp> {
  const [x, y] = [to.width / from.width, to.height / from.height];
  const around = { top: BORDER, bottom: BORDER, left: BORDER, right: BORDER, extendWith: "copy" } as const;
  const bordered = await image.extend(around).raw().toBuffer({ resolveWithObject: true });
  const offset = (factor: number): number => 0.5 - BORDER - 0.5 / factor;
  const { data, info } = await sharp(bordered.data, { raw: { ...sizeOf(bordered.info), channels: 3 } })
    .affine(
      [
        [x, 0],
        [0, y],
      ],
      { interpolator: filter === "linear" ? "bilinear" : "bicubic", idx: offset(x), idy: offset(y) },
    )
    .raw()
    .toBuffer({ resolveWithObject: true });
  return sharp(data, { raw: { ...sizeOf(info), channels: 3 } });
}

function sizeOf({ width, height }: Size): Size {
  return { width, height };
}
