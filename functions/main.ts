import { app } from "@azure/functions";
import "./collect.ts";
import "./convert.ts";
import "./import.ts";
import "./reconcile.ts";
import "./health.ts";
import "./operations.ts";
import { compose } from "../shared/compose.ts";

// Last: a throw before the first registration leaves an app with no functions and no error.
const { telemetry } = compose();
app.hook.appTerminate(() => telemetry.stop());
// Now, and not with the first item, which would wait for it.
void telemetry.start();
