import type { DropSource } from "../../pipeline/connector.ts";
import type { Source } from "../../pipeline/ports.ts";
import { type DropDeps, dropFiles } from "./files.ts";
import { listFiles } from "./storage.ts";

/**
 * What anything puts under the connector's prefix of the container `drop`.
 *
 * A file belongs to the window in which it was finished (its last change), since
 * an upload over SFTP creates it at its beginning; its items were received when
 * it was created.
 */
export function dropSource(config: DropSource, deps: DropDeps): Source {
  const { prefix } = config;
  const files = dropFiles(deps, {
    prefix,
    isInWindow: ({ changedAt }, { from, until }) => changedAt >= from && changedAt < until,
    receivedAt: ({ createdAt }) => createdAt,
  });
  return {
    ...files,
    async test() {
      await listFiles(deps.container, prefix, { most: 1 });
    },
  };
}
