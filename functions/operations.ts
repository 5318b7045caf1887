import { app } from "@azure/functions";
import { answerOperation } from "../shared/operations/http/answer-operation.ts";
import { operationRoutes } from "../shared/operations/http/routes.ts";
import { invoke } from "./invoke.ts";

app.http("operations", {
  route: "operations/{*path}",
  methods: ["GET", "POST", "PUT"],
  // The platform's sign-in stands before it, and the code asks for roles; a key would be one secret more to keep.
  authLevel: "anonymous",
  handler: (request, context) =>
    invoke(context, async (archive) => {
      const { status, headers, body } = await answerOperation(
        {
          method: request.method,
          url: new URL(request.url),
          header: (name) => request.headers.get(name) ?? undefined,
          body: new Uint8Array(await request.arrayBuffer()),
        },
        archive,
        { signIn: archive.signIn, routes: operationRoutes },
      );
      return { status, headers, body };
    }),
});
