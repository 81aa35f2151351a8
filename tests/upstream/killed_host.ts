// A host with two connected servers: prints what they have logged and then waits to be killed.
import { openOdd } from "./odd_servers.ts";

const stubborn = { switches: ["--ignore-eof", "--ignore-sigterm", "--grandchild"] };
const { upstreams, log } = await openOdd({ a: stubborn, b: stubborn }, { several: true });
await Promise.all(["a", "b"].map((name) => upstreams.catalogue(name)));
console.log(JSON.stringify(await log()));
setInterval(() => {}, 1_000_000);
