/** A message that a user could see with fewer attachments than it has, or a later one of its kind had. */
export interface Half {
  readonly mailbox: string;
  readonly internetMessageId: string;
  /** Immutable id of the message that was seen. */
  readonly messageId: string;
  readonly folder: string;
  readonly attachmentsSeen: number;
  readonly attachmentsAtMost: number;
  readonly at: string;
}

/** A look at one message, taken whenever it is created, moved, or gains or loses an attachment. */
interface Sighting {
  readonly mailbox: string;
  readonly internetMessageId: string;
  readonly messageId: string;
  readonly attachments: number;
  /** The folder's name when a user sees what lies in it; undefined when it is hidden. */
  readonly visibleIn: string | undefined;
  readonly at: Date;
}

export interface Halves {
  note(sighting: Sighting): void;
  list(): Half[];
  clear(): void;
}

interface Known {
  most: number;
  least: Sighting | undefined;
}

/**
 * Finds messages that anybody could have seen by halves.
 *
 * Messages with one `internetMessageId` in one mailbox are taken together: half a
 * message that was thrown into Deleted Items and then made anew, whole, was still
 * seen by halves.
 */
export function halvesSeen(): Halves {
  const known = new Map<string, Known>();
  return {
    note(sighting) {
      const key = `${sighting.mailbox}\n${sighting.internetMessageId.toLowerCase()}`;
      const seen = known.get(key) ?? { most: 0, least: undefined };
      known.set(key, seen);
      seen.most = Math.max(seen.most, sighting.attachments);
      const isFewer = sighting.attachments < (seen.least?.attachments ?? Infinity);
      if (sighting.visibleIn !== undefined && isFewer) {
        seen.least = sighting;
      }
    },
    list: () => [...known.values()].flatMap(halfOf),
    clear: () => known.clear(),
  };
}

function halfOf({ most, least }: Known): Half[] {
  if (!least || least.attachments >= most) {
    return [];
  }
  return [
    {
      mailbox: least.mailbox,
      internetMessageId: least.internetMessageId,
      messageId: least.messageId,
      folder: least.visibleIn ?? "",
      attachmentsSeen: least.attachments,
      attachmentsAtMost: most,
      at: least.at.toISOString(),
    },
  ];
}
