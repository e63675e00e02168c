// Serving: fit once, keep the initializer as bytes, and place a user who just clicked three items.
//
//   npm run build && node examples/place-a-new-user.mjs
import { fit, Initializer, interactionsFromArrays, recommend } from "@wellbegun/core";
import { generateDataset } from "@wellbegun/synthetic";

const dataset = generateDataset({ seed: 7 }); // synthetic, with planted tastes
const train = interactionsFromArrays({
  users: dataset.users.filter((_, e) => dataset.labels[e] === 0),
  items: dataset.items.filter((_, e) => dataset.labels[e] === 0),
  userCount: dataset.userCount,
  itemCount: dataset.itemCount,
});
const features = Object.fromEntries(dataset.features.map((source) => [source.label, source]));
const { initializer } = await fit({ interactions: train, features });
const bytes = initializer.toBytes(); // to a file, a bucket, a KV store
console.log(
  `fitted ${train.userCount} synthetic users; the initializer is ${(bytes.length / 1024).toFixed(0)} KB`,
);

// In the service, on any runtime:
const service = Initializer.fromBytes(bytes);
const items = service.itemTable();
const clicks = [3, 14, 159];
const started = performance.now();
const { vector, used } = service.place(clicks);
console.log(`placed a new user from ${used} clicks in ${(performance.now() - started).toFixed(2)} ms`);

const seen = interactionsFromArrays({
  users: [0, 0, 0],
  items: clicks,
  userCount: 1,
  itemCount: service.itemCount,
});
const top = await recommend({ users: vector, items, columns: service.dim }, 5, {
  seen,
  similarity: "cosine",
});
const tastes = [...top.items].map((item) => dataset.tastes[item]);
console.log(`five items to show: ${[...top.items].join(", ")}`);
console.log(
  `their planted tastes: ${tastes.join(", ")}; those of the clicks: ${clicks.map((i) => dataset.tastes[i]).join(", ")}`,
);
