import { z } from "zod";

/** More than any network's group holds; what lies beyond stays in the raw message. */
const LONGEST_LIST = 100_000;
const MOST_FILES = 1_000;

/** Text, however JSON wrote it. An integer above 2^53 has lost digits already: it is no longer that id. */
const Text = z
  .union([
    z.string(),
    z
      .number()
      .refine((it) => Number.isSafeInteger(it) || !Number.isInteger(it))
      .transform(String),
    z.boolean().transform(String),
  ])
  .nullish();

/** A number of bytes or milliseconds, which some writers put in quotes. */
const Count = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\d{0,15}$/)
      .transform(Number),
  ])
  .nullish();

const Coordinate = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^[+-]?\d{1,3}(\.\d+)?$/)
      .transform(Number),
  ])
  .nullish();

/** A moment as written: epoch milliseconds or ISO 8601. */
const Time = z.union([z.number(), z.string()]).nullish();

const Flag = z
  .union([z.boolean(), z.enum(["true", "false"]).transform((it) => it === "true")])
  .nullish();

/** Stands, once, for the entries of a list that are too many to read. */
const beyond = Symbol("beyond");
const Unreadable = z.unknown().transform(() => undefined);

/**
 * A list in which a lone entry counts as a list of one. An entry that does not
 * fit becomes `undefined`, so that the reader can say so and keep the others.
 */
function list<T extends z.ZodType>(entry: T, longest: number) {
  return z
    .preprocess(
      (value) => {
        if (value === undefined || value === null || value === "") return [];
        if (!Array.isArray(value)) return [value];
        const entries = value.length > longest ? [...value.slice(0, longest), beyond] : value;
        return entries.filter((it) => it !== null && it !== "");
      },
      z.array(z.union([entry, Unreadable])),
    )
    .optional();
}

const naming = { name: Text, firstName: Text, lastName: Text, email: Text, emailAddress: Text };

/** A person as any shape names one: a bare value, `{value, type}`, or with names and an address. */
const Contact = z.preprocess(
  (value) => (typeof value === "object" ? value : { value }),
  z.object({ value: Text, ...naming, fullName: z.union([Text, z.object(naming)]) }),
);
export type Contact = Readonly<z.infer<typeof Contact>>;

/** What an entry of `participantEnrichments` says of the person whom its key names. */
export const Enrichment = z.object(naming);

/** Both attachment forms, and that of the gateway's fragments, which call the content `value`. */
const File = z.object({
  name: Text,
  contentType: Text,
  content: z.string().nullish(),
  value: z.string().nullish(),
  attachSize: Count,
  attachmentSize: Count,
  attachSizeEncrypted: Count,
});
export type File = Readonly<z.infer<typeof File>>;

const CallInfo = z.object({
  callID: Text,
  recipientNum: Text,
  callStatus: Text,
  startTime: Time,
  endTime: Time,
  callDurationInMillis: Count,
});
export type CallInfo = Readonly<z.infer<typeof CallInfo>>;

const Group = z.object({ name: Text, id: Text, type: Text });
const Segment = z.object({ pieceNumber: Count, segmentedId: Text, totalPieces: Count });
const Place = z.object({ latitude: Coordinate, longitude: Coordinate, name: Text, address: Text });

/**
 * Every field that is read, under each name that a shape gives it.
 *
 * The shapes hold the same things and mix in the wild, so one schema reads them
 * all; `shapeOf` decides only whether an object is of a shape we know.
 */
export const Fields = z.object({
  // who
  owner: Contact.nullish(),
  msisdn: Contact.nullish(),
  sender: Contact.nullish(),
  from: Contact.nullish(),
  recipients: list(Contact, LONGEST_LIST),
  to: list(Contact, LONGEST_LIST),
  fromEnriched: Contact.nullish(),
  toEnriched: list(Contact, LONGEST_LIST),
  participantEnrichments: z
    .union([z.record(z.string(), z.unknown()), list(Contact, LONGEST_LIST)])
    .nullish(),
  direction: Text,
  // where
  groupMessage: Flag,
  groupName: z.union([Text, Group]),
  group: Group.nullish(),
  dialogGroupName: Text,
  dialogGroupId: Text,
  chatType: Text,
  networkType: Text,
  sourceType: Text,
  providerNetwork: Text,
  // when
  messageTime: Time,
  messageDate: Time,
  gatewayReceivedDate: Text,
  // what
  messageId: Text,
  nativeId: Text,
  originalMessageId: Text,
  messageType: Text,
  messageContext: Text,
  eventType: Text,
  subject: Text,
  text: Text,
  textContent: Text,
  messageContent: Text,
  attachment: list(File, MOST_FILES),
  callInfo: CallInfo.nullish(),
  segmentedData: Segment.nullish(),
  location: Place.nullish(),
  // encrypted
  securityContent: z.unknown().optional(),
  textSizeEncrypted: Count,
  // kept in headers, not shown
  subscriberId: Text,
  ban: Text,
  enterpriseSMSNumber: Text,
});
export type Fields = Readonly<z.infer<typeof Fields>>;
