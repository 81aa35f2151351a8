import type { SkillInfo } from "../../skills/skill_library.ts";

const MAX_DESCRIPTION_LENGTH = 200;

/** Skills as a model reads them, a line each: what to import, and what it is for. */
export function showSkills(skills: readonly SkillInfo[]): string {
  return skills.map(({ name, version, description, trust, tools }) => {
    const short = description.length <= MAX_DESCRIPTION_LENGTH
      ? description
      : `${description.slice(0, MAX_DESCRIPTION_LENGTH).toWellFormed()}…`;
    const calls = tools.length === 0 ? "" : `; calls ${tools.slice(0, 5).join(", ")}`;
    return `./skills/${name} (@${version}, ${trust}${calls}): ${short}`;
  }).join("\n");
}
