import { type MappingResult, mapParticipant, type NotOurs } from "../../domain/mapping.ts";
import type { Participant } from "../../domain/message.ts";
import { digitsOf, internationalDigits } from "../../mapping/phone.ts";
import type { Connector } from "../../pipeline/connector.ts";
import type { OperationsPorts } from "../ports.ts";

export interface Explanation {
  readonly mapped: boolean;
  readonly mailbox?: string;
  readonly rule?: "custom" | "automatic";
  /** The row of the mapping file, its header included. */
  readonly row?: number;
  /** What was tried, in order, in sentences. */
  readonly steps: readonly string[];
}

const WHY: Readonly<Record<NotOurs, string>> = {
  "no-rule-matched": "No rule matched: the participant is not ours.",
  "custom-address-unknown": "The directory does not know the mailbox that the row names.",
  "custom-address-ambiguous": "The mailbox that the row names fits several people: never guessed.",
  "custom-address-no-mailbox": "The row names somebody whom Exchange serves no mailbox.",
  "address-unknown": "The directory does not know the participant's own address.",
  "address-ambiguous": "The participant's own address fits several people: never guessed.",
  "address-no-mailbox":
    "The participant's own address is somebody's whom Exchange serves no mailbox.",
};

/** Which rule maps a number or an address at a moment, and why. */
export async function explainMapping(
  connector: Connector,
  asked: { number?: string; address?: string; at: Date },
  { configuration, directory }: Pick<OperationsPorts, "configuration" | "directory">,
): Promise<Explanation> {
  const { automatic, custom: file, defaultCountry } = connector.mapping;
  const custom = await configuration.mapping(connector);
  const steps: string[] = [];

  if (asked.number !== undefined) {
    const digits = digitsOf(asked.number);
    steps.push(`The number is compared as the digits ${digits}.`);
    const international = defaultCountry && internationalDigits(asked.number, defaultCountry);
    if (international && international !== digits) {
      steps.push(`In ${defaultCountry} it is also ${international}.`);
    }
    const entry = custom?.find(asked.number, asked.at);
    if (file === undefined) steps.push("The connector has no custom mapping.");
    else if (entry) steps.push(`Row ${entry.row} of ${file} is in force for it then.`);
    else steps.push(`No row of ${file} is in force for it then.`);
  }
  if (asked.address !== undefined) {
    steps.push(
      automatic
        ? "Automatic mapping is on: the address is looked up where no row decides."
        : "Automatic mapping is off: the address is not looked at.",
    );
  }

  const participant: Participant = {
    role: "recipient",
    ...(asked.number !== undefined && { number: asked.number }),
    ...(asked.address !== undefined && { address: asked.address }),
  };
  const resolve = (address: string) => directory.resolve(address);
  const result = await mapParticipant(participant, { custom, automatic, resolve, at: asked.at });
  return { ...outcomeOf(result), steps: [...steps, lastStep(result)] };
}

function outcomeOf(result: MappingResult): Omit<Explanation, "steps"> {
  if (result.kind === "not-ours") return { mapped: false };
  const { mailbox, rule, row } = result;
  return { mapped: true, mailbox, rule, ...(row !== undefined && { row }) };
}

function lastStep(result: MappingResult): string {
  return result.kind === "mapped"
    ? `The directory knows one mailbox: mapped by the ${result.rule} rule.`
    : WHY[result.why];
}
