import { banner } from "./banner.ts";
import type { ToolNames } from "./name_tools.ts";

/** Options of {@linkcode indexText}. */
export interface IndexTextOptions {
  readonly server: string;
  /** The version of the generator. */
  readonly generator: string;
}

/** The text of `index.ts`: all functions of a server, and their types. */
export function indexText(tools: readonly ToolNames[], options: IndexTextOptions): string {
  const lines = tools.map(({ file }) => `export * from "./${file}";\n`);
  return banner({ generator: options.generator, from: [options.server] }) +
    (lines.length === 0 ? "export {};\n" : lines.join(""));
}
