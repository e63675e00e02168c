/**
 * Texts through an encoder of `@wellbegun/encoders`, on one thread: node encode-texts.mjs ENCODER-FOLDER TEXTS.json VECTORS.f32. Prints the seconds
 * of encoding, without opening the model.
 */
import { readFileSync, writeFileSync } from "node:fs";

const [folder, texts, out] = /** @type {[string, string, string]} */ (process.argv.slice(2));
const { openEncoder } = await import(
  new URL("../../packages/encoders/dist/node/index.js", import.meta.url).href
);
const encoder = await openEncoder(folder, { modality: "text", threads: 1 });
const all = JSON.parse(readFileSync(texts, "utf8"));
const vectors = new Float32Array(all.length * encoder.width);
const [cpu, start] = [process.cpuUsage(), performance.now()];
for (let first = 0; first < all.length; first += 256) {
  const batch = await encoder.encode(all.slice(first, first + 256));
  vectors.set(batch.vectors, first * encoder.width);
}
const { user, system } = process.cpuUsage(cpu);
writeFileSync(out, vectors);
const runtime = encoder.identity.runtime;
console.log(JSON.stringify({ cpu: (user + system) / 1e6, wall: (performance.now() - start) / 1e3, runtime }));
await encoder.dispose();
