import { poisonCodes } from "../../domain/errors.ts";
import { ITEM_KEY } from "../../domain/item-key.ts";

/**
 * What the value of a property looks like: an id, a code, a count or a time.
 *
 * A text that people wrote, a name, a number or an address fits none of them, and
 * that is the point: the scrubber lets out nothing else.
 */
const CONNECTOR = /^[a-z0-9][a-z0-9-]{0,62}$/;
const COUNT = /^\d{1,16}$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

export const shapes: Readonly<Record<string, RegExp>> = {
  connector: CONNECTOR,
  // `wechat-20260105T053000000Z`, a redrive's or a back-fill's; empty for an entry that is no job.
  runId: /^(?:[a-z0-9][a-z0-9-]{0,62}-(?:[0-9A-Za-z-]{1,64}-)?\d{8}T\d{9}Z(?:-[0-9a-z]{1,32})?)?$/,
  itemKey: new RegExp(`${ITEM_KEY.source}|^$`),
  mailbox: /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/,
  outcome: oneOf(["imported", "partial"]),
  code: oneOf(poisonCodes),
  windowFrom: TIME,
  windowUntil: TIME,
  fromSource: COUNT,
  known: COUNT,
  bytes: COUNT,
  deliveries: COUNT,
  available: COUNT,
  imported: COUNT,
  partial: COUNT,
  skipped: COUNT,
  rejected: COUNT,
  pending: COUNT,
  queue: oneOf(["import-jobs", "import-jobs-poison", "webjobs-blobtrigger-poison"]),
  reason: oneOf(["consent", "outage"]),
  // Of a span: the class of what was thrown.
  error: /^[A-Za-z][A-Za-z0-9_]{0,63}$/,
  "_MS.links": /^\[(?:\{"operation_Id":"[0-9a-f]{32}","id":"[0-9a-f]{16}"\},?)*\]$/,
};

function oneOf(words: readonly string[]): RegExp {
  return new RegExp(`^(?:${words.join("|")})$`);
}
