import type { GraphClient, GraphRequest } from "./client.ts";

/** Runs one request for whoever watches. `name` says which request it is, and holds nobody's id. */
export type Observe = <T>(name: string, work: () => Promise<T>) => Promise<T>;

export const unobserved: Observe = (_name, work) => work();

/** Graph's own words in a path; every other segment is an id, an address or a name. */
const WORDS = new Set([
  "users",
  "mailFolders",
  "inbox",
  "deleteditems",
  "childFolders",
  "messages",
  "attachments",
  "createUploadSession",
  "move",
  "permanentDelete",
]);

/** `POST /users/{id}/mailFolders/{id}/messages`: all that may be told of a request. */
export function requestName({ method, path }: Pick<GraphRequest, "method" | "path">): string {
  const [bare = ""] = path.split("?");
  const segments = bare.split("/").map((it) => (it === "" || WORDS.has(it) ? it : "{id}"));
  return `${method} ${segments.join("/")}`;
}

/** The same client, each of its requests observed. */
export function observedClient(client: GraphClient, observe: Observe): GraphClient {
  return {
    ...client,
    send: (request) => observe(requestName(request), () => client.send(request)),
  };
}
