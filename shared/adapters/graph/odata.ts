import type { GraphRequest } from "./client.ts";

export const VERSION = "v1.0";

/** A page of a list. */
export interface Page<T> {
  readonly value: readonly T[];
  readonly "@odata.nextLink"?: string;
}

/** A path whose values are encoded: ids hold `=`, and user names may hold `#`. */
export function graphPath(parts: TemplateStringsArray, ...values: string[]): string {
  return String.raw({ raw: parts }, ...values.map(encodeURIComponent));
}

/**
 * The request for the next page of a list, or undefined after the last.
 *
 * Throws when the link leads elsewhere: it is followed with the app's token, and
 * whoever could send one would be handed that token.
 */
export function nextPage(page: Page<unknown>, baseUrl: string): GraphRequest | undefined {
  const link = page["@odata.nextLink"];
  if (link === undefined) return undefined;
  const url = URL.canParse(link) ? new URL(link) : undefined;
  const prefix = `/${VERSION}/`;
  if (url?.origin !== new URL(baseUrl).origin || !url.pathname.startsWith(prefix)) {
    throw new Error("Graph sent a next link that leads to another origin; it was not followed");
  }
  return { method: "GET", path: `/${url.pathname.slice(prefix.length)}${url.search}` };
}

/** A text inside an OData string literal. */
export function odataText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A query with its values encoded; empty when there is none. */
export function queryString(query: GraphRequest["query"]): string {
  const pairs = Object.entries(query ?? {}).map(
    ([name, value]) => `${name}=${encodeURIComponent(value)}`,
  );
  return pairs.length > 0 ? `?${pairs.join("&")}` : "";
}
