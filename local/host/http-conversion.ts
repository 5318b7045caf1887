import type { IncomingMessage, ServerResponse } from "node:http";
import type { HttpCookie, HttpData, TypedData } from "./core-api.ts";

/** A request as the host hands it to the app; repeated headers and query parameters are joined. */
export function requestData(
  request: IncomingMessage,
  url: URL,
  params: Record<string, string>,
  body: Buffer,
): HttpData {
  const query: Record<string, string> = {};
  for (const name of new Set(url.searchParams.keys())) {
    query[name] = url.searchParams.getAll(name).join(",");
  }
  const headers = Object.entries(request.headersDistinct).map(
    ([name, values]) => [name, (values ?? []).join(",")] as const,
  );
  return {
    method: request.method ?? "GET",
    url: url.href,
    nullableHeaders: nullable(Object.fromEntries(headers)),
    nullableQuery: nullable(query),
    nullableParams: nullable(params),
    ...(body.length > 0 && { body: { bytes: body } }),
  };
}

/** Answers with what the function returned; nothing returned is 204, as on Azure. */
export function writeResponse(
  response: ServerResponse,
  returnValue: TypedData | null | undefined,
): void {
  const http = returnValue?.http;
  if (http === undefined) {
    response.writeHead(204).end();
    return;
  }
  const body = Buffer.from(http.body?.bytes ?? http.body?.string ?? []);
  for (const [name, value] of Object.entries(http.headers ?? {})) {
    // The length is that of the body sent; a wrong one would leave the client waiting.
    if (!/^(content-length|transfer-encoding|connection)$/i.test(name)) {
      response.setHeader(name, value);
    }
  }
  if (http.cookies?.length) {
    response.appendHeader("set-cookie", http.cookies.map(setCookie));
  }
  const hasBody = !["204", "205", "304"].includes(http.statusCode ?? "");
  response.writeHead(
    Number(http.statusCode ?? 200),
    hasBody ? { "content-length": body.length } : {},
  );
  response.end(hasBody ? body : undefined);
}

function nullable(values: Record<string, string>): Record<string, { value: string }> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));
}

/** RFC 6265 §4.1. */
function setCookie(cookie: HttpCookie): string {
  const { domain, path, expires, maxAge, secure, httpOnly, sameSite } = cookie;
  const parts = [`${cookie.name}=${encodeURIComponent(cookie.value)}`];
  if (expires) {
    parts.push(`Expires=${new Date(expires.value.seconds * 1000).toUTCString()}`);
  }
  if (maxAge) {
    parts.push(`Max-Age=${maxAge.value}`);
  }
  if (domain) {
    parts.push(`Domain=${domain.value}`);
  }
  if (path) {
    parts.push(`Path=${path.value}`);
  }
  if (secure?.value) {
    parts.push("Secure");
  }
  if (httpOnly?.value) {
    parts.push("HttpOnly");
  }
  const site = { lax: "Lax", strict: "Strict", explicitNone: "None", none: undefined }[
    sameSite ?? "none"
  ];
  if (site) {
    parts.push(`SameSite=${site}`);
  }
  return parts.join("; ");
}
