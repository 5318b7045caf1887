import { madeUpGuid } from "./random.ts";

/** Someone who takes part in a chat, as TeleMessage knows them. */
export interface Person {
  readonly first: string;
  readonly last: string;
  /** Digits without `+`: TeleMessage's login name. */
  readonly mobile: string;
  /** The *User's Email address*, where TeleMessage has one. */
  readonly email?: string;
}

/** A user of the Microsoft 365 tenant, as the directory gives it. */
export interface DirectoryUser {
  readonly id: string;
  readonly userPrincipalName: string;
  readonly mail: string;
  readonly displayName: string;
  readonly proxyAddresses: readonly string[];
}

export const mailboxes = {
  ann: "ann@contoso.com",
  bob: "bob@contoso.com",
  carol: "carol@contoso.com",
  /** The sign-in name is not the mail address: whoever looks by name alone misses him. */
  dan: "dan@contoso.onmicrosoft.com",
} as const;

export const directoryUsers: readonly DirectoryUser[] = [
  user("Ann", mailboxes.ann, "ann@contoso.com"),
  user("Bob", mailboxes.bob, "bob@contoso.com"),
  user("Carol", mailboxes.carol, "carol@contoso.com"),
  user("Dan", mailboxes.dan, "dan@contoso.com", "dan.example@contoso.com"),
];

export const ann = person("Ann", "15550101", "ann@contoso.com");
export const bob = person("Bob", "15550102", "bob@contoso.com");
/** TeleMessage has no address of hers: only the custom CSV knows whose number this is. */
export const carol: Person = { first: "Carol", last: "Example", mobile: "445204334324" };
export const dan = person("Dan", "8613800000004", "dan@contoso.com");
/** Dan under another address of his mailbox, in other letters. */
export const danByAlias = person("Dan", "8613800000014", "Dan.Example@Contoso.com");
/** Carol's second telephone, once Dan's: TeleMessage still has his address, the CSV has hers. */
export const handedOver = person("Desk", "15550105", "dan@contoso.com");
/** The CSV sends this number to a mailbox that is gone, TeleMessage to Bob's. */
export const moved = person("Bob", "15550106", "bob@contoso.com");
/** Registered at TeleMessage, but in no mapping and with no address. */
export const temp: Person = { first: "Temp", last: "Example", mobile: "15550199" };
/** People outside of the organisation. */
export const client = person("Client", "8613800000091", "client@fabrikam.example");
export const broker: Person = { first: "Broker", last: "Example", mobile: "15550192" };

function person(first: string, mobile: string, email: string): Person {
  return { first, last: "Example", mobile, email };
}

function user(first: string, name: string, mail: string, ...aliases: string[]): DirectoryUser {
  return {
    id: madeUpGuid("user", name),
    userPrincipalName: name,
    mail,
    displayName: `${first} Example`,
    proxyAddresses: [`SMTP:${mail}`, ...aliases.map((alias) => `smtp:${alias}`)],
  };
}
