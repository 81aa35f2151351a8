import { join } from "@std/path";
import { TOKEN_FORM } from "../config/gateway.ts";
import { AirlockError } from "../model/errors.ts";
import { makeOwnFile } from "../storage/atomic_file.ts";

const FILE_NAME = "gateway-token";
const TOKEN_BYTES = 32;
const MAX_FILE_BYTES = 1024;
const OTHERS = 0o077;

/**
 * Returns the owner's token and its file; made at the first start.
 *
 * @param folder of Airlock's state; made when missing, and closed to other users
 * @throws {AirlockError} CONFIG_INVALID where other users could have read or written the token
 */
export async function openToken(
  folder: string,
): Promise<{ readonly token: string; readonly path: string }> {
  const path = join(folder, FILE_NAME);
  try {
    await closeFolder(folder);
    const token = await readToken(path) ?? await createToken(path);
    return { token, path };
  } catch (cause) {
    if (cause instanceof AirlockError) throw cause;
    throw new AirlockError("CONFIG_INVALID", `Cannot open token: "${path}" is out of reach`, {
      cause,
    });
  }
}

async function closeFolder(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  const stat = await Deno.stat(folder);
  if (!isOurs(stat)) throw unsafe(folder, "belongs to another user");
  // Windows has no modes.
  if (stat.mode !== null && (stat.mode & OTHERS) !== 0) await Deno.chmod(folder, 0o700);
}

async function readToken(path: string): Promise<string | undefined> {
  const found = await lstat(path);
  if (found === undefined) return undefined;
  if (!found.isFile) throw unsafe(path, "is no plain file");
  using file = await Deno.open(path);
  const stat = await file.stat();
  // The opened file is the one that lstat saw, not a link that replaced it.
  if (stat.dev !== found.dev || stat.ino !== found.ino) throw unsafe(path, "was replaced");
  if (!isOurs(stat)) throw unsafe(path, "belongs to another user");
  if (stat.mode !== null && (stat.mode & OTHERS) !== 0) {
    throw unsafe(path, "can be read or written by others");
  }
  const bytes = new Uint8Array(MAX_FILE_BYTES);
  const size = await file.read(bytes) ?? 0;
  const token = new TextDecoder().decode(bytes.subarray(0, size)).trim();
  if (!TOKEN_FORM.test(token)) throw unsafe(path, "holds no token of 32 characters or more");
  return token;
}

/** Two gateways that start at once get the same token: only one can create the name. */
async function createToken(path: string): Promise<string> {
  const secret = crypto.getRandomValues(new Uint8Array(TOKEN_BYTES));
  const token = `airlock_${secret.toBase64({ alphabet: "base64url", omitPadding: true })}`;
  await makeOwnFile(path, `${token}\n`);
  const kept = await readToken(path);
  if (kept === undefined) throw unsafe(path, "went away");
  return kept;
}

async function lstat(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function isOurs({ uid }: Deno.FileInfo): boolean {
  return uid === null || uid === Deno.uid();
}

function unsafe(path: string, problem: string): AirlockError {
  return new AirlockError("CONFIG_INVALID", `Cannot open token: "${path}" ${problem}`, {
    hint: "Remove it, and the next start makes a new one",
  });
}
