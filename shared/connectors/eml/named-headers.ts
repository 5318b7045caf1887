import type { Header } from "../../domain/message.ts";

/** The value of the first header of that name that has one. `name` in lower case, as nobody is bound to write it. */
export function firstValue(headers: readonly Header[], name: string): string | undefined {
  return headers.find((it) => it.value !== "" && isNamed(it, name))?.value;
}

/** The values of all headers of that name, in order. `name` in lower case. */
export function valuesOf(headers: readonly Header[], name: string): string[] {
  return headers.filter((it) => isNamed(it, name)).map((it) => it.value);
}

function isNamed(header: Header, name: string): boolean {
  // An email is asked for some thirty names: a lower-case copy of each of its own would take longer than to read them.
  return header.name.length === name.length && header.name.toLowerCase() === name;
}
