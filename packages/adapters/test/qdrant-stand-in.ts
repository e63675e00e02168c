/**
 * A server that answers the routes of Qdrant's REST interface that the writer uses, in memory, after its documentation:
 * what a real server refuses (a point's ID that is neither a whole number nor a UUID, a vector of another width, a name that
 * is taken) is refused, `Cosine` normalizes, aliases stand for collections, their changes are made at once, and a collection
 * that is deleted takes its aliases with it. The real client talks to it over HTTP; WELLBEGUN_QDRANT names a real server to
 * run the same tests against.
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

interface Point {
  readonly id: string | number;
  readonly vector: number[];
  readonly payload?: Record<string, unknown>;
}
interface Collection {
  readonly vectors: { readonly size: number; readonly distance: string };
  metadata: Record<string, unknown>;
  readonly points: Map<string | number, Point>;
}
interface Body {
  readonly vectors?: Collection["vectors"];
  readonly metadata?: Record<string, unknown>;
  readonly points?: readonly Point[];
  readonly ids?: readonly (string | number)[];
  readonly actions?: readonly {
    readonly create_alias?: { readonly alias_name: string; readonly collection_name: string };
    readonly delete_alias?: { readonly alias_name: string };
  }[];
}

class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Starts the server on a free port of this machine alone. */
export async function startQdrantStandIn(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const state = new State();
  const server = createServer((request, response) => {
    void answer(state, request).then(({ status, body }) => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(state: State, request: IncomingMessage): Promise<{ status: number; body: unknown }> {
  const body = await text(request);
  try {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const route = `${request.method} ${pathname.replace(/^(\/collections\/)(?!aliases$)[^/]+/, "$1*")}`;
    const name = decodeURIComponent(pathname.split("/")[2] ?? "");
    const handler = routes[route];
    if (handler === undefined) throw new Refusal(404, `no route ${route}`);
    const result = handler(state, name, body === "" ? {} : JSON.parse(body));
    return { status: 200, body: route === "GET /" ? result : { result, status: "ok", time: 0 } };
  } catch (error) {
    const status = error instanceof Refusal ? error.status : 500;
    return { status, body: { status: { error: String(error) }, time: 0 } };
  }
}

class State {
  readonly collections: Map<string, Collection> = new Map();
  readonly aliases: Map<string, string> = new Map();

  collection(name: string): Collection {
    const found = this.collections.get(this.aliases.get(name) ?? name);
    if (found === undefined) throw new Refusal(404, `Not found: Collection \`${name}\` doesn't exist!`);
    return found;
  }
}

const routes: Readonly<Record<string, (state: State, name: string, body: Body) => unknown>> = {
  "GET /": () => ({ title: "stand-in", version: "1.18.0" }),
  "GET /aliases": ({ aliases }) => ({
    aliases: [...aliases].map(([alias_name, collection_name]) => ({ alias_name, collection_name })),
  }),
  "GET /collections": ({ collections }) => ({
    collections: [...collections.keys()].map((name) => ({ name })),
  }),
  "GET /collections/*/exists": ({ collections, aliases }, name) => ({
    exists: collections.has(aliases.get(name) ?? name),
  }),
  "GET /collections/*": (state, name) => {
    const { vectors, metadata, points } = state.collection(name);
    return { status: "green", points_count: points.size, config: { params: { vectors }, metadata } };
  },
  "PUT /collections/*": ({ collections, aliases }, name, { vectors }) => {
    if (collections.has(name) || aliases.has(name))
      throw new Refusal(409, `Collection \`${name}\` already exists!`);
    if (vectors === undefined) throw new Refusal(400, "no vectors");
    collections.set(name, { vectors, metadata: {}, points: new Map() });
    return true;
  },
  "PATCH /collections/*": (state, name, { metadata }) => {
    const collection = state.collection(name);
    collection.metadata = { ...collection.metadata, ...metadata };
    return true;
  },
  "DELETE /collections/*": ({ collections, aliases }, name) => {
    for (const [alias, target] of aliases) if (target === name) aliases.delete(alias);
    return collections.delete(name);
  },
  "POST /collections/aliases": (state, _, { actions = [] }) => {
    const next = new Map(state.aliases);
    for (const { create_alias, delete_alias } of actions) {
      if (delete_alias !== undefined && !next.delete(delete_alias.alias_name))
        throw new Refusal(404, "no such alias");
      if (create_alias === undefined) continue;
      state.collection(create_alias.collection_name);
      if (state.collections.has(create_alias.alias_name))
        throw new Refusal(409, "a collection has this name");
      next.set(create_alias.alias_name, create_alias.collection_name);
    }
    state.aliases.clear();
    for (const [alias, target] of next) state.aliases.set(alias, target);
    return true;
  },
  "PUT /collections/*/points": (state, name, { points = [] }) => {
    const { vectors, points: stored } = state.collection(name);
    for (const point of points) checkPoint(point, vectors.size);
    for (const point of points)
      stored.set(point.id, { ...point, vector: kept(point.vector, vectors.distance) });
    return { operation_id: 0, status: "completed" };
  },
  "POST /collections/*/points/count": (state, name) => ({ count: state.collection(name).points.size }),
  "POST /collections/*/points": (state, name, { ids = [] }) =>
    ids.flatMap((id) => state.collection(name).points.get(id) ?? []),
};

function checkPoint({ id, vector }: Point, size: number): void {
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
  const valid = typeof id === "string" ? uuid.test(id) : Number.isSafeInteger(id) && id >= 0;
  if (!valid) throw new Refusal(400, `value ${id} is not a valid point ID`);
  if (vector.length !== size)
    throw new Refusal(400, `Vector dimension error: expected dim: ${size}, got ${vector.length}`);
}

/** As float32; by cosine of length 1. */
function kept(vector: number[], distance: string): number[] {
  const norm = distance === "Cosine" ? Math.hypot(...vector) : 1;
  return vector.map((value) => Math.fround(value / (norm === 0 ? 1 : norm)));
}
