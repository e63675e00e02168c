// A page that computes vectors and folds in a new user: `npx vite examples/vite-page` serves it.
import { fit } from "@wellbegun/core";
import { generateDataset } from "@wellbegun/synthetic";

const model = await fit(generateDataset({ users: 300, items: 200, seed: 7 }));
const { vector, used } = model.foldIn([3, 14, 159]);
document.querySelector("#result").textContent =
  `${model.users.rows} users, ${model.items.rows} items; a new user of ${used} clicks has ${vector.length} columns.`;
