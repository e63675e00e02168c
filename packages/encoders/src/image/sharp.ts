import { importPeer } from "@wellbegun/core/backend";
import { importModule } from "../import-module.ts";
import { type DecodeImage, type PixelRequest, scaledSize } from "./pixels.ts";

/** The part of sharp that is used. */
interface Sharp {
  metadata(): Promise<Size & Pick<Header, "hasAlpha" | "autoOrient"> & { readonly format: string }>;
  autoOrient(): Sharp;
  resize(
    width: number,
    height: number,
    options: { fit: "fill"; kernel: string; fastShrinkOnLoad: false },
  ): Sharp;
  extract(area: Area): Sharp;
  extend(border: Record<"top" | "bottom" | "left" | "right", number> & { extendWith: "copy" }): Sharp;
  affine(
    matrix: readonly [readonly [number, number], readonly [number, number]],
    options: { interpolator: string; idx: number; idy: number },
  ): Sharp;
  removeAlpha(): Sharp;
  toColourspace(space: "srgb"): Sharp;
  png(options: { compressionLevel: 1 }): Sharp;
  raw(): Sharp;
  toBuffer(): Promise<Uint8Array>;
  toBuffer(options: { resolveWithObject: true }): Promise<{ readonly data: Uint8Array; readonly info: Size }>;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** What of an image's header is used. */
interface Header {
  /** The size after the turn that EXIF asks for. */
  readonly autoOrient: Size;
  readonly hasAlpha: boolean;
}

/** A rectangle of an image, in pixels. */
interface Area extends Size {
  readonly left: number;
  readonly top: number;
}

type OpenSharp = (
  file: Uint8Array,
  options: {
    readonly failOn?: "error";
    readonly limitInputPixels?: false;
    readonly raw?: Size & { readonly channels: 3 };
  },
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
    // The header alone, which tells the size of an image that is too large to be decoded.
    const { format, width, height, ...header } = await sharp(file, { ...options, limitInputPixels: false })
      .metadata()
      .catch((cause: unknown) => {
        throw new Error("no format that is known", { cause });
      });
    if (width * height > MOST_PIXELS) {
      throw new Error(`${width} x ${height} pixels, more than ${MOST_PIXELS.toLocaleString("en-US")}`);
    }
    return await pixelsOf(sharp, file, header, request).catch((cause: unknown) => {
      throw new Error(`a damaged ${format} file`, { cause });
    });
  };
}

const options = { failOn: "error" } as const;

/** sharp's own limit, against small files that decode to more than the memory. */
const MOST_PIXELS = 0x3fff ** 2;

async function pixelsOf(
  sharp: OpenSharp,
  file: Uint8Array,
  { autoOrient: own, hasAlpha }: Header,
  request: PixelRequest,
): Promise<Uint8Array> {
  const { height, width, filter } = request;
  const scaled = scaledSize(own, request);
  const reduced = {
    width: Math.min(own.width, scaled.width),
    height: Math.min(own.height, scaled.height),
  };
  const image = (hasAlpha ? await opaque(sharp, file) : sharp(file, options).autoOrient()).resize(
    reduced.width,
    reduced.height,
    { fit: "fill", kernel: filter, fastShrinkOnLoad: false },
  );
  const left = Math.floor((scaled.width - width) / 2);
  const top = Math.floor((scaled.height - height) / 2);
  const cut = { left, top, width, height };
  const enlarges = scaled.width > reduced.width || scaled.height > reduced.height;
  const center = enlarges
    ? await enlarged(sharp, rgb(image), reduced, scaled, cut, filter)
    : image.extract(cut);
  return await rgb(center).raw().toBuffer();
}

/**
 * An image without its transparency, before it is resized: sharp weighs colors by their opacity when it resizes, which leaves black where
 * nothing is opaque. In between, the pixels are compressed, since there may be more of them than memory holds.
 */
async function opaque(sharp: OpenSharp, file: Uint8Array): Promise<Sharp> {
  return sharp(await rgb(sharp(file, options).autoOrient()).png({ compressionLevel: 1 }).toBuffer(), options);
}

function rgb(image: Sharp): Sharp {
  return image.removeAlpha().toColourspace("srgb");
}

/** Rows and columns that are repeated around an image, so that interpolation at its border reads pixels. */
const BORDER = 4;

/**
 * Enlarges with pixel centers aligned, as Pillow, PyTorch and browsers do. sharp's own resize does so when it reduces; when it enlarges
 * by a factor f, it moves the image by 1/2 - 1/(2 f) pixels. Only what the cut shows is enlarged: a line of one pixel by some
 * thousand, enlarged as a whole, takes hundreds of megabytes.
 */
async function enlarged(
  sharp: OpenSharp,
  image: Sharp,
  from: Size,
  to: Size,
  cut: Area,
  filter: PixelRequest["filter"],
): Promise<Sharp> {
  const [x, y] = [to.width / from.width, to.height / from.height];
  const [across, down] = [
    shown(from.width, x, cut.left, cut.width),
    shown(from.height, y, cut.top, cut.height),
  ];
  const area = { left: across.first, width: across.length, top: down.first, height: down.length };
  const around = { top: BORDER, bottom: BORDER, left: BORDER, right: BORDER, extendWith: "copy" } as const;
  const bordered = await image.extract(area).extend(around).raw().toBuffer();
  // sharp's own report of the size leaves out the border.
  const size = { width: area.width + 2 * BORDER, height: area.height + 2 * BORDER };
  // Pixel p of the cut, from `start` on, is at (start + p + 1/2) / factor - 1/2 of the image.
  const offset = (factor: number, start: number, first: number): number =>
    0.5 - BORDER + first - (start + 0.5) / factor;
  const { data, info } = await sharp(bordered, { raw: { ...size, channels: 3 } })
    .affine(
      [
        [x, 0],
        [0, y],
      ],
      {
        interpolator: filter === "linear" ? "bilinear" : "bicubic",
        idx: offset(x, cut.left, across.first),
        idy: offset(y, cut.top, down.first),
      },
    )
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  return sharp(data, { raw: { width, height, channels: 3 } }).extract({ ...cut, left: 0, top: 0 });
}

/** The rows or columns that an enlarged cut shows, and as many around them as interpolation reads. */
function shown(
  all: number,
  factor: number,
  start: number,
  length: number,
): { first: number; length: number } {
  const first = Math.max(0, Math.floor(start / factor) - BORDER);
  return { first, length: Math.min(all, Math.ceil((start + length) / factor) + BORDER) - first };
}
