/** A program that imports what a fit of a dataset needs, and ends. */

import "@wellbegun/core";
import "@wellbegun/adapters/node";
