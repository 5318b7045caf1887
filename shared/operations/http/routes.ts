import { archiveRoutes } from "./archive-routes.ts";
import { backfillRoutes } from "./backfill-routes.ts";
import { connectorRoutes } from "./connector-routes.ts";
import { itemRoutes } from "./item-routes.ts";
import { mappingRoutes } from "./mapping-routes.ts";
import { orderRoutes } from "./order-routes.ts";
import { poisonRoutes } from "./poison-routes.ts";
import type { Route } from "./route.ts";
import { runRoutes } from "./run-routes.ts";

/**
 * Every operator route: the one table that the app answers from, that the
 * description in `docs/operations.openapi.yaml` is held against, and that the test
 * of roles goes through. The first that fits a path answers.
 */
export const operationRoutes: readonly Route[] = [
  ...archiveRoutes,
  ...connectorRoutes,
  ...mappingRoutes,
  ...runRoutes,
  ...backfillRoutes,
  ...poisonRoutes,
  ...itemRoutes,
  ...orderRoutes,
];
