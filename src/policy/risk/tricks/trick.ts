import type { Node } from "acorn";
import type { ProgramModule } from "../../../program/program.ts";

/** Something about how a program is written, whatever tools it calls. */
export interface Trick {
  readonly kind: TrickKind;
  readonly module: ProgramModule;
  readonly node: Node;
  /** What it is, as the program has it. */
  readonly detail: string;
}

/** The tricks, named as what a program does. */
export type TrickKind =
  | "makes_code_from_text"
  | "hides_what_it_does"
  | "computes_an_import"
  | "changes_what_all_objects_inherit"
  | "holds_a_secret"
  | "loops_without_end"
  | "reaches_for_the_machine";

/** Takes down a trick of the module that is read. */
export type AddTrick = (kind: TrickKind, node: Node, detail: string) => void;
