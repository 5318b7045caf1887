export type GraphCloud = "global" | "usgov" | "dod" | "china";

export interface CloudFacts {
  /** Scheme and host, without the version. */
  readonly baseUrl: string;
  /** Where Microsoft Entra ID signs the app in. */
  readonly authority: string;
  /** `permanentDelete` of a message is documented for the global cloud only. */
  readonly permanentDelete: boolean;
  /** The US Government schemas do not advertise upload sessions for mail; whether the service refuses them is not known. */
  readonly uploadSessions: "documented" | "unconfirmed";
}

/** One line a national cloud (learn.microsoft.com/graph/deployments). */
export const clouds: Readonly<Record<GraphCloud, CloudFacts>> = {
  global: {
    baseUrl: "https://graph.microsoft.com",
    authority: "https://login.microsoftonline.com",
    permanentDelete: true,
    uploadSessions: "documented",
  },
  usgov: {
    baseUrl: "https://graph.microsoft.us",
    authority: "https://login.microsoftonline.us",
    permanentDelete: false,
    uploadSessions: "unconfirmed",
  },
  dod: {
    baseUrl: "https://dod-graph.microsoft.us",
    authority: "https://login.microsoftonline.us",
    permanentDelete: false,
    uploadSessions: "unconfirmed",
  },
  china: {
    baseUrl: "https://microsoftgraph.chinacloudapi.cn",
    authority: "https://login.chinacloudapi.cn",
    permanentDelete: false,
    uploadSessions: "documented",
  },
};

/** The scope a token is asked for: it must name the cloud's own Graph. */
export function scopeOf(cloud: GraphCloud): string {
  return `${clouds[cloud].baseUrl}/.default`;
}

/** Plain http, and a token that never expires, are for a stand-in on this machine. */
export function isLoopback(url: string): boolean {
  return URL.canParse(url) && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(new URL(url).hostname);
}
