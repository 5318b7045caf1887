/** The path of a blob trigger: a container, and the names of the blobs in it. */
export interface BlobPath {
  readonly container: string;
  /** What every matching name begins with: the text before the first parameter. */
  readonly prefix: string;
  /** The values of the path's parameters, or nothing when the name does not match. */
  match(blobName: string): Record<string, string> | undefined;
}

/**
 * Reads a path such as `receipts/{connector}/{name}.json`.
 *
 * A parameter takes as much as it can, slashes too: `in/{name}.{ext}` takes `sub/two.a` and `txt`
 * from `in/sub/two.a.txt`. A path without a blob part takes every blob of the container.
 */
export function blobPath(path: string): BlobPath {
  const slash = path.indexOf("/");
  const container = slash < 0 ? path : path.slice(0, slash);
  const pattern = slash < 0 ? "{name}" : path.slice(slash + 1);
  if (!/^[a-z0-9-]+$|^\$\w+$/.test(container)) {
    throw new Error(`The blob path "${path}" names no container before its first slash.`);
  }

  const parts = pattern.split(/\{([^{}]*)\}/);
  const names = parts.filter((_, index) => index % 2 === 1);
  const regex = new RegExp(
    `^${parts.map((part, index) => (index % 2 === 1 ? "(.*)" : literal(part))).join("")}$`,
    "s",
  );
  return {
    container,
    prefix: parts[0] ?? "",
    match(blobName) {
      const values = regex.exec(blobName)?.slice(1);
      return values && Object.fromEntries(names.map((name, index) => [name, values[index] ?? ""]));
    },
  };
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
