import { sigmoid32 } from "./exponential.ts";

/** g = sigmoid(a + bias), z = q * g, for some rows. */
export function gateRows(a: usize, bias: usize, q: usize, g: usize, z: usize, rows: i32, columns: i32): void {
  const whole = (<usize>columns & ~3) << 2;
  const rest = (<usize>columns & 3) << 2;
  for (let row = 0; row < rows; row++) {
    for (let at: usize = 0; at < whole; at += 16) {
      const opening = sigmoid32(f32x4.add(v128.load(a), v128.load(bias + at)));
      v128.store(g, opening);
      v128.store(z, f32x4.mul(v128.load(q), opening));
      a += 16;
      q += 16;
      g += 16;
      z += 16;
    }
    for (let at: usize = 0; at < rest; at += 4) {
      const opening = sigmoid32(f32x4.splat(load<f32>(a) + load<f32>(bias + whole + at)));
      const value = f32x4.extract_lane(opening, 0);
      store<f32>(g, value);
      store<f32>(z, load<f32>(q) * value);
      a += 4;
      q += 4;
      g += 4;
      z += 4;
    }
  }
}

/** dq = dq + dz * g, da = dz * q * g * (1 - g), for `length` values. */
export function gateBackward(dz: usize, q: usize, g: usize, dq: usize, da: usize, length: i32): void {
  const one = f32x4.splat(1);
  const end = dz + ((<usize>length & ~3) << 2);
  while (dz < end) {
    const opening = v128.load(g);
    const slope = f32x4.mul(v128.load(dz), opening);
    v128.store(dq, f32x4.add(v128.load(dq), slope));
    v128.store(da, f32x4.mul(f32x4.mul(slope, v128.load(q)), f32x4.sub(one, opening)));
    dz += 16;
    q += 16;
    g += 16;
    dq += 16;
    da += 16;
  }
  for (let rest = length & 3; rest > 0; rest--) {
    const opening = load<f32>(g);
    const slope = load<f32>(dz) * opening;
    store<f32>(dq, load<f32>(dq) + slope);
    store<f32>(da, slope * load<f32>(q) * (<f32>1 - opening));
    dz += 4;
    q += 4;
    g += 4;
    dq += 4;
    da += 4;
  }
}
