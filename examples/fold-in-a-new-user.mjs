// Serving: fit once, keep the model as bytes, and fold in a user who just clicked three items.
//
//   npm run build && node examples/fold-in-a-new-user.mjs
import { createTable, fit, Initializer, interactionsFromPairs, recommend } from "@wellbegun/core";
import { generateDataset } from "@wellbegun/synthetic";

const dataset = generateDataset({ seed: 7 }); // synthetic, with planted tastes
const { train } = dataset;
const model = await fit(dataset);
const bytes = model.toBytes(); // to a file, a bucket, a KV store
console.log(
  `fitted ${train.userCount} synthetic users; the initializer is ${(bytes.length / 1024).toFixed(0)} KB`,
);

// In the service, on any runtime:
const service = Initializer.fromBytes(bytes);
const clicks = [3, 14, 159];
const started = performance.now();
const { vector, used } = service.foldIn(clicks);
console.log(`folded in a new user from ${used} clicks in ${(performance.now() - started).toFixed(2)} ms`);

const history = interactionsFromPairs(
  clicks.map((item) => ["new", item]),
  { itemIds: Array.from({ length: service.itemCount }, (_, item) => item) },
);
const users = createTable(vector, 1, service.dim, history.userIds);
const top = await recommend({ users, items: service.items }, { k: 5, seen: history, similarity: "cosine" });
const items = top.of("new").map(({ item }) => item);
console.log(`five items to show: ${items.join(", ")}`);
const tastes = (rows) => rows.map((item) => dataset.tastes[item]).join(", ");
console.log(`their planted tastes: ${tastes(items)}; those of the clicks: ${tastes(clicks)}`);
