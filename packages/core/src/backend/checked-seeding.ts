import { WellbegunError } from "../errors.ts";
import type { Assignment, Backend, Matrix } from "./backend.ts";
import { expectSize, expectWithin } from "./check.ts";
import type { Device } from "./device.ts";
import { expectPoints } from "./operands.ts";

const STARTING = "starting the seeding of clusters";
const COMPARING = "comparing rows with points";
const KEEPING = "keeping a point";

/**
 * A device's `createSeeding` with the operands of every call checked.
 *
 * @param own Gives the device's matrix of a handle, or throws.
 */
export function checkedSeeding<M extends Matrix, A extends Assignment>(
  device: Device<M, A>,
  own: (doing: string, matrix: Matrix) => M,
): NonNullable<Backend["createSeeding"]> {
  return async (rows, closest, total) => {
    const matrix = own(STARTING, rows);
    expectSize(STARTING, "distances, one for each row", rows.rows, closest.length);
    expectWithin(STARTING, "total", total, 0);
    const seeding = await device.createSeeding!(matrix, closest, total);
    if (seeding === undefined) return undefined;
    let disposed = false;
    /** Points of the last comparison. */
    let compared = 0;
    const expectUsable = (doing: string): void => {
      if (!disposed) return;
      const expected = "a seeding that was not disposed";
      throw new WellbegunError("disposed", { doing, expected, found: "a disposed one" });
    };
    return {
      compare: async (x, points, count, sums) => {
        const found = own(COMPARING, x);
        expectUsable(COMPARING);
        expectSize(COMPARING, "rows", rows.rows, x.rows);
        expectSize(COMPARING, "columns", rows.columns, x.columns);
        expectWithin(COMPARING, "count", count, 1);
        expectPoints(COMPARING, x, points, count);
        expectSize(COMPARING, "sums, one for each point", count, sums.length);
        await seeding.compare(found, points, count, sums);
        compared = count;
      },
      keep: async (point) => {
        expectUsable(KEEPING);
        expectWithin(KEEPING, "point", point, 0, compared - 1);
        return await seeding.keep(point);
      },
      dispose: () => {
        if (!disposed) seeding.dispose();
        disposed = true;
      },
    };
  };
}
