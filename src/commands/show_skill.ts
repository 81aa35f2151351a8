import { visibleLine } from "../text/visible_text.ts";
import type { SkillInfo } from "../skills/skill_library.ts";

/** One line of what a person wants to know of a skill. */
export function showSkill(info: SkillInfo): string {
  const { name, version, trust, owner, scope, uses, risk, description } = info;
  const who = scope.kind === "team" ? scope.members.join(",") : scope.kind;
  const counts = `${uses.succeeded} ok, ${uses.failed} failed`;
  return visibleLine(
    `${name}@${version}  ${trust} (${owner}, ${who})  risk ${risk}  ${counts}  ${description}`,
  );
}
