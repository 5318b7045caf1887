import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough, Readable } from "node:stream";
import { run } from "../../cli/program.ts";
import type { SignIn } from "../../shared/operations/caller.ts";
import { answerOperation } from "../../shared/operations/http/answer-operation.ts";
import { operationRoutes } from "../../shared/operations/http/routes.ts";
import type { OperationsPorts } from "../../shared/operations/ports.ts";

/** The real routes behind a real HTTP server on this machine. */
export async function serve(
  ports: OperationsPorts,
  { signIn = "local", seen = [] }: { signIn?: SignIn; seen?: IncomingMessage[] } = {},
): Promise<Server & { url: string } & AsyncDisposable> {
  const server = createServer(async (request, response) => {
    seen.push(request);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    try {
      const { status, headers, body } = await answerOperation(
        {
          method: request.method ?? "GET",
          url: new URL(request.url ?? "/", `http://${request.headers.host}`),
          header: (name) => request.headers[name]?.toString(),
          body: Buffer.concat(chunks),
        },
        ports,
        { signIn, routes: operationRoutes },
      );
      response.writeHead(status, headers).end(body);
    } catch {
      response.writeHead(500).end();
    }
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return Object.assign(server, { url: `http://127.0.0.1:${port}` });
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line as a shell would, and tells what it printed. */
export async function archiver(
  args: readonly string[],
  options: {
    url?: string;
    env?: Record<string, string>;
    answers?: readonly string[];
    /** What happens in the app while the command waits. */
    meanwhile?: () => Promise<void>;
    fetch?: typeof fetch;
  } = {},
): Promise<Ran> {
  const out = new PassThrough();
  const err = new PassThrough();
  const env = { ...(options.url && { ARCHIVER_URL: options.url }), ...options.env };
  const code = await run(args, {
    out,
    err,
    in: Readable.from((options.answers ?? []).map((answer) => `${answer}\n`)),
    env,
    fetch: options.fetch ?? fetch,
    sleep: async () => options.meanwhile?.(),
  });
  return { code, out: textOf(out), err: textOf(err) };
}

function textOf(stream: PassThrough): string {
  return stream.read()?.toString() ?? "";
}
