import { randomBytes } from "node:crypto";
import { NONCE_SIGNS } from "../../model/token.ts";

/** Signs at random to end tokens with. */
export function randomNonce(length: number): string {
  // 32 signs: every byte is one of them, each as likely as another.
  return Array.from(randomBytes(length), (byte) => NONCE_SIGNS[byte % NONCE_SIGNS.length]).join("");
}
