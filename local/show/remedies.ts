/** What a person does about items that are set aside with each code. */
const REMEDIES: Readonly<Record<string, string>> = {
  unmapped: "nobody in it has a mailbox here: add the number to the mapping file, redrive",
  oversize: 'larger than the limit: raise maxItemBytes or choose "oversize": "strip", redrive',
  malformed: "cannot be read: look at the raw blob, ask the source",
  encrypted: "encrypted at the source: have it delivered in the clear, redrive",
  "mailbox-unavailable":
    "no mailbox that can be written: check its licence or the mapping, redrive",
  "rejected-by-exchange": "Exchange refused it: see the entry's detail",
  "deferred-too-long": "waited for seven days: see the entry's detail, redrive",
  "tries-exhausted": "failed five times in a way nobody foresaw: report it, redrive",
};

export function remedyOf(code: string): string {
  return REMEDIES[code] ?? "see the entry's detail";
}
