/** What the app may send: `infra/telemetry.json`. */
export interface Telemetry {
  readonly events: Readonly<Record<string, Sent>>;
  readonly metrics: Readonly<Record<string, Sent>>;
}

interface Sent {
  readonly properties: Readonly<Record<string, string>>;
}

/**
 * Names that a query asks for and nobody sends: events, metrics, functions, and
 * properties that none of the events or metrics it names has.
 *
 * A dynamic column takes any property, so no parser finds these: the query
 * would run, and never find anything.
 */
export function unknownNames(
  query: string,
  telemetry: Telemetry,
  functions: readonly string[],
): readonly string[] {
  const code = query.replace(/^\s*\/\/.*$/gm, "");
  const named = [...code.matchAll(/\bName\s*(?:==|!=|in|has|startswith)\s*(\([^)]*\)|"[^"]*")/g)]
    .flatMap(([, list]) => [...(list ?? "").matchAll(/"([^"]*)"/g)])
    .map(([, name]) => name ?? "");
  const sent = { ...telemetry.events, ...telemetry.metrics };
  const strangers = named.filter((name) => !(name in sent) && !functions.includes(name));

  const senders = named.flatMap((name) => (name in sent ? [sent[name]] : []));
  const candidates = senders.length > 0 ? senders : Object.values(sent);
  const properties = [
    ...code.matchAll(/\bProperties\.(\w+)/g),
    ...code.matchAll(/\bProperties\[["'](\w+)["']\]/g),
  ].map(([, property]) => property ?? "");
  const missing = properties.filter(
    (property) => !candidates.some((one) => one && property in one.properties),
  );
  return [...new Set([...strangers, ...missing.map((property) => `Properties.${property}`)])];
}
