import type { Participant } from "../../domain/message.ts";
import { digitsOf, internationalDigits } from "../../mapping/phone.ts";

/** What a participant is known by in the mapping file and in reports. */
export function identityOf({ number, address, handle, name }: Participant): string {
  return number ?? address ?? handle ?? name ?? "";
}

/** Whether a participant has this number, in whichever form each is written. */
export function hasNumber(
  { number }: Participant,
  asked: string,
  defaultCountry: string | undefined,
): boolean {
  if (number === undefined) return false;
  const forms = (text: string) => {
    const digits = digitsOf(text);
    return [digits, (defaultCountry && internationalDigits(text, defaultCountry)) || digits];
  };
  const wanted = forms(asked);
  return forms(number).some((form) => form !== "" && wanted.includes(form));
}
