import {
  type CountryCode,
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberWithError,
} from "libphonenumber-js";

/** A number's digits: how numbers are compared. `00` before it is only another way to write `+`. */
export function digitsOf(number: string): string {
  const digits = number.replace(/\D/g, "");
  return digits.startsWith("00") ? digits.slice(2) : digits;
}

/** The longest national number, trunk prefix included; whatever is longer is international. */
const LONGEST_NATIONAL = 11;

/**
 * The international digits of a number in a national form, `020 7946 0018` →
 * `442079460018`; nothing when it is in none.
 *
 * A number without the trunk zero must be a valid one of the country: ten digits
 * may as well be somebody's abroad, and a wrong guess archives a stranger's words.
 * Only what can be national is parsed, since a parse costs more than reading the row.
 */
export function internationalDigits(number: string, country: string): string | undefined {
  const digits = number.replace(/\D/g, "");
  if (number.trim().startsWith("+") || digits.startsWith("00")) return undefined;
  if (digits.length > LONGEST_NATIONAL || !isSupportedCountry(country)) return undefined;
  try {
    const parsed = parsePhoneNumberWithError(digits, country as CountryCode);
    if (parsed.countryCallingCode !== getCountryCallingCode(country)) return undefined;
    const sure = digits.startsWith("0") ? parsed.isPossible() : parsed.isValid();
    return sure ? parsed.number.slice(1) : undefined;
  } catch {
    // Not a number at all by the country's rules: compared as the digits it has.
    return undefined;
  }
}
