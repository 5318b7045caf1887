import {
  Client,
  type Context,
  HTTPMessageHandler,
  type Middleware,
  RedirectHandler,
  RetryHandler,
  TelemetryHandler,
} from "@microsoft/microsoft-graph-client";

/**
 * The SDK with the middleware that it brings along. Only the handler that adds the
 * token is another: the SDK's own gives none to an address on loopback.
 */
export function sdkClient(baseUrl: string): Client {
  return Client.initWithMiddleware({
    baseUrl,
    middleware: [
      bearer(),
      new RetryHandler(),
      new RedirectHandler(),
      new TelemetryHandler(),
      new HTTPMessageHandler(),
    ],
    fetchOptions: { headers: { Prefer: 'IdType="ImmutableId"' } },
  });
}

/** An upload URL carries a token of its own, and Graph refuses any other there. */
function bearer(): Middleware {
  let next: Middleware | undefined;
  return {
    setNext(middleware) {
      next = middleware;
    },
    async execute(context: Context) {
      const [, uploadUrl] = String(context.request).split("/v1.0/http:");
      if (uploadUrl !== undefined) {
        // The SDK knows a full address by its https, and puts its own before any other.
        context.request = `http:${uploadUrl}`;
      } else {
        const headers = { ...context.options?.headers, Authorization: "Bearer token" };
        context.options = { ...context.options, headers };
      }
      await next?.execute(context);
    },
  };
}

/** A folder of that name in each mailbox; their ids by mailbox. */
export async function createFolders(
  client: Client,
  mailboxes: readonly string[],
  displayName: string,
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  for (const mailbox of mailboxes) {
    const { id } = await client.api(`/users/${mailbox}/mailFolders`).post({ displayName });
    ids.set(mailbox, id);
  }
  return ids;
}
