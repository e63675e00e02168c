/**
 * Opens encoders of the built package in a process of its own, in which tools/peers.mjs finds the optional peers. Takes a request as
 * JSON on standard input and prints what the encoder made.
 */
import { readFileSync } from "node:fs";
import { openEncoder } from "../../dist/node/index.js";

const { place, options, content } = JSON.parse(readFileSync(0, "utf8"));
const encoder = await openEncoder(place, options);
const batch = content.map((one) => (typeof one === "string" ? one : new Uint8Array(readFileSync(one.file))));
const { vectors, failures, truncated } = await encoder.encode(batch);
await encoder.dispose();
const { name, modality, width, identity } = encoder;
const afterwards = await encoder.encode(batch).then(
  () => "encoded",
  (error) => error.code,
);
console.log(
  JSON.stringify({ name, modality, width, identity, vectors: [...vectors], failures, truncated, afterwards }),
);
