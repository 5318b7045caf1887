import type { Handler } from "./call.ts";
import { badRequest, Refusal } from "./refusal.ts";

/** `graph` needs a bearer token; `upload` is authorised by its URL. */
type Door = "graph" | "upload";

export interface Route {
  readonly method: string;
  readonly template: string;
  readonly door: Door;
  readonly handler: Handler;
}

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

interface Node {
  readonly names: Map<string, Node>;
  key: { readonly name: string; readonly node: Node } | undefined;
  readonly routes: Map<string, Route>;
}

/**
 * Finds the route of a path. A key may stand in a segment of its own or, as OData
 * has it, in brackets and quotes: `users/{id}` and `users('{id}')` are the same.
 */
export function router(routes: readonly Route[]): (method: string, path: string) => Match {
  const root = emptyNode();
  for (const route of routes) {
    place(root, route);
  }
  return (method, path) => {
    const params: Record<string, string> = {};
    let node = root;
    for (const { text, isKey } of segments(path)) {
      const named = isKey ? undefined : node.names.get(text);
      if (!named && !node.key) {
        throw new Refusal(404, "ResourceNotFound", `Resource not found for the segment '${text}'.`);
      }
      if (!named && !isKey && text.startsWith("$")) {
        throw badRequest(
          `The key '${text}' begins with '$': it must stand in brackets and quotes.`,
        );
      }
      if (named) {
        node = named;
      } else if (node.key) {
        params[node.key.name] = text;
        node = node.key.node;
      }
    }
    const route = node.routes.get(method);
    if (!route) {
      throw node.routes.size === 0
        ? new Refusal(404, "ResourceNotFound", "Resource not found.")
        : new Refusal(
            405,
            "Request_BadRequest",
            "Specified HTTP method is not allowed for the request target.",
          );
    }
    return { route, params };
  };
}

function place(root: Node, route: Route): void {
  let node = root;
  for (const segment of route.template.split("/").slice(1)) {
    const key = /^\{(\w+)\}$/.exec(segment)?.[1];
    if (key === undefined) {
      const next = node.names.get(segment) ?? emptyNode();
      node.names.set(segment, next);
      node = next;
    } else {
      // Two templates must call the key of one place by one name, or the second would lose its own.
      if (node.key && node.key.name !== key) {
        throw new Error(`${route.template}: '{${key}}' is called '{${node.key.name}}' elsewhere.`);
      }
      node.key ??= { name: key, node: emptyNode() };
      node = node.key.node;
    }
  }
  node.routes.set(route.method, route);
}

function* segments(path: string): Generator<{ text: string; isKey: boolean }> {
  for (const raw of path.split("/").slice(1)) {
    let text: string;
    try {
      text = decodeURIComponent(raw);
    } catch {
      throw badRequest("The path is not well-formed percent-encoding.");
    }
    const quoted = /^([A-Za-z]+)\('(.*)'\)$/s.exec(text);
    if (quoted) {
      yield { text: quoted[1] ?? "", isKey: false };
      yield { text: (quoted[2] ?? "").replaceAll("''", "'"), isKey: true };
    } else {
      yield { text, isKey: false };
    }
  }
}

function emptyNode(): Node {
  return { names: new Map(), key: undefined, routes: new Map() };
}
