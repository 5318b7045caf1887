import type { Connector } from "./connector.ts";
import type { ConnectorFile } from "./ports.ts";

/**
 * Connectors of which one's drop prefix lies in another's are told so, both: each
 * file under it would be archived twice, as two items of two connectors.
 *
 * An SFTP connector keeps its copies under its own id.
 */
export function refuseOverlaps(files: readonly ConnectorFile[]): readonly ConnectorFile[] {
  const places = files.flatMap((file) => {
    const prefix = "connector" in file ? prefixOf(file.connector) : undefined;
    return prefix === undefined ? [] : [{ id: file.id, prefix }];
  });
  return files.map((file) => {
    const own = places.find(({ id }) => id === file.id);
    const other =
      own &&
      places.find(
        ({ id, prefix }) =>
          id !== own.id && (prefix.startsWith(own.prefix) || own.prefix.startsWith(prefix)),
      );
    if (!other) return file;
    const fault = `${file.id}: source.prefix overlaps with that of connector ${other.id}: give each a folder of its own`;
    return { id: file.id, faults: [fault] };
  });
}

function prefixOf({ id, source, enabled }: Connector): string | undefined {
  if (!enabled) return undefined;
  if (source.kind === "drop") return source.prefix;
  return source.kind === "sftp" ? `${id}/` : undefined;
}
