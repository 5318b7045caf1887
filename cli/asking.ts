import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { CommandError, exitCodes, type Io } from "./io.ts";

/** Asks a person, one question after the other. */
export interface Asking {
  /** What is answered, or the default when nothing is; again until `check` has no fault to tell. */
  ask(
    question: string,
    options?: { default?: string; check?: (answer: string) => string | undefined },
  ): Promise<string>;
  choose<T extends string>(question: string, choices: readonly T[], fallback?: T): Promise<T>;
  confirm(question: string, fallback: boolean): Promise<boolean>;
  say(text: string): void;
  close(): void;
}

export function asking(io: Pick<Io, "in" | "err">): Asking {
  // Questions are no part of a command's answer.
  const output = new Writable({
    write(chunk, _encoding, done) {
      io.err.write(chunk, done);
    },
  });
  const lines = createInterface({ input: io.in, output });
  const iterator = lines[Symbol.asyncIterator]();

  async function line(question: string): Promise<string> {
    io.err.write(question);
    const { value, done } = await iterator.next();
    if (done) throw new CommandError(exitCodes.usage, "\nThe answers ended: nothing was written.");
    return value.trim();
  }

  const ask: Asking["ask"] = async (question, { default: fallback, check } = {}) => {
    for (;;) {
      const hint = fallback === undefined ? "" : ` [${fallback}]`;
      const answer = (await line(`${question}${hint}: `)) || (fallback ?? "");
      const fault = answer === "" ? "an answer is needed" : check?.(answer);
      if (fault === undefined) return answer;
      io.err.write(`  ${fault}\n`);
    }
  };

  return {
    ask,
    async choose(question, choices, fallback) {
      const check = (answer: string) =>
        choices.some((it) => it === answer) ? undefined : `one of ${choices.join(", ")}`;
      const options = { check, ...(fallback !== undefined && { default: fallback }) };
      return (await ask(
        `${question} (${choices.join(", ")})`,
        options,
      )) as (typeof choices)[number];
    },
    async confirm(question, fallback) {
      const answer = await ask(`${question} (y/n)`, {
        default: fallback ? "y" : "n",
        check: (it) => (/^[yn]$/i.test(it) ? undefined : "y or n"),
      });
      return answer.toLowerCase() === "y";
    },
    say: (text) => void io.err.write(`${text}\n`),
    close: () => lines.close(),
  };
}
