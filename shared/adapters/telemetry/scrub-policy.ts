import { type ScrubOptions, scrub } from "./scrub.ts";

/** A request on its way to the ingestion endpoint, as `@azure/core-rest-pipeline` hands it to a policy. */
interface OutgoingRequest {
  body?: unknown;
}

/**
 * The last gate before the network: whatever the packages put into a request, only
 * what the scrubber lets through is sent. What cannot be read is not sent at all.
 */
export function scrubPolicy(options: ScrubOptions) {
  return {
    name: "archiver-scrub",
    sendRequest<R extends OutgoingRequest, A>(request: R, next: (request: R) => Promise<A>) {
      request.body = JSON.stringify(scrub(envelopesOf(request.body), options));
      return next(request);
    },
  };
}

function envelopesOf(body: unknown): readonly unknown[] {
  const parsed: unknown = typeof body === "string" ? JSON.parse(body) : body;
  if (!Array.isArray(parsed)) throw new TypeError("Telemetry that cannot be read is not sent.");
  return parsed;
}
