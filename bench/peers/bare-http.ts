import { Agent, type OutgoingHttpHeaders, request } from "node:http";

/** Requests with nothing around them but Node's own HTTP. */
export function bareHttp(baseUrl: string) {
  const agent = new Agent({ keepAlive: true });

  function send(
    method: string,
    url: string,
    headers: OutgoingHttpHeaders,
    body: string | Uint8Array,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const length = { "Content-Length": Buffer.byteLength(body) };
      const options = { method, agent, headers: { ...headers, ...length } };
      const sent = request(url, options, (answer) => {
        answer.resume();
        answer.once("end", () => {
          const { statusCode = 0 } = answer;
          if (statusCode < 300) resolve();
          else reject(new Error(`${method} ${url}: ${statusCode}`));
        });
      });
      sent.once("error", reject);
      sent.end(body);
    });
  }

  return {
    post(path: string, body: string): Promise<void> {
      const headers = {
        Authorization: "Bearer token",
        "Content-Type": "application/json",
        Prefer: 'IdType="ImmutableId"',
      };
      return send("POST", `${baseUrl}/v1.0${path}`, headers, body);
    },
    putRange(url: string, bytes: Uint8Array, start: number, total: number): Promise<void> {
      const headers = {
        "Content-Type": "application/octet-stream",
        "Content-Range": `bytes ${start}-${start + bytes.length - 1}/${total}`,
      };
      return send("PUT", url, headers, bytes);
    },
    close: () => agent.destroy(),
  };
}
