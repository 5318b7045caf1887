import "./collect.ts";
import "./convert.ts";
import "./import.ts";
import "./reconcile.ts";
import "./health.ts";
import { compose } from "../shared/compose.ts";

// Last: a throw before the first registration leaves an app with no functions and no error.
compose();
