/**
 * In the page: `encode({ folder, texts, files })` opens the declared encoder at an address, and encodes texts or the files at addresses.
 */
import { onnxEncoder, parseSpec, specFiles } from "/encoders/index.js";

const bytesOf = async (address) => {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
};

globalThis.encode = async ({ folder, texts, files }) => {
  const json = JSON.parse(new TextDecoder().decode(await bytesOf(`${folder}/encoder.json`)));
  const spec = parseSpec(json, "encoder.json");
  const parts = specFiles(spec).map(async (name) => [name, await bytesOf(`${folder}/${name}`)]);
  const encoder = await onnxEncoder(spec, Object.fromEntries(await Promise.all(parts)));
  const { vectors, failures } = await encoder.encode(texts ?? (await Promise.all(files.map(bytesOf))));
  await encoder.dispose();
  return { width: encoder.width, runtime: encoder.identity.runtime, vectors: [...vectors], failures };
};
