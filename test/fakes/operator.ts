import type { Role, SignIn } from "../../shared/operations/caller.ts";
import { answerOperation } from "../../shared/operations/http/answer-operation.ts";
import type { OperationAnswer, Route } from "../../shared/operations/http/route.ts";
import { operationRoutes } from "../../shared/operations/http/routes.ts";
import type { OperationsPorts } from "../../shared/operations/ports.ts";
import { operator } from "./archive.ts";

/** What the platform's sign-in says of somebody, as it hands it to the app. */
export function principal(...given: Role[]): string {
  const claims = [
    { typ: "http://schemas.microsoft.com/identity/claims/objectidentifier", val: operator },
    ...given.map((val) => ({ typ: "roles", val })),
  ];
  return Buffer.from(JSON.stringify({ auth_typ: "aad", claims })).toString("base64");
}

export interface Asked {
  readonly method?: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly signIn?: SignIn;
  readonly host?: string;
  readonly routes?: readonly Route[];
}

/** A request as the host hands it over, answered by the real routes. */
export async function ask(ports: OperationsPorts, asked: Asked): Promise<OperationAnswer> {
  const { method = "GET", path, body, headers = {}, signIn = "local" } = asked;
  const { host = "127.0.0.1:7071", routes = operationRoutes } = asked;
  const bytes =
    body instanceof Uint8Array || typeof body === "string"
      ? Buffer.from(body)
      : Buffer.from(body === undefined ? "" : JSON.stringify(body));
  const request = {
    method,
    url: new URL(`http://${host}/api/operations/${path}`),
    header: (name: string) => headers[name.toLowerCase()],
    body: bytes,
  };
  return answerOperation(request, ports, { signIn, routes });
}

export function jsonOf(answer: OperationAnswer) {
  return JSON.parse(Buffer.from(answer.body).toString());
}
