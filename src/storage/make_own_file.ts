/**
 * Makes a file that only its owner can read, in a folder that is there. It is whole when it gets its
 * name, for others may be reading already; where others make it at once, the first one's stays.
 */
export async function makeOwnFile(path: string, text: string): Promise<void> {
  const unnamed = `${path}.${crypto.randomUUID()}.tmp`;
  await Deno.writeTextFile(unnamed, text, { createNew: true, mode: 0o600 });
  try {
    await Deno.link(unnamed, path);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  } finally {
    await Deno.remove(unnamed);
  }
}
