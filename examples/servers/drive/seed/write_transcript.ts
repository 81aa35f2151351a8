import type { SeededRandom } from "../../seeded_random.ts";

/** Somebody who speaks in the meeting. */
export interface Speaker {
  readonly name: string;
  readonly email: string;
  readonly phone: string;
}

/** As many as make 50,000 model tokens (o200k_base). */
const TURNS = 905;

/** What people say; a word in braces stands for one of its list in {@linkcode WORDS}. */
const REMARKS = [
  "The {thing} is {state}, mainly because {cause}.",
  "I would rather {action} before {deadline} than explain later why the {thing} is {state}.",
  "Last quarter we saw {number} cases where {cause}, and in half of them the {thing} was {state}.",
  "Could you {action} by {deadline}, so that we can close the point about the {thing}?",
  "To be honest, {cause}, and nobody on our side noticed until {deadline}.",
  "We agreed to {action}; what is missing is a name next to it.",
  "Our numbers say {number} hours a month go into the {thing} alone.",
  "From the customer's point of view the {thing} is {state}, full stop.",
  "There are two ways: either we {action}, or we live with it until {deadline}.",
  "I have {number} open tickets on the {thing}, and {cause}.",
  "Let me note that: {action}, owner to be named, due {deadline}.",
  "What worries me more than the {thing} is that {cause}.",
  "Fine with me, as long as somebody checks that the {thing} is not {state} again.",
  "Is it correct that {cause}, or did I read the report wrong?",
  "The budget for the {thing} is {number} thousand euros, and we have used most of it.",
  "Before we go on, does everybody agree to {action}?",
];

const PERSONAL_REMARKS = [
  "You reach me on {phone}, also on Fridays.",
  "Please send the summary to {email}, not to the shared mailbox.",
  "{name} was not in the last call, so I will repeat it.",
  "Call {name} on {phone} if anything moves before {deadline}.",
  "The signed copy goes to {name}, {email}.",
];

const WORDS: Readonly<Record<string, readonly string[]>> = {
  thing: [
    "invoice run",
    "warehouse interface",
    "delivery forecast",
    "return process",
    "price list",
    "service desk",
    "data migration",
    "training plan",
    "mobile client",
    "monthly report",
    "contract draft",
    "spare parts catalogue",
    "customs paperwork",
    "test environment",
    "rollout in the north",
    "second pilot",
  ],
  state: [
    "two weeks late",
    "better than in spring",
    "still not signed off",
    "working, but slow",
    "stuck with the supplier",
    "finished except for the labels",
    "more expensive than planned",
    "in good shape",
    "impossible to test",
    "waiting for a decision",
  ],
  cause: [
    "the supplier changed the format without a word",
    "three people do by hand what one script could do",
    "nobody owns the master data",
    "the old system rounds differently",
    "half of the addresses came back",
    "we never wrote the acceptance criteria down",
    "the depot counts pallets and the office counts boxes",
    "the approval sits in one inbox",
    "the summer volumes were twice the plan",
    "the two teams use different calendars",
  ],
  action: [
    "freeze the format for a year",
    "run both systems side by side",
    "move the cut-off to noon",
    "give the depot its own dashboard",
    "write the criteria down together",
    "renegotiate the second phase",
    "invite the supplier to the next call",
    "clean the master data first",
    "start with the smallest site",
    "split the order into three deliveries",
  ],
  deadline: [
    "the end of the month",
    "the board meeting",
    "the holidays",
    "the next release",
    "Thursday",
    "the audit",
    "the second week of March",
    "the trade fair",
  ],
  number: ["seven", "a dozen", "nineteen", "twenty-four", "thirty", "forty-one", "sixty", "ninety"],
};

/** The word-for-word record of a long meeting, one paragraph a turn. */
export function writeTranscript(speakers: readonly Speaker[], random: SeededRandom): string {
  let second = 0;
  const turns = Array.from({ length: TURNS }, () => {
    second += random.integer(6, 15);
    return `[${clock(second)}] ${random.pick(speakers).name}: ${speak(speakers, random)}`;
  });
  return `${turns.join("\n\n")}\n`;
}

function speak(speakers: readonly Speaker[], random: SeededRandom): string {
  const remarks = random.sample(REMARKS, random.integer(1, 3));
  if (random.chance(0.1)) remarks.push(random.pick(PERSONAL_REMARKS));
  const someone = random.pick(speakers);
  return remarks.join(" ").replace(
    /\{(\w+)\}/g,
    (_, slot: string) =>
      slot in someone ? someone[slot as keyof Speaker] : random.pick(WORDS[slot] ?? []),
  );
}

function clock(seconds: number): string {
  return [seconds / 3600, seconds / 60 % 60, seconds % 60]
    .map((part) => String(Math.floor(part)).padStart(2, "0")).join(":");
}
