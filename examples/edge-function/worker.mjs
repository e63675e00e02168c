// An edge function, for Cloudflare Workers and other runtimes of the web's interfaces: it holds the initializer and folds in a
// user for each request. Bundle it with any bundler; `initializer.bin` of a bundle goes beside it, as a data module.
import { createTable, Initializer, interactionsFromPairs, recommend } from "@wellbegun/core";
import bytes from "./initializer.bin";

const initializer = Initializer.fromBytes(new Uint8Array(bytes));
const { items, itemCount, dim } = initializer;
const itemIds = items.ids?.ids ?? Array.from({ length: itemCount }, (_, item) => item);
// An address holds text, and the IDs of a fit may be numbers: 7 and "7" are different IDs.
const idOfText = new Map(itemIds.map((id) => [String(id), id]));

export default {
  async fetch(request) {
    const texts = new URL(request.url).searchParams.getAll("item");
    const clicks = texts.filter((text) => idOfText.has(text)).map((text) => idOfText.get(text));
    const { vector, used } = initializer.foldIn(clicks);
    const seen = interactionsFromPairs(
      clicks.map((item) => ["you", item]),
      { itemIds, userIds: ["you"] },
    );
    // Edge runtimes compile no WebAssembly at run time, so that this runs on the portable backend; for one user that is as fast.
    const users = createTable(vector, 1, dim, seen.userIds);
    const top = await recommend({ users, items }, { k: 5, seen });
    return Response.json({ used, items: top.of("you") });
  },
};
