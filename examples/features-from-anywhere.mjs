// Features are an interface: here they come from an HTTP server, in ranges, and are never held as a whole.
//
//   npm run build && node examples/features-from-anywhere.mjs
import { createServer } from "node:http";
import { fit, interactionsFromPairs } from "@wellbegun/core";

const rows = 1000;
const columns = 32;
const stored = Float32Array.from(
  { length: rows * columns },
  (_, i) => Math.sin(i * 12.9898) + (i % columns === 0 ? 1 : 0),
);
const server = createServer((request, response) => {
  const [from, to] = request.headers.range.match(/\d+/g).map(Number);
  response.writeHead(206).end(new Uint8Array(stored.buffer, from, to - from + 1));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${server.address().port}/image.f32`;

let requests = 0;
const image = {
  rows,
  columns,
  label: url,
  async read(firstRow, count, into) {
    requests++;
    const from = firstRow * columns * 4;
    const range = `bytes=${from}-${from + count * columns * 4 - 1}`;
    const response = await fetch(url, { headers: { range } });
    into.set(new Float32Array(await response.arrayBuffer()));
  },
};
const pairs = Array.from({ length: 5000 }, (_, e) => [`user ${e % 400}`, (e * 7919) % rows]);
const train = interactionsFromPairs(pairs, { itemIds: Array.from({ length: rows }, (_, i) => i) });

// 64 KB are far too little for the features, so they are fetched again for each pass, block by block.
const { users, report } = await fit({ train, features: { image } }, { dim: 16, restarts: 1, memory: 65536 });
console.log(`${users.rows} users x ${users.columns}, from ${requests} range requests`);
console.log(`clusters of ${report.clusters.image.sizes.join(", ")} items`);
server.close();
