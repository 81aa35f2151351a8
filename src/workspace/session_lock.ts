import { join } from "@std/path";
import { AirlockError } from "../model/errors.ts";
import { sha256 } from "../text/sha256.ts";

/** Options of {@linkcode lockSession}. */
export interface LockSessionOptions {
  /** The folder that the locks are kept in. */
  readonly dir: string;
  /** Runs use a session together; who ends it must be alone. */
  readonly for: "use" | "end";
}

/**
 * Holds a session, in this process or against another, until it is disposed.
 *
 * @throws {AirlockError} BUSY where it is being ended, or is used by who wants to end it
 */
export async function lockSession(
  id: string,
  { dir, for: purpose }: LockSessionOptions,
): Promise<Disposable & { remove(): void }> {
  await Deno.mkdir(dir, { recursive: true, mode: 0o700 });
  const path = join(dir, `${sha256(id).slice(0, 40)}.lock`);
  for (;;) {
    const file = await Deno.open(path, { create: true, read: true, write: true, mode: 0o600 });
    if (!await file.tryLock(purpose === "end")) {
      file.close();
      throw new AirlockError(
        "BUSY",
        purpose === "end"
          ? "Cannot close session: a run is under way in it"
          : "Cannot open session: it is being closed",
      );
    }
    // Who ended the session before took the file away while this one waited at it.
    if (((await file.stat()).nlink ?? 1) > 0) {
      return {
        remove: () => Deno.removeSync(path),
        [Symbol.dispose]() {
          file.unlockSync();
          file.close();
        },
      };
    }
    file.close();
  }
}
