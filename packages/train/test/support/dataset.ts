import { type Dataset, denseFeatures, type Interactions, interactionsFromArrays } from "@wellbegun/core";
import { createRandom } from "@wellbegun/core/support";

/** Users of two tastes, whose items differ in their features: something that every model can learn. */
export function smallData(userCount = 40, itemCount = 30, seed = 3): Required<Omit<Dataset, "name">> {
  const random = createRandom(seed, "small-data");
  const splits: [users: number[], items: number[]][] = [
    [[], []],
    [[], []],
    [[], []],
  ];
  for (let user = 0; user < userCount; user++) {
    const own = new Set<number>();
    while (own.size < 8) {
      const item = random.integer(itemCount / 2) * 2;
      own.add(random.uniform() < 0.9 ? item + (user % 2) : item + 1 - (user % 2));
    }
    for (const [index, item] of [...own].entries()) {
      const split = splits[index < 6 ? 0 : index - 5]!;
      split[0].push(user);
      split[1].push(item);
    }
  }
  const [train, validation, test] = splits.map(
    ([users, items]): Interactions => interactionsFromArrays({ users, items, userCount, itemCount }),
  );
  const features = (columns: number) =>
    denseFeatures(
      Float32Array.from(
        { length: itemCount * columns },
        (_, at) => random.normal() + (Math.floor(at / columns) % 2 === 0 ? 1 : -1),
      ),
      itemCount,
      columns,
    );
  return {
    train: train!,
    validation: validation!,
    test: test!,
    features: { image: features(5), text: features(4) },
  };
}
