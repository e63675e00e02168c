import type { GraphBuilder } from "../protobuf/builder.ts";
import { filled, largestBy, sumBy } from "./scatter.ts";

/** How a model takes histories. */
export type HistoryForm = "offsets" | "padded";

/** The interactions of the histories: every pair of a user and a known item once, sorted by user and then by item. */
export interface Pairs {
  /** Number of users, as an int64 vector of one. */
  readonly userCount: string;
  /** User of each pair, int64. */
  readonly users: string;
  /** Item row of each pair, int64. */
  readonly rows: string;
  /** Weight of each pair, float32. */
  readonly weights: string;
}

/** The raw entries of histories, with unknown items, repeats and padding. */
interface Entries {
  readonly userCount: string;
  readonly users: string;
  readonly items: string;
  /** Whether an entry belongs to its user's history. */
  readonly valid: string;
}

/** Adds the inputs of a form, and turns them into pairs as `Initializer.foldIn` does. */
export function readHistories(
  graph: GraphBuilder,
  form: HistoryForm,
  itemCount: number,
  weighted: boolean,
): Pairs {
  const entries = form === "offsets" ? offsetEntries(graph) : paddedEntries(graph);
  const shape = form === "offsets" ? ["entries"] : ["users", "length"];
  const doc = "Weight of each entry, above 0; others are left out.";
  const weights = weighted
    ? flat(graph, graph.input({ name: "weights", type: "float32", shape, doc }))
    : undefined;
  return knownPairs(graph, entries, itemCount, weights);
}

/** `items` of all users one after the other, and the start and end of each user's items. */
function offsetEntries(graph: GraphBuilder): Entries {
  const items = graph.input({
    name: "items",
    type: "int64",
    shape: ["entries"],
    doc: "Item rows of all users, one user after the other. Rows that are none are left out, repeats count once.",
  });
  const offsets = graph.input({
    name: "offsets",
    type: "int64",
    shape: ["users + 1"],
    doc: "User u has items offsets[u] to offsets[u + 1], the last excluded. Offsets ascend.",
  });
  const count = graph.apply("Shape", [items]);
  const starts = graph.apply("Shape", [offsets]);
  // One mark at every offset: the user of an entry is the number of marks at or before it, minus 1.
  const marks = sumBy(
    graph,
    graph.integer(0),
    graph.apply("Add", [count, graph.integers(1)]),
    offsets,
    filled(graph, graph.integer(1), starts),
  );
  const begun = graph.apply("CumSum", [marks, graph.integer(0)]);
  const inside = graph.apply("Slice", [begun, graph.integers(0), count]);
  const userCount = graph.apply("Sub", [starts, graph.integers(1)]);
  const users = graph.apply("Sub", [inside, graph.integer(1)]);
  return { userCount, users, items, valid: within(graph, users, userCount) };
}

/** `items` as a table with a row for each user, and how many of each row count. */
function paddedEntries(graph: GraphBuilder): Entries {
  const items = graph.input({
    name: "items",
    type: "int64",
    shape: ["users", "length"],
    doc: "Item rows of each user, then anything. Rows that are none are left out, repeats count once.",
  });
  const lengths = graph.input({
    name: "lengths",
    type: "int64",
    shape: ["users"],
    doc: "How many entries of each row are the user's.",
  });
  const shape = graph.apply("Shape", [items]);
  const userCount = graph.apply("Shape", [lengths]);
  const length = graph.apply("Gather", [shape, graph.integer(1)]);
  const positions = graph.apply("Range", [graph.integer(0), length, graph.integer(1)]);
  const counted = graph.apply("Less", [positions, column(graph, lengths)]);
  const users = graph.apply("Range", [graph.integer(0), scalar(graph, userCount), graph.integer(1)]);
  const everywhere = graph.apply("Expand", [column(graph, users), shape]);
  return {
    userCount,
    users: flat(graph, everywhere),
    items: flat(graph, items),
    valid: flat(graph, counted),
  };
}

/** Drops unknown items, and keeps one entry of repeated items, with the largest weight. */
function knownPairs(
  graph: GraphBuilder,
  { userCount, users, items, valid }: Entries,
  itemCount: number,
  weights: string | undefined,
): Pairs {
  const count = graph.integers(itemCount);
  let known = graph.apply("And", [valid, within(graph, items, count)]);
  if (weights !== undefined) {
    known = graph.apply("And", [known, graph.apply("Greater", [weights, graph.float(0)])]);
  }
  const keys = graph.apply("Add", [graph.apply("Mul", [users, count]), items]);
  const kept = graph.apply("Compress", [keys, known]);
  const [unique, , places] = graph.applyAll(weights === undefined ? 1 : 3, "Unique", [kept], { sorted: 1 });
  const shape = graph.apply("Shape", [unique!]);
  return {
    userCount,
    users: graph.apply("Div", [unique!, count]),
    rows: graph.apply("Mod", [unique!, count]),
    weights:
      weights === undefined
        ? filled(graph, graph.float(1), shape)
        : largestBy(graph, graph.float(0), shape, places!, graph.apply("Compress", [weights, known])),
  };
}

/** Whether whole numbers lie from 0 to below a limit. */
function within(graph: GraphBuilder, values: string, limit: string): string {
  const above = graph.apply("GreaterOrEqual", [values, graph.integer(0)]);
  return graph.apply("And", [above, graph.apply("Less", [values, limit])]);
}

function flat(graph: GraphBuilder, values: string): string {
  return graph.apply("Reshape", [values, graph.integers(-1)]);
}

function scalar(graph: GraphBuilder, values: string): string {
  return graph.apply("Squeeze", [values, graph.integers(0)]);
}

/** A vector as a matrix of one column. */
export function column(graph: GraphBuilder, values: string): string {
  return graph.apply("Unsqueeze", [values, graph.integers(1)]);
}
