import { randomBytes } from "node:crypto";
import { AirlockError } from "../../model/errors.ts";
import { NONCE_SIGNS } from "../../model/token.ts";
import { BucketView } from "../../storage/bucket_view.ts";
import type { Bucket, Storage } from "../../storage/ports.ts";

/** Signs at random to end tokens with. */
export function randomNonce(length: number): string {
  // 32 signs: every byte is one of them, each as likely as another.
  return Array.from(randomBytes(length), (byte) => NONCE_SIGNS[byte % NONCE_SIGNS.length]).join("");
}

/** Signs of a session's nonce; those of runs without one are longer, so that none is ever both. */
const SHORTEST_NONCE = 3;
const LONGEST_NONCE = 5;
const TRIES = 20;

/** The session of each nonce. A nonce that was given out is never given to another. */
export class NonceRegister {
  readonly #bucket: Bucket<string>;
  readonly #view: BucketView<string>;

  constructor(storage: Storage) {
    this.#bucket = storage.bucket("nonces");
    this.#view = new BucketView(this.#bucket);
  }

  /** Returns the nonce of a session; a new one that no session has or had, where it has none. */
  async nonceOf(session: string): Promise<string> {
    for (const [nonce, { value }] of await this.#view.read()) if (value === session) return nonce;
    for (let length = SHORTEST_NONCE; length <= LONGEST_NONCE; length++) {
      for (let tries = 0; tries < TRIES; tries++) {
        const nonce = randomNonce(length);
        if (await this.#bucket.create(nonce, session) !== undefined) return nonce;
      }
    }
    throw new AirlockError("INTERNAL", "Cannot open vault: there are too many sessions");
  }

  /** Returns the session whose tokens end in a nonce. */
  async sessionOf(nonce: string): Promise<string | undefined> {
    return (await this.#bucket.get(nonce))?.value || undefined;
  }

  /** Returns all sessions that have a nonce. */
  async sessions(): Promise<string[]> {
    const sessions = [...(await this.#view.read()).values()].map(({ value }) => value);
    return sessions.filter((session) => session !== "").sort();
  }

  /** Forgets a session; its nonces stay taken. */
  async forget(session: string): Promise<void> {
    for (const [nonce, { value, revision }] of [...await this.#view.read()]) {
      if (value === session) await this.#bucket.update(nonce, "", revision);
    }
  }
}
