/**
 * A stand-in for the hub: serves the folder `hub` by the addresses of Hugging Face, and opens encoders by name with transformers.js's
 * cache in `cache`. Takes a request as JSON on standard input; prints for each opening the encoder or its error, and what was fetched.
 */
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { env } from "@huggingface/transformers";
import { openEncoder } from "../../dist/node/index.js";

const { hub, cache, openings, content } = JSON.parse(readFileSync(0, "utf8"));
let fetched = [];
const server = createServer(({ url }, answer) => {
  const [, model, revision, file] = /^\/(.+)\/resolve\/([^/]+)\/(.+)$/.exec(url);
  const path = join(hub, model, file);
  fetched.push(`${revision} ${file}`);
  if (!existsSync(path)) answer.writeHead(404).end();
  else answer.end(readFileSync(path));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
env.remoteHost = `http://127.0.0.1:${server.address().port}/`;
env.cacheDir = cache;

const results = [];
for (const [name, options] of openings) {
  fetched = [];
  try {
    const encoder = await openEncoder(name, { modality: "text", dtype: "q8", ...options });
    const { vectors } = await encoder.encode(content);
    await encoder.dispose();
    results.push({ identity: encoder.identity, vectors: [...vectors], fetched });
  } catch ({ code, message }) {
    results.push({ code, message, fetched });
  }
}
server.close();
console.log(JSON.stringify(results));
