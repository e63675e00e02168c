/** Counts rows, and keeps the first ten. */
export class RowTally {
  count: number = 0;
  readonly rows: number[] = [];

  add(row: number): void {
    this.count++;
    if (this.rows.length < 10) this.rows.push(row);
  }
}
