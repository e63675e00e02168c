import { alignrec, bpr, freedom, lightgcn, vbpr } from "@wellbegun/train";

/** The models of training, by name. */
export const models = { alignrec, bpr, freedom, lightgcn, vbpr };
