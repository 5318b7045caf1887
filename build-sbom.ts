import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/** A package as the bill of materials names it. */
export interface Component {
  readonly name: string;
  readonly group?: string;
  readonly version?: string;
  readonly licenses?: readonly (
    | { readonly license: { readonly id?: string; readonly name?: string } }
    | { readonly expression: string }
  )[];
  readonly components?: readonly Component[];
}

interface Bom {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly components: readonly Component[];
}

/** What a package may be under to be shipped: each lets a bank use, change and pass it on, and asks for a notice at most. */
const ALLOWED = new Set([
  "MIT",
  "MIT-0",
  "ISC",
  "0BSD",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "Apache-2.0",
  "Unlicense",
]);

/** Packages that name no licence in a form that the lock file keeps, each looked up by hand. */
const LOOKED_UP: Readonly<Record<string, string>> = {
  "ssh2@1.17.0": "MIT (its LICENSE file; package.json has the old form `licenses`)",
  "cpu-features@0.0.10": "MIT (its LICENSE file); optional, and not in the bundle",
  "buildcheck@0.0.7": "MIT (its LICENSE file); optional, and not in the bundle",
};

/**
 * The bill of materials (CycloneDX, JSON) of what is shipped, from the lock file.
 *
 * From that alone, so that it is the same on every machine: what happens to lie in
 * `node_modules` is not what was decided on.
 */
export async function billOfMaterials(): Promise<Bom> {
  const { stdout } = await promisify(execFile)(
    "npx",
    [
      ...["--no-install", "cyclonedx-npm", "--package-lock-only", "--omit", "dev"],
      ...["--output-reproducible", "--output-file", "-"],
    ],
    { cwd: import.meta.dirname, maxBuffer: 64 * 1_048_576 },
  );
  return JSON.parse(stdout);
}

/** A line for each shipped package that is under no licence of the list. */
export function licenceFaults(components: readonly Component[]): string[] {
  return components.flatMap((component) => {
    const { licenses = [], components: nested = [] } = component;
    const name = nameOf(component);
    const isAllowed = licenses.length > 0 ? licenses.every(mayBeUsed) : name in LOOKED_UP;
    const fault = `${name}: ${licenses.map(wordsOf).join(", ") || "names no licence"}`;
    return [...(isAllowed ? [] : [fault]), ...licenceFaults(nested)];
  });
}

/** The packages looked up by hand that are shipped no more, or in another version. */
export function staleLookUps(components: readonly Component[]): string[] {
  const names = new Set(all(components).map(nameOf));
  return Object.keys(LOOKED_UP).filter((name) => !names.has(name));
}

function all(components: readonly Component[]): Component[] {
  return components.flatMap((one) => [one, ...all(one.components ?? [])]);
}

type Licence = NonNullable<Component["licenses"]>[number];

function nameOf({ group, name, version }: Component): string {
  return `${group ? `${group}/` : ""}${name}@${version}`;
}

function wordsOf(licence: Licence): string {
  if ("expression" in licence) return licence.expression;
  return licence.license.id ?? licence.license.name ?? "";
}

/** Of a choice, one that is allowed is enough; of what is joined by AND, all must be. */
function mayBeUsed(licence: Licence): boolean {
  const words = wordsOf(licence).replaceAll(/[()]/g, "");
  return words
    .split(" AND ")
    .every((part) => part.split(" OR ").some((one) => ALLOWED.has(one.trim())));
}

if (import.meta.filename === process.argv[1]) {
  const bom = await billOfMaterials();
  const faults = licenceFaults(bom.components);
  const folder = join(import.meta.dirname, "dist");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "sbom.cdx.json"), `${JSON.stringify(bom, undefined, 1)}\n`);
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  process.exitCode = faults.length > 0 ? 1 : 0;
}
