import { createSocket } from "node:dgram";
import { createServer, type Server } from "node:net";

/** In every canary, and in nothing else. */
export const CANARY = "CANARY-7c1e";

const FILES: Readonly<Record<string, string>> = {
  "secret.txt": `${CANARY}-text is not a module at all`,
  "secret": `${CANARY}-text is not a module at all`,
  "secret.json": `{"apiKey":"${CANARY}-json"}`,
  "secret.ts": `export const k = "${CANARY}-ts";`,
  "secret.cjs": `module.exports = "${CANARY}-cjs";`,
  ".env": `API_KEY=${CANARY}-dotenv`,
  "node_modules/pkg/data.json": `{"d":"${CANARY}-nm"}`,
  "node_modules/pkg/package.json": `{"name":"pkg"}`,
  "secret.map": `{"version":3,"sources":["${CANARY}-map.ts"],"names":[],"mappings":"AAAA"}`,
  "worker.ts": `postMessage("${CANARY}-worker");`,
  "secret.wasm": "\0asm\x01\0\0\0",
  "other-session/workspace/data.txt": `${CANARY}-other`,
  "other-session/skills/s.ts": `export const s = "${CANARY}-other-skill";`,
  "removable": "x",
};

/** What no program may touch: files and listeners. */
export interface Canaries extends AsyncDisposable {
  readonly folder: string;
  /** Of a TCP and of a UDP listener on 127.0.0.1. */
  readonly port: number;
  /** What was touched until now. */
  touched(): string[];
}

/** Plants the canaries. */
export async function plantCanaries(): Promise<Canaries> {
  const folder = await Deno.makeTempDir({ prefix: "canaries-" });
  for (const [path, text] of Object.entries(FILES)) {
    await Deno.mkdir(`${folder}/${path}/..`.replace(/\/[^/]*\/\.\.$/, ""), { recursive: true });
    await Deno.writeTextFile(`${folder}/${path}`, text);
  }
  const hits: string[] = [];
  const tcp = await listen({ host: "127.0.0.1", port: 0 }, () => hits.push("tcp"));
  const { port } = tcp.address() as { port: number };
  const unix = await listen({ path: `${folder}/canary.sock` }, () => hits.push("unix"));
  const udp = createSocket("udp4", () => hits.push("udp"));
  await new Promise<void>((resolve) => udp.bind(port, "127.0.0.1", resolve));
  const before = listing(folder);
  return {
    folder,
    port,
    touched() {
      const after = listing(folder);
      return [...hits, ...new Set(before).symmetricDifference(new Set(after))];
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(
        [tcp, unix, udp].map((one) => new Promise<void>((end) => one.close(() => end()))),
      );
      await Deno.remove(folder, { recursive: true });
    },
  };
}

async function listen(where: object, onTouch: () => void): Promise<Server> {
  const server = createServer((socket) => {
    onTouch();
    socket.on("error", () => {}).resume(); // whoever touched it may be gone
    socket.end(`HTTP/1.1 200 OK\r\ncontent-length: 16\r\n\r\n${CANARY}-port`);
  });
  await new Promise<void>((resolve) => server.listen(where, resolve));
  return server;
}

function listing(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    return isDirectory ? [path, ...listing(path)] : [`${path} ${Deno.lstatSync(path).size}`];
  });
}
