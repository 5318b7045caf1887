import { type MappingResult, mapParticipant } from "../domain/mapping.ts";
import type { Participant } from "../domain/message.ts";
import type { Connector } from "./connector.ts";
import { eachLimited } from "./each-limited.ts";
import type { Configuration, Directory } from "./ports.ts";

/** Participants asked about at once; the directory remembers, and shares equal questions. */
const AT_ONCE = 8;

export interface MappedMessage {
  /** Every mailbox that gets the item, once, in the order of the participants. */
  readonly mailboxes: readonly string[];
  /** The participants behind them. */
  readonly mapped: ReadonlySet<Participant>;
  /** Which rule mapped each mailbox: ids and row numbers only. */
  readonly mappedBy: readonly Extract<MappingResult, { kind: "mapped" }>[];
}

/**
 * Finds the mailboxes of a message: one for each participant who is ours.
 *
 * `at` is the message's own time: whose the number was then. Throws `DeferredError`
 * when the directory does not answer: an item is never unmapped for want of one.
 */
export async function mapMessage(
  participants: readonly Participant[],
  connector: Connector,
  at: Date,
  { configuration, directory }: { configuration: Configuration; directory: Directory },
): Promise<MappedMessage> {
  const custom = await configuration.mapping(connector);
  const { automatic } = connector.mapping;
  const resolve = (address: string) => directory.resolve(address);

  const results = new Map<Participant, MappingResult>();
  await eachLimited(participants, AT_ONCE, async (participant) => {
    results.set(participant, await mapParticipant(participant, { custom, automatic, resolve, at }));
  });

  const mapped = new Set<Participant>();
  const byMailbox = new Map<string, Extract<MappingResult, { kind: "mapped" }>>();
  for (const participant of participants) {
    const result = results.get(participant);
    if (result?.kind !== "mapped") continue;
    mapped.add(participant);
    if (!byMailbox.has(result.mailbox)) byMailbox.set(result.mailbox, result);
  }
  return { mailboxes: [...byMailbox.keys()], mapped, mappedBy: [...byMailbox.values()] };
}
