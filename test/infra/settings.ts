import type { Value } from "./bicep.ts";
import { at, resources, type Template, table } from "./files.ts";

/** Names of settings, by who holds them. */
export interface SettingNames {
  readonly bicep: readonly string[];
  readonly sample: readonly string[];
  /** What the code reads. */
  readonly code: readonly string[];
  readonly documented: readonly DocumentedSetting[];
}

export interface DocumentedSetting {
  readonly name: string;
  readonly readByApp: boolean;
  /** Why it is not set there; absent where it is. */
  readonly notOnAzure?: string;
  readonly notOnOneMachine?: string;
}

/**
 * What the places that know of settings say differently, a sentence each.
 *
 * The table in the docs is the whole truth: a setting that is missing in one
 * place is in order only where the table says why.
 */
export function disagreements({ bicep, sample, code, documented }: SettingNames): string[] {
  const names = documented.map((one) => one.name);
  const found = [
    ...named(bicep, names, "is set by Bicep, but is not in the docs"),
    ...named(sample, names, "is in the sample, but is not in the docs"),
    ...named(code, names, "is read by the code, but is not in the docs"),
  ];
  for (const { name, readByApp, notOnAzure, notOnOneMachine } of documented) {
    found.push(
      ...differs(name, bicep, notOnAzure, "Bicep"),
      ...differs(name, sample, notOnOneMachine, "the sample"),
    );
    if (readByApp !== code.includes(name)) {
      found.push(`${name}: the docs say the app ${readByApp ? "reads" : "does not read"} it`);
    }
  }
  return found;
}

function named(here: readonly string[], there: readonly string[], what: string): string[] {
  return here.filter((name) => !there.includes(name)).map((name) => `${name} ${what}`);
}

function differs(
  name: string,
  here: readonly string[],
  whyNot: string | undefined,
  place: string,
): string[] {
  if (whyNot === undefined) {
    return here.includes(name) ? [] : [`${name}: the docs say ${place} sets it`];
  }
  if (whyNot === "") {
    return [`${name}: the docs do not say why ${place} does not set it`];
  }
  return here.includes(name) ? [`${name}: the docs say ${place} does not set it`] : [];
}

/**
 * Names of the app settings that a template writes.
 *
 * The settings of connectors are named by parameters, so they have no names
 * here; any other part of the settings that cannot be read throws.
 */
export function bicepSettings(file: Template): readonly string[] {
  const settings = resources(file, "Microsoft.Web/sites/config").find(({ value }) => {
    const name = at(value, "name");
    return name?.kind === "text" && name.text === "appsettings";
  });
  const joined = settings && at(settings.value, "properties");
  const parts = joined?.kind === "code" ? /^union\(([\w,]+)\)$/.exec(joined.text)?.[1] : undefined;
  if (parts === undefined) {
    throw new Error("the app settings are not a union of variables");
  }
  return parts
    .split(",")
    .filter((part) => part !== "secretSettings")
    .flatMap((part) => {
      const declared = file.declarations.find((one) => one.keyword === "var" && one.name === part);
      const keys = declared ? keysOf(declared.value) : [];
      if (keys.length === 0) {
        throw new Error(`${part}: its settings cannot be read`);
      }
      return keys;
    });
}

/** Keys of an object, or of each object that a choice is between. */
function keysOf(value: Value): readonly string[] {
  if (value.kind === "object") {
    return [...value.entries.keys()];
  }
  return value.kind === "code" ? value.inner.flatMap(keysOf) : [];
}

/** The settings of a Markdown table with the columns of `docs/deploy.md`, *Settings*. */
export function documentedSettings(markdown: string): readonly DocumentedSetting[] {
  return table(markdown, "## Settings").map((row) => {
    const azure = whyNot(row["on Azure"]);
    const machine = whyNot(row["on one machine"]);
    return {
      name: row["setting"] ?? "",
      readByApp: /\bapp\b(?!, for a connector)/.test(row["read by"] ?? ""),
      ...(azure !== undefined && { notOnAzure: azure }),
      ...(machine !== undefined && { notOnOneMachine: machine }),
    };
  });
}

/** `yes` → nothing, `no: because` → the reason. */
function whyNot(cell = ""): string | undefined {
  return cell === "yes" ? undefined : cell.replace(/^no(: ?|$)/, "");
}
