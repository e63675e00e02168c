/** The part of a dataset that an interaction belongs to. */
export type Split = "train" | "validation" | "test";
