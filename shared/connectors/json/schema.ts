import { z } from "zod";

/** More than any network's group or album holds; what lies beyond stays in the raw message. */
const LONGEST_LIST = 100_000;
const MOST_FILES = 1_000;

/** Text, however JSON wrote it. An integer above 2^53 has lost digits already, and is no longer that id. */
const Text = z
  .union([
    z.string(),
    z.int().transform(String),
    z
      .number()
      .refine((it) => !Number.isInteger(it))
      .transform(String),
    z.boolean().transform(String),
  ])
  .nullish();

/** A number of bytes or milliseconds, which some writers put in quotes. */
const Count = z
  .union([z.number(), z.string().regex(/^\d{1,15}$/).transform(Number), z.literal("").transform(() => undefined)])
  .nullish();

/** A moment as written: epoch milliseconds or ISO 8601. */
const Time = z.union([z.number(), z.string()]).nullish();

const Flag = z.union([z.boolean(), z.enum(["true", "false"]).transform((it) => it === "true")]).nullish();

const Unreadable = z.unknown().transform(() => undefined);

/**
 * A list in which a lone entry counts as a list of one. An entry that does not
 * fit becomes `undefined`, and so do, as one, all that lie beyond `longest`: the
 * reader says that something could not be read, and drops none of the others.
 */
function list<T extends z.ZodType>(entry: T, longest: number) {
  return z
    .preprocess((value) => {
      if (value === undefined || value === null || value === "") return [];
      if (!Array.isArray(value)) return [value];
      const entries = value.length > longest ? [...value.slice(0, longest), beyond] : value;
      return entries.filter((it) => it !== null && it !== "");
    }, z.array(z.union([entry, Unreadable])))
    .optional();
}
const beyond = Symbol("entries beyond the longest list");

const names = {
  firstName: Text,
  lastName: Text,
  // As a Java class of the gateway spells it.
  lastNname: Text,
  name: Text,
  email: Text,
  emailAddress: Text,
};

/** A person as any shape names one: a bare value, `{value, type}`, or with names and an address. */
export const Contact = z.union([
  z.string().transform((value) => ({ value })),
  z.int().transform((value) => ({ value: String(value) })),
  z.object({ value: Text, ...names, fullName: z.object(names).nullish() }),
]);
export type Contact = Readonly<{ value?: string | null | undefined }> &
  Partial<Readonly<z.infer<z.ZodObject<typeof names & { fullName: z.ZodOptional<z.ZodNullable<z.ZodObject<typeof names>>> }>>>>;

/** Both attachment forms, and the one of the gateway's fragments that calls the content `value`. */
export const File = z.object({
  name: Text,
  contentType: Text,
  content: z.string().nullish(),
  value: z.string().nullish(),
  attachSize: Count,
  attachmentSize: Count,
  attachSizeEncrypted: Count,
  attacheSizeEncrypted: Count,
});
export type File = Readonly<z.infer<typeof File>>;

export const CallInfo = z.object({
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

const Place = z.object({
  latitude: Count.or(z.coerce.number()),
  longitude: Count.or(z.coerce.number()),
  name: Text,
  address: Text,
});

/**
 * Every field that is read, under each name that a shape gives it.
 *
 * The shapes hold the same things and mix in the wild, so one schema reads them
 * all; `shapeOf` only decides whether an object is a shape we know.
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
    .union([list(Contact, LONGEST_LIST), z.record(z.string(), z.unknown())])
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
  gatewayReceivedDate: Time,
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
  securityContent: z.unknown(),
  textSizeEncrypted: Count,
  // kept, not shown
  subscriberId: Text,
  ban: Text,
  contentType: Text,
  enterpriseSMSNumber: Text,
});
export type Fields = Readonly<z.infer<typeof Fields>>;
