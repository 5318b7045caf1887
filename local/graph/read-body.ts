import type { IncomingMessage } from "node:http";
import { Refusal } from "./refusal.ts";

/**
 * Reads a request body of at most `limit` bytes. Undefined: the client went away
 * before it had sent all. Throws 413 when it is longer; the rest is read and
 * thrown away, so that the client gets the answer instead of a broken pipe.
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let length = 0;
    const refuse = () => {
      parts.length = 0;
      request.resume();
      reject(new Refusal(413, "BadRequest", "The maximum request length supported is 4MB."));
    };
    if (Number(request.headers["content-length"] ?? 0) > limit) {
      refuse();
      return;
    }
    request.on("data", (part: Buffer) => {
      length += part.length;
      if (length > limit) {
        refuse();
      } else {
        parts.push(part);
      }
    });
    request.on("end", () => {
      resolve(parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts));
    });
    request.on("close", () => resolve(undefined));
    request.on("error", () => resolve(undefined));
  });
}
