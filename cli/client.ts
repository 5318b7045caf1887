import { CommandError, type ExitCode, exitCodes, type Io } from "./io.ts";

/** What a route answered, read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
}

export interface Ask {
  readonly method?: "GET" | "POST" | "PUT";
  /** Behind `…/operations/`; segments are encoded by `path`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly json?: unknown;
  readonly bytes?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The operator routes of one app. */
export interface Client {
  ask(ask: Ask): Promise<Answer>;
  /** As `ask`, its body as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: what a route answers is printed, not relied on
  json(ask: Ask): Promise<any>;
}

/** `path("items", key, "raw")`, each segment encoded. */
export function path(...segments: string[]): string {
  return segments.map(encodeURIComponent).join("/");
}

/** The reason of a call whose body is a file. */
export function whyHeader(why: string): Record<string, string> {
  return { "x-archive-why": encodeURIComponent(why) };
}

/** A client of the routes. Throws `CommandError` for whatever is not a good answer. */
export function routesClient(
  url: URL,
  token: () => Promise<string | undefined>,
  io: Pick<Io, "fetch">,
): Client {
  let signedIn: Promise<string | undefined> | undefined;

  async function ask(asked: Ask): Promise<Answer> {
    signedIn ??= token();
    const bearer = await signedIn;
    const target = new URL(`api/operations/${asked.path}`, withSlash(url));
    for (const [name, value] of Object.entries(asked.query ?? {})) {
      if (value !== undefined) target.searchParams.set(name, String(value));
    }
    const body = asked.bytes ?? (asked.json === undefined ? undefined : JSON.stringify(asked.json));
    const response = await answerOf(target, {
      method: asked.method ?? "GET",
      headers: {
        accept: "application/json",
        ...(asked.json !== undefined && { "content-type": "application/json" }),
        ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        ...asked.headers,
      },
      ...(body !== undefined && { body }),
      // The sign-in page is no answer, and a token must not be carried elsewhere.
      redirect: "manual",
    });
    const answer = {
      status: response.status,
      headers: response.headers,
      bytes: Buffer.from(await response.arrayBuffer()),
    };
    if (response.status >= 200 && response.status < 300) return answer;
    throw failureOf(answer, target);
  }

  async function answerOf(target: URL, init: RequestInit): Promise<Response> {
    try {
      return await io.fetch(target, init);
    } catch (error) {
      const cause = error instanceof Error ? (error.cause ?? error) : error;
      const reason = (cause as { code?: string }).code ?? "no connection";
      throw new CommandError(
        exitCodes.unreachable,
        `The app at ${url.origin} does not answer (${reason}). Locally: npm start. Elsewhere: --url.`,
      );
    }
  }

  return {
    ask,
    async json(asked) {
      const { bytes } = await ask(asked);
      return JSON.parse(bytes.toString());
    },
  };
}

function failureOf({ status, bytes }: Answer, target: URL): CommandError {
  if (status >= 300 && status < 400) {
    return new CommandError(
      exitCodes.refused,
      `${target.origin} asks for a sign-in: name the registration with --app-id.`,
    );
  }
  const message = messageOf(bytes) ?? `${target.origin} answered ${status}.`;
  return new CommandError(exitCodeOf(status), message, status);
}

function exitCodeOf(status: number): ExitCode {
  if (status === 401 || status === 403) return exitCodes.refused;
  return status >= 500 || status === 429 ? exitCodes.unreachable : exitCodes.rejected;
}

function messageOf(bytes: Buffer): string | undefined {
  try {
    const { error } = JSON.parse(bytes.toString());
    return typeof error?.message === "string" ? error.message : undefined;
  } catch {
    // Not one of the routes' own answers.
    return undefined;
  }
}

function withSlash(url: URL): URL {
  return new URL(url.href.endsWith("/") ? url.href : `${url.href}/`);
}
