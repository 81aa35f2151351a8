import { assert } from "@std/assert";
import { readSamples, scoreRecords, scoreTexts, touchedShare } from "../../bench/privacy_score.ts";

/** Below these the finder has become worse. The targets of unseen data lie below or at them. */
const FLOORS: readonly (readonly [kind: string, precision: number, recall: number])[] = [
  ["EMAIL", .99, .99],
  ["IBAN", .99, .99],
  ["CARD", .99, .99],
  ["IP", .99, .99],
  ["SSN", .99, .99],
  ["PHONE", .97, .90],
  ["PERSON", .80, .65],
];

for (const name of ["templates_faker", "presidio_research_synth_v2_even"]) {
  Deno.test(`find keeps its precision and recall on ${name}`, () => {
    const samples = readSamples(name);
    if (samples === undefined) return console.log(`skipped: no ${name} beside the project`);
    const scores = scoreTexts(samples, "high");
    for (const [kind, precision, recall] of FLOORS) {
      const score = scores.get(kind);
      assert(score !== undefined && score.gold > 0, kind);
      assert(
        score.right / score.found >= precision,
        `${kind}: precision ${score.right}/${score.found}`,
      );
      assert(score.hit / score.gold >= recall, `${kind}: recall ${score.hit}/${score.gold}`);
    }
  });
}

Deno.test("find touches at most one clean text in a hundred, on every level", () => {
  const samples = readSamples("hard_negatives");
  if (samples === undefined) return console.log("skipped: no hard_negatives beside the project");
  for (const level of ["low", "medium", "high"] as const) {
    assert(touchedShare(samples, level) <= .01, level);
  }
});

Deno.test("masking a record masks its labelled characters, and little else", () => {
  const samples = readSamples("structured_json_faker");
  if (samples === undefined) {
    return console.log("skipped: no structured_json_faker beside the project");
  }
  for (const level of ["medium", "high"] as const) {
    const { masked, right } = scoreRecords(samples, level);
    assert(masked >= .95, `${level}: ${masked} of the labelled characters masked`);
    assert(right >= .97, `${level}: ${right} of the maskings right`);
  }
});
