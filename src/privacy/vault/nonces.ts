import { randomBytes } from "node:crypto";
import { join } from "@std/path";
import { NONCE_SIGNS } from "../../model/token.ts";
import { AirlockError } from "../../model/errors.ts";

/** Signs at random to end tokens with. */
export function randomNonce(length: number): string {
  // 32 signs: every byte is one of them, each as likely as another.
  return Array.from(randomBytes(length), (byte) => NONCE_SIGNS[byte % NONCE_SIGNS.length]).join("");
}

/** Which session each nonce is of. A nonce that was given out is never given to another. */
interface NonceRegister {
  /** A nonce that no session has or had, in whichever process. */
  reserve(session: string): Promise<string>;
  /** The session whose tokens end in a nonce. */
  sessionOf(nonce: string): Promise<string | undefined>;
  /** All sessions that have one. */
  sessions(): Promise<string[]>;
  /** Forgets a session; its nonces stay taken. */
  forget(session: string): Promise<void>;
}

/** Signs of a session's nonce; those of runs without one are longer, so that none is ever both. */
const SHORTEST_NONCE = 3;
const LONGEST_NONCE = 5;
const TRIES = 20;

/** Makes the register of a folder that is there: one file a nonce. */
export function createNonceRegister(folder: string): NonceRegister {
  return {
    async reserve(session) {
      for (let length = SHORTEST_NONCE; length <= LONGEST_NONCE; length++) {
        for (let tries = 0; tries < TRIES; tries++) {
          const nonce = randomNonce(length);
          if (await writeNew(join(folder, nonce), session)) return nonce;
        }
      }
      throw new AirlockError("INTERNAL", "Cannot open vault: there are too many sessions");
    },
    async sessionOf(nonce) {
      if (!/^[a-z0-9]{3,8}$/.test(nonce)) return undefined;
      return await Deno.readTextFile(join(folder, nonce)).catch(() => undefined) || undefined;
    },
    async sessions() {
      return (await reservations(folder)).map(({ session }) => session).sort();
    },
    async forget(session) {
      for (const { nonce, session: owner } of await reservations(folder)) {
        if (owner === session) await Deno.writeTextFile(join(folder, nonce), "");
      }
    },
  };
}

async function writeNew(path: string, text: string): Promise<boolean> {
  try {
    await Deno.writeTextFile(path, text, { createNew: true, mode: 0o600 });
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw error;
  }
}

async function reservations(folder: string): Promise<{ nonce: string; session: string }[]> {
  const found = [];
  for (const { name } of await Array.fromAsync(Deno.readDir(folder)).catch(() => [])) {
    found.push({ nonce: name, session: await Deno.readTextFile(join(folder, name)) });
  }
  return found.filter(({ session }) => session !== "");
}
