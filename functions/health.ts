import { app } from "@azure/functions";
import { checkHealth } from "../shared/operations/health.ts";
import { invoke } from "./invoke.ts";

app.http("health", {
  methods: ["GET"],
  authLevel: "anonymous",
  handler: (_request, context) =>
    invoke(context, async (archive) => {
      const wrong = await checkHealth(archive);
      return {
        status: wrong.length === 0 ? 200 : 503,
        jsonBody: { status: wrong.length === 0 ? "healthy" : "unhealthy", wrong },
      };
    }),
});
