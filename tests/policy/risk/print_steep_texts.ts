/** Prints which of the worst texts take more time than they should as they grow, as JSON. */
import { sampled } from "../../fixtures/sampled.ts";
import { measureRisk, riskMeter } from "../measure_risk.ts";
import { WORST_RISK_TEXTS, type WorstText, worstText } from "../worst_risk_texts.ts";

const SMALL = 12_000;
const TIMES = 8;
/** Tells what grows with its square on a busy machine too; at rest it is below 1.15. */
const MOST = 1.3;
/** What collecting garbage adds once there is more of it, and a machine that is busy. */
const SLACK_MS = 60;
/** Of a text that looks wrong: what is more than the least was somebody else's. */
const TRIES = 12;

/** What is wrong with how the time of a text grows; undefined where nothing is. */
function tooSteep(text: WorstText): string | undefined {
  const sizes = [SMALL, TIMES * SMALL].map((bytes) => riskMeter(worstText(text, bytes)));
  const least = sizes.map(() => Infinity);
  for (let tries = 0; tries < TRIES; tries++) {
    // One after the other, so that who else is busy slows both.
    for (const [at, measure] of sizes.entries()) least[at] = Math.min(least[at]!, measure().cpuMs);
    if (least[1]! <= least[0]! * TIMES ** MOST + SLACK_MS) return undefined;
  }
  const exponent = Math.log(least[1]! / least[0]!) / Math.log(TIMES);
  return `${text.name}: ${least.join(" ms, then ")} ms: ${exponent.toFixed(2)}`;
}

// What is run for the first time is compiled first.
const texts = sampled(WORST_RISK_TEXTS, { keep: 6, name: "worst risk texts" });
for (const text of texts) measureRisk(worstText(text, 2_000));
console.log(JSON.stringify(texts.flatMap((text) => tooSteep(text) ?? [])));
