import { join } from "@std/path";
import type { Skills } from "../program/wrappers.ts";

const SKILL_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/** The skills of a folder, each `<name>/skill.ts`. */
export function createSkillFolder(dir: string): Skills {
  return {
    async read(name) {
      if (!SKILL_NAME.test(name)) return undefined;
      const path = join(dir, name, "skill.ts");
      try {
        // A link could lead to any file of the host.
        const [folder, file] = [await Deno.lstat(join(dir, name)), await Deno.lstat(path)];
        return folder.isDirectory && file.isFile ? await Deno.readTextFile(path) : undefined;
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return undefined;
        throw error;
      }
    },
    async names() {
      try {
        const entries = await Array.fromAsync(Deno.readDir(dir));
        return entries.filter(({ name, isDirectory }) => isDirectory && SKILL_NAME.test(name))
          .map(({ name }) => name).sort();
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return [];
        throw error;
      }
    },
  };
}
