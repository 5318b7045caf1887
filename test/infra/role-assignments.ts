import type { Declaration, Value } from "./bicep.ts";
import { at, type Template, texts } from "./files.ts";

export interface RoleAssignment {
  readonly principal: string;
  /** Id of one of Azure's own roles, or the name of ours. */
  readonly role: string;
  readonly scope: string;
}

const ASSIGNMENT = "Microsoft.Authorization/roleAssignments";

/** Who a parameter of `access.bicep` stands for. */
const PRINCIPALS = new Map([
  ["appPrincipalId", "app"],
  ["topicPrincipalId", "Event Grid topic"],
]);

/** What a symbol of `access.bicep` stands for. */
const TARGETS = new Map([
  ["host", "host account"],
  ["data", "data account"],
  ["sftp", "SFTP account"],
  ["vault", "vault"],
  ["insights", "Application Insights"],
]);

/**
 * The role assignments of a file, loops written out.
 *
 * Throws at the first that cannot be told for certain: one that is not
 * understood must not count as one that is not there.
 */
export function roleAssignments(file: Template): readonly RoleAssignment[] {
  return file.declarations
    .filter((one) => one.type === ASSIGNMENT && !one.existing)
    .flatMap((assignment) => writtenOut(assignment, file));
}

function writtenOut(assignment: Declaration, file: Template): readonly RoleAssignment[] {
  const { value } = assignment;
  if (value.kind !== "loop") {
    return [read(assignment, value, file, undefined)];
  }
  const over = value.over;
  const items =
    over.kind === "list" && over.items.every((item) => item.kind === "code")
      ? over.items.map((item) => (item.kind === "code" ? item.text : ""))
      : texts(over, file);
  const overName = over.kind === "code" ? over.text : "";
  return items.map((item) =>
    read(assignment, value.body, file, { variable: value.variable, overName, item }),
  );
}

/** One turn of a loop: the variable, what it runs over, and the item it stands for. */
interface Turn {
  readonly variable: string;
  readonly overName: string;
  readonly item: string;
}

function read(
  { name }: Declaration,
  body: Value,
  file: Template,
  turn: Turn | undefined,
): RoleAssignment {
  const code = (...keys: string[]) => {
    const value = at(body, ...keys);
    if (value?.kind !== "code") {
      throw new Error(`${name}: ${keys.join(".")} cannot be read`);
    }
    return value.text === turn?.variable ? turn.item : value.text;
  };
  return {
    principal: known(PRINCIPALS, code("properties", "principalId"), name),
    role: roleOf(code("properties", "roleDefinitionId"), file, name),
    scope: scopeOf(code("scope"), file, name, turn),
  };
}

function roleOf(symbol: string, file: Template, assignment: string): string {
  const declared = named(symbol.replace(/\.id$/, ""), file, assignment);
  const custom = at(declared.value, "properties", "roleName");
  if (custom?.kind === "code") {
    return custom.text.replace(/^'(.*?) \$\{.*$/, "$1");
  }
  const id =
    declared.value.kind === "code"
      ? /roleDefinitions','([0-9a-f-]{36})'\)$/.exec(declared.value.text)
      : null;
  if (id?.[1] === undefined) {
    throw new Error(`${assignment}: the role ${symbol} cannot be read`);
  }
  return id[1];
}

function scopeOf(code: string, file: Template, assignment: string, turn: Turn | undefined): string {
  const path = code.replace(/\[…\]$/, "").split("::");
  const leaf = named(path.at(-1) ?? "", file, assignment, path.at(-2));
  const name = nameOf(leaf, turn);
  const parent = at(leaf.value, "parent");
  const top = parent?.kind === "code" ? parent.text.split("::")[0] : path[0];
  const target = known(TARGETS, top ?? "", assignment);
  if (leaf.type.endsWith("/containers")) {
    return `${target}, container ${name}`;
  }
  if (leaf.type.endsWith("/queues")) {
    return `${target}, queue ${name}`;
  }
  if (leaf.within !== undefined || parent !== undefined) {
    throw new Error(
      `${assignment}: the scope ${code} is neither a resource nor a container or queue`,
    );
  }
  return target;
}

/** A container or queue made in a loop is the one of the same turn only if both loops run over the same. */
function nameOf({ name, value }: Declaration, turn: Turn | undefined): string {
  if (value.kind === "loop") {
    const same = value.over.kind === "code" && value.over.text === turn?.overName;
    if (!same || turn === undefined) {
      throw new Error(`${name} does not run over what its assignment runs over`);
    }
    return turn.item;
  }
  const written = at(value, "name");
  return written?.kind === "text" ? written.text : "";
}

function named(
  name: string,
  { declarations }: Template,
  assignment: string,
  within?: string,
): Declaration {
  const found = declarations.filter((one) => one.name === name && one.within?.name === within);
  if (found[0] === undefined || found.length > 1) {
    throw new Error(`${assignment}: ${name} is declared ${found.length} times`);
  }
  return found[0];
}

function known(names: ReadonlyMap<string, string>, symbol: string, assignment: string): string {
  const name = names.get(symbol);
  if (name === undefined) {
    throw new Error(`${assignment}: ${symbol} is not in this test's list`);
  }
  return name;
}
