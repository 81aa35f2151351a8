import { assertEquals } from "@std/assert";
import { createSecureBits } from "../../src/guest/replace_entropy.ts";

Deno.test("createSecureBits gives the key stream of ChaCha20, however it is asked for", () => {
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
