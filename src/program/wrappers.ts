import type { Capability } from "../model/tool.ts";

/** One wrapper under `servers/`, and the tool that it stands for. */
export interface Wrapper extends Capability {
  /** Its folder under `servers/`. */
  readonly folder: string;
  /** Its file in that folder, without `.ts`. */
  readonly file: string;
  /** The one function that it exports. */
  readonly exportName: string;
}

/** Where an examination finds the wrappers. */
export interface WrapperLookups {
  /** The folders under `servers/` that stand for configured servers. */
  folders(): readonly string[] | Promise<readonly string[]>;
  /** The wrappers of one folder; undefined where no server has it. */
  inFolder(folder: string): Promise<readonly Wrapper[] | undefined>;
  /** The same by the server's name in the configuration. */
  ofServer(server: string): Promise<readonly Wrapper[] | undefined>;
  /** URL of the wrapper's JavaScript, as a worker may import it. */
  moduleUrl(wrapper: Wrapper): Promise<string>;
}

/** Where programs find the wrappers. */
export interface Wrappers extends WrapperLookups {
  /** The folders under `servers/` that stand for configured servers. */
  folders(): readonly string[];
  /**
   * The wrappers of one folder, generated where they are missing; undefined where no server has it.
   *
   * @throws {AirlockError} SERVER_UNAVAILABLE where they must be generated and the server is down
   */
  inFolder(folder: string): Promise<readonly Wrapper[] | undefined>;
  /** The wrapper's text. */
  textOf(wrapper: Wrapper): Promise<string>;
}

/** Whether a skill is as a person approved it, was approved when it was another, or never was. */
export type SkillState = "approved" | "changed" | "draft";

/** Where programs find skills. */
export interface Skills {
  /** The text of a skill's module; undefined where there is none of that name. */
  read(name: string): Promise<string | undefined>;
  /** The names of all skills. */
  names(): Promise<readonly string[]>;
  /** State of a skill that was read here; undefined where none is kept. */
  stateOf?(name: string): SkillState | undefined;
  /** Whether a skill that was read here should be used no more. */
  isDeprecated?(name: string): boolean;
}
