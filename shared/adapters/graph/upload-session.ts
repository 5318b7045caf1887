import { classify } from "../../domain/error-table.ts";
import { contentOf, isServed, refusal } from "./answer.ts";
import { isLoopback } from "./clouds.ts";
import { GraphFailure } from "./graph-failure.ts";
import { type HttpRequest, sendHttp } from "./http-sender.ts";

/**
 * The URL of an upload session. Whoever has it may write: it is kept in memory
 * only, and is in no log, error or entry.
 */
export interface UploadUrl {
  /**
   * Sends bytes that begin at `start`. Returns where the next ones must begin;
   * undefined when the file is complete.
   */
  put(bytes: Uint8Array, start: number, total: number): Promise<number | undefined>;
  /** Where the next bytes must begin. */
  next(): Promise<number>;
}

/** 3.2 MB at the least speed a connection may have. */
const RANGE_MS = 60_000;
const LOOK_UP_MS = 30_000;

/** Throws when Graph gives a URL to which nothing may be sent in the clear. */
export function uploadUrl(text: string, now: () => Date): UploadUrl {
  if (!URL.canParse(text) || (!text.startsWith("https://") && !isLoopback(text))) {
    throw new Error("Graph gave an upload URL that is not https; it was not used");
  }

  /** No Authorization: the URL carries its own, and Graph's token is for another audience. */
  async function ask(request: Omit<HttpRequest, "url">): Promise<object | undefined> {
    const answer = await sendHttp({ ...request, url: text });
    if (!isServed(answer)) throw sessionRefusal(refusal(answer, now()));
    // The answer to the last range, 201, has no body.
    return answer.status === 201 ? undefined : contentOf(answer);
  }

  return {
    async put(bytes, start, total) {
      const headers = {
        "Content-Type": "application/octet-stream",
        "Content-Range": `bytes ${start}-${start + bytes.length - 1}/${total}`,
      };
      const answer = await ask({ method: "PUT", headers, body: bytes, timeoutMs: RANGE_MS });
      return answer === undefined ? undefined : nextOf(answer);
    },
    async next() {
      return nextOf(await ask({ method: "GET", headers: {}, timeoutMs: LOOK_UP_MS }));
    },
  };
}

/**
 * Where the next bytes must begin. The two answers that say so differ: the one to
 * the creation has `nextExpectedRanges: ["0-"]`, the one to a range
 * `NextExpectedRanges: ["2097152"]`.
 */
export function nextOf(answer: unknown): number {
  const { nextExpectedRanges, NextExpectedRanges } = (answer ?? {}) as {
    nextExpectedRanges?: unknown;
    NextExpectedRanges?: unknown;
  };
  const [first] = [nextExpectedRanges ?? NextExpectedRanges].flat();
  const start = /^(\d{1,12})(-\d*)?$/.exec(String(first))?.[1];
  if (start === undefined) {
    throw new GraphFailure({ status: 416, code: "" });
  }
  return Number(start);
}

/**
 * An upload URL that is over says 401 or 403, as if the app had lost its consent.
 * It is the session that is gone, and the file that must begin again.
 */
function sessionRefusal(error: GraphFailure): GraphFailure {
  const { failure, requestId } = error;
  const isOver = classify(failure).class === "app" || [401, 403].includes(failure.status);
  return isOver ? new GraphFailure({ status: 410, code: "" }, requestId) : error;
}
