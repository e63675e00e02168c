/** Exponentials in float32 whose arguments stay where the results are finite. */
export const exponentials: string = /* wgsl */ `
fn bounded_exp(x: f32) -> f32 { return exp(clamp(x, -87.0, 87.0)); }

fn sigmoid(x: f32) -> f32 { return 1.0 / (1.0 + bounded_exp(-x)); }
`;
