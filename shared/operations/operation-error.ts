/** An operator asked for something that cannot be: the message names it and the remedy, and no person. */
export class OperationError extends Error {
  override readonly name = "OperationError";
  readonly code: "not-found" | "bad-request" | "conflict" | "source-failed";

  constructor(code: OperationError["code"], message: string) {
    super(message);
    this.code = code;
  }
}
