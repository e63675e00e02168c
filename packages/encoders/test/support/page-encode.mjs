/**
 * In the page: `encode({ folder, texts, files })` opens the declared encoder at an address, and encodes texts or the files at addresses;
 * with `device`, the folder is one in Hugging Face's layout, which transformers.js runs there.
 */
import { onnxEncoder, parseSpec, specFiles, transformersEncoder } from "/encoders/index.js";

const bytesOf = async (address) => {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
};

const openLibrary = async (folder, device) => {
  const library = await import("@huggingface/transformers");
  library.env.allowRemoteModels = false;
  library.env.backends.onnx.wasm.wasmPaths = "/ort/";
  const [, localPath, name] = /^(.*\/)([^/]+)$/.exec(folder);
  return await transformersEncoder(name, { modality: "text", dtype: "fp32", device, localPath, library });
};

const openDeclared = async (folder) => {
  const json = JSON.parse(new TextDecoder().decode(await bytesOf(`${folder}/encoder.json`)));
  const spec = parseSpec(json, "encoder.json");
  const parts = specFiles(spec).map(async (name) => [name, await bytesOf(`${folder}/${name}`)]);
  return await onnxEncoder(spec, Object.fromEntries(await Promise.all(parts)));
};

globalThis.encode = async ({ folder, texts, files, device }) => {
  const encoder = await (device === undefined ? openDeclared(folder) : openLibrary(folder, device));
  const { vectors, failures } = await encoder.encode(texts ?? (await Promise.all(files.map(bytesOf))));
  await encoder.dispose();
  return { width: encoder.width, runtime: encoder.identity.runtime, vectors: [...vectors], failures };
};
