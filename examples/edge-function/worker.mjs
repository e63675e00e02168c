// An edge function, for Cloudflare Workers and other runtimes of the web's interfaces: it holds the initializer and folds in a
// user for each request. Bundle it with any bundler; `initializer.bin` of a bundle goes beside it, as a data module.
import { cpu, createTable, Initializer, interactionsFromPairs, recommend } from "@wellbegun/core";
import bytes from "./initializer.bin";

const initializer = Initializer.fromBytes(new Uint8Array(bytes));

export default {
  async fetch(request) {
    const clicks = new URL(request.url).searchParams.getAll("item").map(Number);
    const { vector, used } = initializer.foldIn(clicks, { unknownItems: "skip" });
    const { items, itemCount, dim } = initializer;
    const itemIds = items.ids?.ids ?? Array.from({ length: itemCount }, (_, item) => item);
    const known = clicks.filter((item) => itemIds.includes(item));
    const seen = interactionsFromPairs(
      known.map((item) => ["you", item]),
      { itemIds, userIds: ["you"] },
    );
    // Edge runtimes compile no WebAssembly at run time; for one user the portable backend is as fast.
    const users = createTable(vector, 1, dim, seen.userIds);
    const top = await recommend({ users, items }, { k: 5, seen, backend: cpu() });
    return Response.json({ used, items: top.of("you") });
  },
};
