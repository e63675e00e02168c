/** Every operation of a backend at a dataset's shape, with the arithmetic that the plain algorithm needs for it. */

/** @typedef {import("@wellbegun/core").Backend} Backend */
/** @typedef {import("@wellbegun/core/backend").Matrix} Matrix */

/**
 * @typedef {object} Shape
 * @property {number} items
 * @property {number} width of the features
 * @property {Float32Array} features items x width
 * @property {import("@wellbegun/core/backend").SparseMatrix} interactions users x items
 */

/**
 * @typedef {object} Operation
 * @property {string} name
 * @property {number} flops of one call
 * @property {() => Promise<unknown>} run
 */

/** Distinct users of a batch of 2048 pairs, about as many as TikTok's batches have. */
const BATCH = 1024;
/** Width of projected tables, points of a seeding step, ranked users, and items that each of them gets. */
const DIM = 64;
const POINTS = 4;
const RANKED = 1000;
const BEST = 20;
/** Wider features never reach `gram`. */
const WIDEST_GRAM = 1024;

/**
 * The operations over the same features. Counts: a product of an m x n by an n x k matrix takes 2 m n k; bounds, which
 * let later passes of k-means skip most of their work, are not taken off.
 * @param {Backend} backend
 * @param {Shape} shape
 * @param {readonly number[]} [clusters] for k-means
 * @returns {Promise<Operation[]>}
 */
export async function operationsOn(backend, { items, width, features, interactions }, clusters = [8, 64]) {
  const cells = items * width;
  const x = await filled(backend, features, items, width);
  const other = await backend.create(items, width);
  const narrow = await backend.create(items, DIM);
  const axes = await filled(backend, features.subarray(0, width * DIM), width, DIM);
  const image = await backend.create(width, DIM);
  const users = await backend.create(interactions.rows, width);
  const ranked = await filled(backend, features.subarray(0, RANKED * DIM), RANKED, DIM);
  const candidates = await filled(backend, features.subarray(0, items * DIM), items, DIM);
  const shift = new Float64Array(width).fill(0.01);
  const entries = (interactions.offsets[interactions.rows] ?? 0) - (interactions.offsets[0] ?? 0);

  const eachClustering = async () => {
    const found = [];
    for (const count of clusters) found.push(...(await clusterings(backend, x, features, count)));
    return found;
  };
  return [
    { name: "write", flops: 0, run: () => backend.write(other, 0, items, (into) => into.set(features)) },
    {
      name: "read",
      flops: 0,
      run: () => backend.read(x, 0, items, (view) => narrowCopy.set(view.subarray(0, DIM))),
    },
    { name: "rowNorms", flops: 2 * cells, run: () => backend.rowNorms(x) },
    { name: "columnMoments", flops: 4 * cells, run: () => backend.columnMoments(x, { shift }) },
    {
      name: "transformRows",
      flops: 4 * cells,
      run: () => backend.transformRows(other, { shift, unit: true }),
    },
    { name: "scaleRows", flops: cells, run: () => backend.scaleRows(other, 0.999) },
    { name: "addScaled", flops: 2 * cells, run: () => backend.addScaled(other, x, 0.001) },
    { name: `multiply to ${DIM}`, flops: 2 * cells * DIM, run: () => backend.multiply(x, axes, narrow) },
    {
      name: `multiply transposed, ${DIM}`,
      flops: 2 * cells * DIM,
      run: () => backend.multiply(x, narrow, image, { transposeA: true }),
    },
    // Symmetric: half of the products.
    ...(width > WIDEST_GRAM
      ? []
      : [{ name: "gram", flops: cells * (width + 1), run: () => backend.gram(x) }]),
    {
      name: `multiplySparse, ${interactions.rows} users`,
      flops: 2 * entries * width,
      run: () => backend.multiplySparse(interactions, x, users),
    },
    {
      name: `squaredDistances, ${POINTS} points`,
      flops: 3 * cells * POINTS,
      run: () => backend.squaredDistances(x, features.subarray(0, POINTS * width), POINTS),
    },
    ...(await eachClustering()),
    {
      name: `topK, ${RANKED} users`,
      flops: 2 * RANKED * items * DIM,
      run: () => backend.topK(ranked, candidates, BEST),
    },
    ...(await trainingOperations(backend, x, features)),
  ];
}

/**
 * The dense products of training: features by a linear map, and the contrast of a batch with its gradient.
 * @param {Backend} backend
 * @param {Matrix} x the features
 * @param {Float32Array} features
 * @returns {Promise<Operation[]>}
 */
async function trainingOperations(backend, x, features) {
  const { training } = backend;
  if (training === undefined) return [];
  const { rows, columns } = x;
  const weights = await filled(backend, features.subarray(0, DIM * columns), DIM, columns);
  const vectors = await backend.create(rows, DIM);
  const [left, right] = [
    await filled(backend, features.subarray(0, BATCH * DIM), BATCH, DIM),
    await filled(backend, features.subarray(BATCH * DIM, 2 * BATCH * DIM), BATCH, DIM),
  ];
  const slopes = /** @type {const} */ ([await backend.create(BATCH, DIM), await backend.create(BATCH, DIM)]);
  const options = { counts: new Float64Array(BATCH).fill(2), temperature: 0.2, weight: 1 };
  return [
    {
      name: `training.multiplyTransposed to ${DIM}`,
      flops: 2 * rows * columns * DIM,
      run: () => training.multiplyTransposed(x, weights, vectors),
    },
    // The products, without the exponentials.
    {
      name: `training.infoNce, ${BATCH} rows`,
      flops: 6 * BATCH * BATCH * DIM,
      run: () => training.infoNce(left, right, ...slopes, options),
    },
  ];
}

const narrowCopy = new Float32Array(DIM);

/**
 * The first pass of k-means, which looks at everything, and a pass after the centroids have moved as much as they do
 * in the middle of a run.
 * @param {Backend} backend
 * @param {Matrix} x
 * @param {Float32Array} features
 * @param {number} clusters
 * @returns {Promise<Operation[]>}
 */
async function clusterings(backend, x, features, clusters) {
  const { rows, columns } = x;
  const flops = 2 * rows * columns * clusters;
  const start = features.slice(0, clusters * columns);
  const moving = await backend.createAssignment(rows, columns, clusters);
  let centroids = start;
  const pass = async () => {
    const { sums, counts } = await backend.assign(moving, x, centroids);
    centroids = Float32Array.from(sums, (sum, i) => sum / Math.max(1, counts[Math.floor(i / columns)] ?? 1));
  };
  for (let early = 0; early < 5; early++) await pass();
  return [
    {
      name: `assign, first pass, K ${clusters}`,
      flops,
      run: async () => {
        const assignment = await backend.createAssignment(rows, columns, clusters);
        await backend.assign(assignment, x, start);
        assignment.dispose();
      },
    },
    { name: `assign, later pass, K ${clusters}`, flops, run: pass },
    {
      name: `assignedDistances, K ${clusters}`,
      flops: 3 * rows * columns,
      run: () => backend.assignedDistances(moving, x, centroids),
    },
  ];
}

/**
 * @param {Backend} backend
 * @param {Float32Array} values
 * @param {number} rows
 * @param {number} columns
 */
async function filled(backend, values, rows, columns) {
  const matrix = await backend.create(rows, columns);
  await backend.write(matrix, 0, rows, (into) => into.set(values));
  return matrix;
}
