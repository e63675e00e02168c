import { count, duration } from "../../shared/format.ts";

/** Makes the notes of a progress bar: items in a second, and the time left at that rate. Rows found from an earlier run do not count. */
export function rateNote(): (done: number, found: number, total: number) => string {
  const start = performance.now();
  let skipped = 0;
  return (done, found, total) => {
    skipped += found;
    const worked = done - skipped;
    if (worked === 0) return `${count(done)} of an earlier run`;
    const each = (performance.now() - start) / worked;
    return `${count(Math.round(1000 / each))} items/s, ${duration(each * (total - done))} left`;
  };
}
