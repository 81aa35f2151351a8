import { createHmac, timingSafeEqual } from "node:crypto";
import { Buffer } from "node:buffer";

/** Tells the documents that a save wrote from those that somebody changed. */
export interface SkillSeal {
  /** The document with a seal in its head. */
  seal(document: string): string;
  /** Whether it is, letter by letter, one that was sealed. */
  isSealed(document: string): boolean;
}

const LINE = /^ {2}airlock-seal: "([0-9a-f]{64})"\n/m;
const END_OF_HEAD = "\n---\n";

/** Makes the seal of a key that stands in no folder of skills. */
export function createSkillSeal(key: Uint8Array): SkillSeal {
  const macOf = (text: string) => createHmac("sha256", key).update(text).digest();
  return {
    seal(document) {
      const at = document.indexOf(END_OF_HEAD) + 1;
      const line = `  airlock-seal: "${macOf(document).toString("hex")}"\n`;
      return document.slice(0, at) + line + document.slice(at);
    },
    isSealed(document) {
      const [line, seal] = LINE.exec(document) ?? [];
      if (line === undefined || seal === undefined) return false;
      return timingSafeEqual(macOf(document.replace(line, "")), Buffer.from(seal, "hex"));
    },
  };
}
