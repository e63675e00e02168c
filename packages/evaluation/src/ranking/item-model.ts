import type { Interactions, ItemModel } from "@wellbegun/core";
import { type Ranker, selectUsers } from "./ranker.ts";

/** Ranks by the scores of an item-to-item model (EASE, item-kNN) for the train items of each user. Disposing of it leaves the model open. */
export function itemModelRanker(model: ItemModel, train: Interactions): Ranker {
  return {
    userCount: train.userCount,
    itemCount: model.itemCount,
    rank: async (users, k, seen) => (await model.recommend(selectUsers(train, users), { k, seen })).items,
    dispose: async () => undefined,
  };
}
