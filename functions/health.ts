import { app } from "@azure/functions";
import { logTo } from "../shared/adapters/invocation-log.ts";
import { compose } from "../shared/compose.ts";
import { checkHealth } from "../shared/operations/health.ts";

app.http("health", {
  methods: ["GET"],
  authLevel: "anonymous",
  handler: (_request, context) =>
    logTo(context, async () => {
      const wrong = await checkHealth(compose());
      return {
        status: wrong.length === 0 ? 200 : 503,
        jsonBody: { status: wrong.length === 0 ? "healthy" : "unhealthy", wrong },
      };
    }),
});
