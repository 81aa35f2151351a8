import type { Capability } from "../model/capability.ts";
import type { ExamineLookups, ReadText } from "./examine_program.ts";
import type { Skills, Wrappers } from "./wrappers.ts";

/** Options of {@linkcode examineLookups}. */
export interface ExamineLookupsOptions<Tool> {
  readonly wrappers: Omit<Wrappers, "textOf">;
  /** Those that the program's author may use. */
  readonly skills: Skills;
  tools(capabilities: readonly Capability[]): Promise<readonly Tool[]>;
  /** Hears what is needed to check types. Default: nobody does. */
  read?(program: ReadText): Promise<void>;
}

/** Answers what an examination asks, from what the host has. */
export function examineLookups<Tool>(
  { wrappers, skills, tools, read }: ExamineLookupsOptions<Tool>,
): ExamineLookups<Tool> {
  return {
    folders: () => Promise.resolve(wrappers.folders()),
    inFolder: (folder) => wrappers.inFolder(folder),
    ofServer: (server) => wrappers.ofServer(server),
    moduleUrl: (wrapper) => wrappers.moduleUrl(wrapper),
    async skill(name) {
      const text = await skills.read(name);
      return text === undefined ? undefined : { text, state: skills.stateOf?.(name) };
    },
    skillNames: () => skills.names(),
    tools,
    read: async (program) => await read?.(program),
  };
}
