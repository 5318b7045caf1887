import type { Answer, Call } from "./call.ts";
import { option, page } from "./odata/query.ts";

/** A list of mail things as Graph answers it: ten a page, a count when asked, a link to the next page. */
export function listAnswer<T>(
  call: Call,
  list: { readonly context: string; readonly found: readonly T[]; view(item: T): unknown },
): Answer {
  const { items, nextLink } = page(list.found, {
    query: call.query,
    url: call.url,
    size: 10,
    maximum: 1000,
  });
  return {
    status: 200,
    body: {
      "@odata.context": list.context,
      ...(option(call.query, "count") === "true" ? { "@odata.count": list.found.length } : {}),
      value: items.map((item) => list.view(item)),
      ...(nextLink === undefined ? {} : { "@odata.nextLink": nextLink }),
    },
  };
}
