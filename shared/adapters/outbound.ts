import { type LookupAddress, type LookupOptions, lookup as systemLookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { domainToASCII } from "node:url";
import { SourceError } from "../domain/errors.ts";

/** Asks the DNS for every address of a name. */
export type ResolveAll = (hostname: string) => Promise<readonly LookupAddress[]>;

/**
 * Which hosts a source may be, and which addresses they may have.
 *
 * A connector file names a host and a port, and whoever can write one could make
 * the app knock at addresses that only the app can reach: the metadata service
 * that gives out its identity, or the customer's own network.
 */
export interface Outbound {
  /** Off Azure, `localhost` and loopback addresses may be sources: the local stack. */
  isLoopbackAllowed(hostname: string): boolean;
  /**
   * Throws `SourceError` (`stopped`) for a host that is not listed, or is a refused
   * address itself: for an address nothing is looked up, so `lookup` is not asked.
   */
  check(hostname: string, port: number): void;
  /**
   * For `lookup` of `net.connect` and `https.request`: the check is made on the
   * very addresses that are connected to. A name that was checked before and is
   * looked up again to connect could have moved in between.
   */
  lookup(hostname: string, port: number): LookupFunction;
}

/**
 * The rules of `SOURCE_ALLOWED_HOSTS` (host names, each with a port or for any
 * port; without it any host may be a source) and of the place we run at.
 *
 * Refused wherever they come from: link-local and metadata addresses, and on
 * Azure loopback. Private addresses are for listed hosts only.
 */
export function outboundRules(options: {
  allowedHosts: readonly string[] | undefined;
  onAzure: boolean;
  resolveAll?: ResolveAll;
}): Outbound {
  const { onAzure, resolveAll = systemResolveAll } = options;
  const listed = options.allowedHosts?.map(parseAllowedHost);

  const isListed = (hostname: string, port: number): boolean =>
    listed?.some((it) => it.hostname === hostname && (it.port ?? port) === port) ?? false;

  const isLoopbackAllowed = (hostname: string): boolean => {
    const name = normalHostname(hostname);
    return !onAzure && (name === "localhost" || (isIP(name) !== 0 && kindOf(name) === "loopback"));
  };

  function checkAddress(address: string, hostname: string, port: number): void {
    const kind = kindOf(address);
    const isAllowed =
      kind === "public" ||
      // A foreign name that points here is an attack, off Azure too.
      (kind === "loopback" && isLoopbackAllowed(hostname)) ||
      (kind === "private" && isListed(normalHostname(hostname), port));
    if (!isAllowed) throw new SourceError("stopped", `${kind}-address`);
  }

  function check(hostname: string, port: number): void {
    const name = normalHostname(hostname);
    if (listed && !isListed(name, port)) throw new SourceError("stopped", "host-not-allowed");
    if (isIP(name)) checkAddress(name, hostname, port);
  }

  async function resolve(hostname: string, port: number): Promise<LookupAddress[]> {
    check(hostname, port);
    const name = normalHostname(hostname);
    const family = isIP(name);
    const found = family ? [{ address: name, family }] : await resolveAll(name);
    // One refused address among good ones would otherwise be the one that is connected to.
    for (const { address } of found) checkAddress(address, hostname, port);
    return [...found];
  }

  return {
    isLoopbackAllowed,
    check,

    lookup: (hostname, port) => (_asked, options: LookupOptions, callback) => {
      resolve(hostname, port).then(
        (found) => {
          if (options.all) return callback(null, found);
          const [first] = found;
          if (first) return callback(null, first.address, first.family);
          return callback(new SourceError("unavailable", "name-not-found"), "");
        },
        (error: Error) => callback(error, ""),
      );
    },
  };
}

type AddressKind = "public" | "private" | "loopback" | "link-local" | "metadata" | "reserved";

/** Checked in this order: a metadata address lies within a wider span. */
const SPANS: readonly (readonly [AddressKind, ...(readonly string[])])[] = [
  // Azure's own two (instance metadata, and the platform's at a public address), then AWS's and Alibaba's.
  ["metadata", "169.254.169.254/32", "168.63.129.16/32", "fd00:ec2::254/128", "100.100.100.200/32"],
  ["loopback", "127.0.0.0/8", "::1/128"],
  ["link-local", "169.254.0.0/16", "fe80::/10"],
  ["private", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"],
  // "This host", multicast, the class E rest; and the IPv6 spans that wrap an IPv4 address we would not see.
  ["reserved", "0.0.0.0/8", "224.0.0.0/4", "240.0.0.0/4"],
  ["reserved", "::/128", "ff00::/8", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"],
];

const blocks = SPANS.map(([kind, ...spans]) => {
  const list = new BlockList();
  for (const span of spans) {
    const [network = "", prefix] = span.split("/");
    list.addSubnet(network, Number(prefix), isIP(network) === 6 ? "ipv6" : "ipv4");
  }
  return { kind, list };
});

function kindOf(address: string): AddressKind {
  const [bare = ""] = address.split("%");
  const family = isIP(bare);
  if (family === 0) return "reserved";
  // A `BlockList` takes `::ffff:127.0.0.1` for the IPv4 address that it is.
  return (
    blocks.find(({ list }) => list.check(bare, family === 6 ? "ipv6" : "ipv4"))?.kind ?? "public"
  );
}

function parseAllowedHost(entry: string): { hostname: string; port: number | undefined } {
  const [, host = entry, port] = /^(.*?)(?::(\d+))?$/.exec(entry.trim()) ?? [];
  // `::1` without brackets would lose its last group to the port.
  if (isIP(entry.trim()) === 6) return { hostname: entry.trim(), port: undefined };
  return { hostname: normalHostname(host), port: port ? Number(port) : undefined };
}

/** As it is compared: lower case, punycode, no brackets, no dot at the end. */
function normalHostname(hostname: string): string {
  const bare = hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
  return isIP(bare) ? bare.toLowerCase() : domainToASCII(bare);
}

function systemResolveAll(hostname: string): Promise<LookupAddress[]> {
  return new Promise((resolve, reject) => {
    systemLookup(hostname, { all: true }, (error, found) =>
      error ? reject(error) : resolve(found),
    );
  });
}
