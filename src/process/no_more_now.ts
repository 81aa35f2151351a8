import { AirlockError } from "../model/errors.ts";
import { removeFolder } from "./remove_folder.ts";

/** What a machine says that has no descriptor, process or memory left at this moment. */
const CODES = new Set(["EMFILE", "ENFILE", "EAGAIN", "ENOMEM"]);
const WORDS = /\(os error (?:11|12|23|24|35)\)/;

/** Whether something failed only because the machine has no more to give now. */
export function isNoMoreNow(error: unknown): boolean {
  const seen = new Set<unknown>();
  for (let at = error; at instanceof Error && !seen.has(at); at = at.cause) {
    seen.add(at);
    if (CODES.has(String((at as { code?: unknown }).code)) || WORDS.test(at.message)) return true;
  }
  return false;
}

/** The error as it is, or BUSY where the machine has no more to give now. */
export function busyWhereNoMore(error: unknown, action: string): unknown {
  if (!isNoMoreNow(error)) return error;
  return new AirlockError("BUSY", `${action}: the machine has no room for it now`, {
    cause: error,
    hint: "Ask again in a moment",
  });
}

const TRIES = 300;
const PAUSE_MS = 100;

/** Removes a folder, a little later where the machine cannot even look into it now. */
export async function removeFolderSoon(path: string): Promise<void> {
  try {
    await removeFolder(path);
  } catch (error) {
    if (!isNoMoreNow(error)) throw error;
    void removeLater(path);
  }
}

async function removeLater(path: string): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    if (await removeFolder(path).then(() => true, () => false)) return;
  }
}
