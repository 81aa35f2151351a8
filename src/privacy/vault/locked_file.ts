import { AirlockError } from "../../model/errors.ts";

/** A file that only this process works with, until it is closed or the process ends. */
export interface LockedFile {
  read(): Promise<string>;
  write(text: string): Promise<void>;
  close(): void;
}

/**
 * Opens a file that no other process has open in this way.
 *
 * @param owner of what it stands for, for people: `session "a"`
 * @throws {AirlockError} BUSY
 */
export async function lockFile(path: string, owner: string): Promise<LockedFile> {
  const file = await Deno.open(path, { create: true, read: true, write: true, mode: 0o600 });
  if (!await file.tryLock(true)) {
    file.close();
    throw new AirlockError(
      "BUSY",
      `Cannot open ${owner}: another process is working with it`,
    );
  }
  return {
    read: () => Deno.readTextFile(path),
    async write(text) {
      await file.truncate();
      await file.seek(0, Deno.SeekMode.Start);
      await file.write(new TextEncoder().encode(text));
    },
    close() {
      // A child that is just being started has the file open too until it is another program.
      file.unlockSync();
      file.close();
    },
  };
}
