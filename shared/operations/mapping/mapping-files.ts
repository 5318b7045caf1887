import { csvOf } from "../../domain/csv.ts";
import { MAPPING_HEADERS, type RefusedRow, readMappingFile } from "../../mapping/mapping-file.ts";
import type { Connector } from "../../pipeline/connector.ts";
import { readConfig, writeConfig } from "../config-files.ts";
import { OperationError } from "../operation-error.ts";
import type { OperationsPorts } from "../ports.ts";

/** What became of a mapping file's rows. Names no number and no address. */
export interface MappingCheck {
  readonly rows: number;
  readonly refused: readonly RefusedRow[];
}

/** An empty mapping file with its headers, as TeleMessage and Microsoft 365 know them, and two examples. */
export function mappingTemplate(): string {
  return csvOf([
    [...MAPPING_HEADERS],
    ["15550100", "ann@contoso.com", "", ""],
    ["15550101", "bob@contoso.com", "2026-01-01", "2026-12-31"],
  ]);
}

/** Reads a mapping file as the app would. Throws `ConfigurationError` when it cannot be read at all. */
export function checkMapping(bytes: Uint8Array, name: string): MappingCheck {
  const { rows, refused } = readMappingFile(bytes, name);
  return { rows: rows.length, refused };
}

/**
 * Puts a mapping file in force: it acts within a minute. One that cannot be read is
 * refused; rows that are wrong map nobody and are told.
 */
export async function uploadMapping(
  connector: Connector,
  bytes: Uint8Array,
  { files }: OperationsPorts,
): Promise<MappingCheck> {
  const name = customOf(connector);
  const check = checkMapping(bytes, name);
  if (check.rows === 0 && check.refused.length > 0) {
    throw new OperationError(
      "bad-request",
      `${name}: no row is right, so it would map nobody: ${check.refused[0]?.why} (row ${check.refused[0]?.row})`,
    );
  }
  await writeConfig(name, bytes, files);
  return check;
}

/** The mapping file as it lies in `config`, whether it can be read, and whether a last good one is there. */
export async function mappingState(connector: Connector, { files }: OperationsPorts) {
  const { automatic, defaultCountry, custom } = connector.mapping;
  const rules = { automatic, ...(defaultCountry && { defaultCountry }), ...(custom && { custom }) };
  if (custom === undefined) return { rules };
  const file = await readConfig(custom, files);
  const accepted = await readConfig(`mappings/${connector.id}.accepted.csv`, files);
  return {
    rules,
    file: file ? checkOrFaults(file.bytes, custom) : { faults: [`config/${custom} is not there`] },
    lastGood: accepted ? checkOrFaults(accepted.bytes, custom) : undefined,
  };
}

/** The name of a connector's mapping file. */
export function customOf({ id, mapping: { custom } }: Connector): string {
  if (custom !== undefined) return custom;
  throw new OperationError(
    "conflict",
    `${id}: mapping.custom names no file: add "custom": "mappings/${id}.csv" to the connector file`,
  );
}

function checkOrFaults(bytes: Uint8Array, name: string): MappingCheck | { faults: string[] } {
  try {
    return checkMapping(bytes, name);
  } catch (error) {
    return { faults: [error instanceof Error ? error.message : "cannot be read"] };
  }
}
