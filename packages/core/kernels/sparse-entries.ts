/**
 * Sets `wrong` (u32) if any of `rows` rows ends before it starts or beyond `count` entries, or any of their
 * entries has a column out of range.
 */
export function checkEntries(
  offsets: usize,
  indices: usize,
  rows: i32,
  count: u32,
  columns: u32,
  wrong: usize,
): void {
  store<u32>(wrong, 1);
  const first = load<u32>(offsets);
  let end = first;
  for (let row = 0; row < rows; row++) {
    const next = load<u32>(offsets + ((<usize>row) << 2), 4);
    if (next < end || next > count) return;
    end = next;
  }
  let at = indices + ((<usize>first) << 2);
  const last = indices + ((<usize>end) << 2);
  let largest = i32x4.splat(0);
  for (; at + 16 <= last; at += 16) largest = i32x4.max_u(largest, v128.load(at));
  for (; at < last; at += 4) largest = i32x4.max_u(largest, i32x4.splat(load<u32>(at)));
  // Without entries no column is out of range, also of a matrix without columns.
  const inRange = i32x4.lt_u(largest, i32x4.splat(columns));
  if (end === first || i32x4.all_true(inRange)) store<u32>(wrong, 0);
}
