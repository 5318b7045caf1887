import type { TypedData } from "./core-api.ts";

/**
 * Trigger metadata as the host sends it.
 *
 * Strings go as strings (the library will JSON-parse them), everything else as JSON. `sys` is in
 * every trigger's metadata.
 */
export function bindingData(
  functionName: string,
  values: Readonly<Record<string, unknown>>,
  now: Date,
): Record<string, TypedData> {
  const sys = {
    MethodName: functionName,
    UtcNow: now.toISOString(),
    RandGuid: crypto.randomUUID(),
  };
  return Object.fromEntries(
    Object.entries({ ...values, sys }).map(([key, value]) => [key, typedData(value)]),
  );
}

/**
 * Adds the top-level properties of a JSON object to trigger metadata, over what stands there.
 *
 * So the host does with queue entries: `{"dequeueCount":99}` in an entry hides the real count.
 * Keys are compared without case and the first one's case stays. Lists and null are left out;
 * `true` becomes `True` and an ISO time US text, as .NET prints them.
 */
export function withEntryProperties(
  metadata: Readonly<Record<string, TypedData>>,
  text: string,
): Record<string, TypedData> {
  const merged = { ...metadata };
  for (const [name, value] of Object.entries(jsonObject(text) ?? {})) {
    if (value !== null && !Array.isArray(value)) {
      const key = Object.keys(merged).find((each) => each.toLowerCase() === name.toLowerCase());
      merged[key ?? name] = typedData(typeof value === "object" ? value : dotnetText(value));
    }
  }
  return merged;
}

function typedData(value: unknown): TypedData {
  return typeof value === "string" ? { string: value } : { json: JSON.stringify(value) };
}

function jsonObject(text: string): Record<string, unknown> | undefined {
  if (!text.trimStart().startsWith("{")) {
    return undefined;
  }
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    // The host takes an entry that is not JSON as text; so there is nothing to add.
    return undefined;
  }
}

function dotnetText(value: unknown): string {
  if (typeof value === "boolean") {
    return value ? "True" : "False";
  }
  const text = String(value);
  return typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(text)
    ? usDate(text)
    : text;
}

/** `11/21/2026 12:00:00`, in UTC: the host's clock on Azure. */
function usDate(isoTime: string): string {
  const date = new Date(/(Z|[+-]\d\d:?\d\d)$/.test(isoTime) ? isoTime : `${isoTime}Z`);
  if (Number.isNaN(date.getTime())) {
    return isoTime;
  }
  const [year, month, day] = date.toISOString().slice(0, 10).split("-");
  return `${month}/${day}/${year} ${date.toISOString().slice(11, 19)}`;
}
