// The register as a system under test: one JSON-RPC message a line over stdin and stdout.
import { createInterface } from "node:readline";
import { Registry } from "./registry.mjs";

const registry = new Registry();

const methods = {
  describe: () => ({
    protocol: 1, name: "registry", version: "1", capabilities: ["lifecycle"], edition: "mic-2017", readings: {},
  }),
  async lifecycle({ session, start, residents, event, close }) {
    if (event) return registry.happens(session, event);
    await (close ? registry.end(session) : registry.begin(session, start, residents ?? []));
    return {};
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  let answer;
  try {
    answer = method in methods
      ? { result: await methods[method](params ?? {}) }
      : { error: { code: -32601, message: `no method ${method}` } };
  } catch (error) {
    answer = { error: { code: -32000, message: String(error.message ?? error) } };
  }
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", id, ...answer })}\n`);
}
registry.close();
