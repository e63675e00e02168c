import { importPeer } from "@wellbegun/core/backend";
import { importModule } from "../import-module.ts";
import { type DecodeImage, scaledSize } from "./pixels.ts";

/** The part of sharp that is used. */
interface Sharp {
  metadata(): Promise<{ readonly autoOrient: { readonly width: number; readonly height: number } }>;
  autoOrient(): Sharp;
  resize(
    width: number,
    height: number,
    options: { fit: "fill"; kernel: string; fastShrinkOnLoad: false },
  ): Sharp;
  extract(area: { left: number; top: number; width: number; height: number }): Sharp;
  removeAlpha(): Sharp;
  toColourspace(space: "srgb"): Sharp;
  raw(): Sharp;
  toBuffer(): Promise<Uint8Array>;
}

/** Decodes images with sharp, loaded at the call. Images are turned as their EXIF orientation says; transparency is dropped. */
export async function sharpDecoder(): Promise<DecodeImage> {
  const { default: sharp } = (await importPeer(importModule, "sharp", { doing: "decoding images" })) as {
    default: (file: Uint8Array, options: { failOn: "error" }) => Sharp;
  };
  return async (file, request) => {
    const options = { failOn: "error" } as const;
    const { autoOrient } = await sharp(file, options).metadata();
    const scaled = scaledSize(autoOrient, request);
    const { height, width, filter } = request;
    return await sharp(file, options)
      .autoOrient()
      .resize(scaled.width, scaled.height, { fit: "fill", kernel: filter, fastShrinkOnLoad: false })
      .extract({
        left: Math.floor((scaled.width - width) / 2),
        top: Math.floor((scaled.height - height) / 2),
        width,
        height,
      })
      .removeAlpha()
      .toColourspace("srgb")
      .raw()
      .toBuffer();
  };
}
