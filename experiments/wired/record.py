"""A trainer that writes down what it reaches, on top of whatever trainer the codebase has."""

import base64
import time

import numpy

K = 20
COLD = 2


def recording(trainer, record):
    """A subclass of a codebase's trainer that fills ``record``; training and ranking are the codebase's own."""

    class Recording(trainer):
        def fit(self, train_data, valid_data=None, test_data=None, **named):
            train = train_data.dataset
            degrees = train.df[train.iid_field].value_counts()
            self.cold = numpy.ones(train.item_num, dtype=bool)
            self.cold[degrees.index[degrees > COLD].to_numpy()] = False
            self.held = {data: padded(data.get_eval_items()) for data in (valid_data, test_data)}
            self.test_data = test_data
            record.update(valid=[], testRecall=[], evalStep=self.eval_step, epochs=self.epochs)
            record.update(coldItems=int(self.cold.sum()), **counts(self.held[test_data], self.cold))
            return super().fit(train_data, valid_data=valid_data, test_data=test_data, **named)

        def evaluate(self, eval_data, *rest, **named):
            lists = []
            own = self.evaluator.evaluate

            def keep(batches, *others, **more):
                lists.extend(batch.cpu().numpy()[:, :K] for batch in batches)
                return own(batches, *others, **more)

            self.evaluator.evaluate = keep
            try:
                result = super().evaluate(eval_data, *rest, **named)
            finally:
                del self.evaluator.evaluate
            found, hit = metrics(numpy.concatenate(lists), self.held[eval_data], self.cold)
            for name in ("recall", "ndcg"):
                # Theirs is rounded to four digits: the two must agree.
                if abs(found[name] - result["{}@{}".format(name, K)]) > 6e-5:
                    raise RuntimeError("{}: {} here, {} in the codebase".format(name, found[name], result))
            self.note(eval_data is self.test_data, found, hit)
            return result

        def note(self, tested, found, users):
            shown = {name: round(value, 6) for name, value in found.items()}
            if not tested:
                record["valid"].append(shown["recall"])
                # Of equals the first.
                self.improved = shown["recall"] > record.get("bestValid", -1)
                if self.improved:
                    record["bestValid"] = shown["recall"]
                    record["bestEpoch"] = len(record["valid"]) * self.eval_step
                record["cpuSeconds"] = round(time.process_time(), 1)
                return
            record["testRecall"].append(shown["recall"])
            record["testLast"] = shown
            if self.improved:
                record["test"] = shown
                record["testHits"] = base64.b64encode(numpy.packbits(users).tobytes()).decode()

    return Recording


def counts(held, cold):
    """How many users have held-out items, how many have cold ones, and how many those are."""
    rare = (held >= 0) & cold[held]
    return {"testUsers": len(held), "coldTestUsers": int(rare.any(axis=1).sum()), "coldTestPairs": int(rare.sum())}


def padded(lists):
    """Lists of items as one array, filled up with -1."""
    table = numpy.full((len(lists), max(map(len, lists))), -1)
    for row, items in zip(table, lists):
        row[: len(items)] = items
    return table


def metrics(lists, held, cold):
    """Means over users of Recall@20, NDCG@20 and Recall@20 on cold items; and which users have a hit at all.

    :param lists: Users x 20, the items ranked first, train items left out.
    :param held: Users x most, the users' held-out items, filled up with -1.
    :param cold: For each item, whether it has at most two train interactions. A user's cold recall is the share of the
        user's cold held-out items that stand in the list (of all items); users without such an item do not count.
    """
    same = lists[:, :, None] == held[:, None, :]
    there = held >= 0
    rare = there & cold[held]
    asked = rare.any(axis=1)
    discounts = 1 / numpy.log2(numpy.arange(2, lists.shape[1] + 2))
    ideal = numpy.cumsum(discounts)[numpy.minimum(there.sum(axis=1), lists.shape[1]) - 1]
    found = same.any(axis=1) & there
    means = {
        "recall": float((found.sum(axis=1) / there.sum(axis=1)).mean()),
        "ndcg": float((same.any(axis=2) @ discounts / ideal).mean()),
        "coldRecall": float(((found & rare).sum(axis=1)[asked] / rare.sum(axis=1)[asked]).mean()),
    }
    return means, found.any(axis=1)
