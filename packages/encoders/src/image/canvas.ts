import { type DecodeImage, scaledSize } from "./pixels.ts";

/** Decodes images with a browser's canvas. Its resampling is the browser's own, whatever filter is asked for. */
export const decodeOnCanvas: DecodeImage = async (file, request) => {
  const blob = new Blob([file as Uint8Array<ArrayBuffer>]);
  const whole = await createImageBitmap(blob);
  try {
    const { height, width } = request;
    const scaled = scaledSize(whole, request);
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d", { willReadFrequently: true })!;
    context.imageSmoothingQuality = "high";
    const left = Math.floor((width - scaled.width) / 2);
    const top = Math.floor((height - scaled.height) / 2);
    context.drawImage(whole, left, top, scaled.width, scaled.height);
    const { data } = context.getImageData(0, 0, width, height);
    const pixels = new Uint8Array(height * width * 3);
    for (let p = 0; p < height * width; p++) {
      for (let channel = 0; channel < 3; channel++) pixels[p * 3 + channel] = data[p * 4 + channel]!;
    }
    return pixels;
  } finally {
    whole.close();
  }
};
