import { assert } from "@std/assert";
import { measureRisk } from "../measure_risk.ts";
import { WORST_RISK_TEXTS, type WorstText, worstText } from "../worst_risk_texts.ts";

const SMALL = 32_000;
const LARGE = 4 * SMALL;
const MOST = 1.15;
/** What collecting garbage adds once there is more of it, and a machine that is busy. */
const SLACK_MS = 60;
const TRIES = 6;

/** The least of some tries: what is more was somebody else's. */
function leastOf(text: WorstText, bytes: number, before = Infinity): number {
  return Math.min(before, measureRisk(worstText(text, bytes)).cpuMs);
}

Deno.test("the risk of each of the worst texts is told in time that grows as they do", () => {
  // What is run for the first time is compiled first.
  for (const text of WORST_RISK_TEXTS) measureRisk(worstText(text, 4_000));
  for (const text of WORST_RISK_TEXTS) {
    let [small, large] = [leastOf(text, SMALL), leastOf(text, LARGE)];
    const isLinear = () => large <= small * 4 ** MOST + SLACK_MS;
    for (let tries = 1; tries < TRIES && !isLinear(); tries++) {
      small = leastOf(text, SMALL, small);
      large = leastOf(text, LARGE, large);
    }
    const exponent = Math.log(large / small) / Math.log(4);
    assert(isLinear(), `${text.name}: ${small} ms, then ${large} ms: ${exponent.toFixed(2)}`);
  }
});
