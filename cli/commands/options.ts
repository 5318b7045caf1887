import { InvalidArgumentError, Option } from "commander";

/** Why it is done: stands beside every change for as long as the evidence does. */
export const whyOption = () =>
  new Option("--why <text>", "why, in a few words; kept with the evidence").makeOptionMandatory();

/** For what changes nothing, or only brings forward what would come anyway. */
export const optionalWhy = () =>
  new Option("--why <text>", "why, in a few words; kept with the evidence").default(
    "asked for by hand",
  );

export function day(text: string): string {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
  if (!isDay) throw new InvalidArgumentError("It must be a day, yyyy-MM-dd.");
  return text;
}

export function count(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) {
    throw new InvalidArgumentError("It must be a whole number above 0.");
  }
  return number;
}

/** An option that may be given several times. */
export function collected(text: string, before: string[] | undefined): string[] {
  return [...(before ?? []), text];
}

/** Days as the command line names them, and as the routes do. */
export interface Days {
  readonly from?: string;
  readonly to?: string;
}

export function span({ from, to }: Days): { from?: string; until?: string } {
  return { ...(from !== undefined && { from }), ...(to !== undefined && { until: to }) };
}
