import type { Call, Detail } from "../../domain/message.ts";
import { utc } from "../utc.ts";
import { readTime } from "./read-time.ts";
import type { CallInfo, Fields } from "./schema.ts";

const STATUSES = [
  "Call OK",
  "Missed",
  "Failed",
  "Voice Mail",
  "Rejected",
  "Busy",
  "Blocked",
  "Answered Externally",
];
const LONGEST_SECONDS = 7 * 24 * 3600;

export interface ReadCall {
  readonly call: Call;
  readonly isVoiceMail: boolean;
  /** As TeleMessage's subjects have it: missed or rejected. */
  readonly isUnanswered: boolean;
  readonly startedAt?: Date;
  readonly details: readonly Detail[];
  readonly notices: readonly string[];
}

/** A call's status in words, its duration, and whether it was a video call, when the source says so. */
export function readCall(fields: Fields, isVideo: boolean | undefined): ReadCall {
  const info: CallInfo = fields.callInfo ?? {};
  const status = statusOf(info.callStatus?.trim() ?? "");
  const startedAt = readTime(info.startTime);
  const endedAt = readTime(info.endTime);
  const seconds =
    info.callDurationInMillis !== undefined && info.callDurationInMillis !== null
      ? info.callDurationInMillis / 1000
      : startedAt && endedAt && (endedAt.getTime() - startedAt.getTime()) / 1000;
  const isPlausible = seconds !== undefined && seconds >= 0 && seconds <= LONGEST_SECONDS;

  return {
    call: {
      status,
      ...(isPlausible && { durationSeconds: Math.round(seconds) }),
      ...(isVideo !== undefined && { video: isVideo }),
    },
    isVoiceMail: status === "Voice Mail",
    isUnanswered: status === "Missed" || status === "Rejected",
    ...(startedAt && { startedAt }),
    details: [
      ...(startedAt ? [{ label: "Call started", value: utc(startedAt) }] : []),
      ...(endedAt ? [{ label: "Call ended", value: utc(endedAt) }] : []),
    ],
    notices:
      seconds === undefined || isPlausible
        ? []
        : ["The source gives a duration of the call that cannot be; it is left out here."],
  };
}

/** `2` is `Missed`; what is no such number is shown as it came. */
function statusOf(code: string): string {
  return STATUSES[Number(code) - 1] ?? (code || "unknown");
}
