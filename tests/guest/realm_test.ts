import { assert, assertEquals } from "@std/assert";
import { createSecureBits } from "../../src/guest/secure_bits.ts";
import { createRunClock } from "../../src/guest/run_clock.ts";

Deno.test("disarmCore() leaves no operation of the core usable", async () => {
  const url = new URL("../fixtures/programs/holds_the_core.js", import.meta.url);
  const thread = new Worker(url, { type: "module" });
  const { data } = await new Promise<MessageEvent>((resolve, reject) => {
    thread.onmessage = resolve;
    thread.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    };
  });
  thread.terminate();
  assert(data.before && data.count > 500, JSON.stringify(data));
  assertEquals(data.through, []);
  assert(data.stillReads);
});

Deno.test("createSecureBits() gives the key stream of ChaCha20, in parts of any length", () => {
  const bits = createSecureBits(new Uint8Array(32));
  const [first, second] = [new Uint8Array(7), new Uint8Array(121)];
  bits.fill(first);
  bits.fill(second);
  // RFC 8439, appendix A.1, test vectors 1 and 2.
  assertEquals(
    first.toHex() + second.toHex(),
    "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7" +
      "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586" +
      "9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed" +
      "29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f",
  );
});

Deno.test("createRunClock() replays its readings, then continues with the time, never back", () => {
  const first = createRunClock();
  first.start(1_000, []);
  const said = [first.now(), first.now(), first.now()];
  const kept = first.take()!;
  assertEquals(first.take(), undefined);
  const second = createRunClock();
  second.start(1_000, kept);
  assertEquals([second.now(), second.now(), second.now()], said);
  assertEquals([second.take(), second.startedAt], [undefined, 1_000]);
  assert(second.now() >= said[2]!);
  assertEquals(second.take()?.[1], 1);
});

Deno.test("createRunClock() never reads less than before, whatever the time is", () => {
  const clock = createRunClock();
  const late = Date.now() + 1_000_000;
  clock.start(0, [late, 1]);
  assertEquals([clock.now(), clock.now()], [late, late]);
});
