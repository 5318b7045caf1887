import type { MadeFile } from "./item.ts";
import type { Person } from "./people.ts";

export interface Group {
  readonly id: string;
  readonly name: string;
}

/** Something that happened on a telephone and was archived, before it takes a shape. */
export interface Archived {
  readonly id: string;
  readonly at: Date;
  readonly receivedAt: Date;
  /** As TeleMessage names it: `WeChat`, `WeCom`, `WhatsApp`. */
  readonly network: string;
  /** `Sms`, `Mms`, `Event`, `Call` or what no reader knows. */
  readonly messageType: string;
  readonly from: Person;
  readonly to: readonly Person[];
  /** Whose telephone was archived. */
  readonly owner: Person;
  readonly subject: string;
  readonly text: string;
  readonly group: Group | undefined;
  readonly files: readonly MadeFile[];
  readonly status: "READ" | "UNREAD" | "UNKNOWN";
  /** What the telephone shows of a person, in mail: `First Last Mobile`, or `Mobile`. */
  readonly displayFormat: "name" | "mobile";
}
