import { Hono } from "hono";

/**
 * A service with one route: the items that a user clicked go in, the best other items come out. Nothing of the user is stored.
 *
 * @param {{ pool: import("pg").Pool, initializer: import("@wellbegun/core").Initializer }} parts
 */
export function createService({ pool, initializer }) {
  const app = new Hono();
  app.post("/recommendations", async (context) => {
    const { clicks, k = 10 } = await context.req.json();
    const { vector, used } = initializer.foldIn(clicks, { unknownItems: "skip" });
    // <#> is the inner product with its sign turned, so that the best items come first.
    const { rows } = await pool.query(
      `SELECT id, -(embedding <#> $1) AS score FROM items
       WHERE id <> ALL($2) ORDER BY embedding <#> $1 LIMIT $3`,
      [`[${vector.join(",")}]`, clicks, k],
    );
    return context.json({ used, items: rows.map(({ id, score }) => ({ id: Number(id), score })) });
  });
  return app;
}
