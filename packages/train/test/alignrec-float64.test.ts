// The portable backend with tables of float64 instead of float32, which shows that what it differs from the original by is the
// rounding of tables. The weights of the graphs stay rounded to float32.
import "./support/float64-tables.ts";
import { cpu } from "@wellbegun/core";
import { describeAlignRec } from "./support/alignrec-golden-suite.ts";

describeAlignRec({
  name: "portable backend with float64 tables",
  open: async () => cpu(),
  tolerance: 2e-7,
});
