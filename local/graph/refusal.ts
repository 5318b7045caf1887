/**
 * A request that Graph would not serve: status, code and message as Graph words
 * them, where public reports name the words.
 */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** The body of an error answer, in Graph's shape. */
export function errorBody(refusal: Refusal, ids: { request: string; client: string; at: Date }) {
  return {
    error: {
      code: refusal.code,
      message: refusal.message,
      innerError: {
        date: ids.at.toISOString().slice(0, 19),
        "request-id": ids.request,
        "client-request-id": ids.client,
      },
    },
  };
}

export function badRequest(message: string): Refusal {
  return new Refusal(400, "BadRequest", message);
}

/** What Exchange says of an id it knows the form of, but not the thing. */
export function itemNotFound(): Refusal {
  return new Refusal(
    404,
    "ErrorItemNotFound",
    "The specified object was not found in the store., The process failed to get the correct properties.",
  );
}

export function malformedId(): Refusal {
  return new Refusal(400, "ErrorInvalidIdMalformed", "Id is malformed.");
}

/** Graph has it, the stand-in does not: said loudly, so that no test passes on a silence. */
export function notInStandIn(what: string): Refusal {
  return new Refusal(501, "NotImplemented", `The stand-in does not offer ${what}.`);
}
