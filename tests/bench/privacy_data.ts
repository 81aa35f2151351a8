/** Numbers that are the same on every run. */
function makeRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
}

type Random = (below: number) => number;

function hex(random: Random, length: number): string {
  return Array.from({ length }, () => random(16).toString(16)).join("");
}

/** Lines as servers, kernels and schedulers write them, one in six with somebody in it. */
const LOG_LINES: readonly ((random: Random) => string)[] = [
  (r) =>
    `2026-0${1 + r(9)}-1${r(9)}T1${r(9)}:${10 + r(50)}:${10 + r(50)}.${
      100 + r(900)
    }Z INFO  [http-nio-${r(9000)}-exec-${r(10)}] c.e.s.RequestFilter - GET /api/v1/orders/${
      r(1e6)
    }/items?page=${r(20)}&size=50 status=200 duration=${r(900)}ms trace=${hex(r, 32)}`,
  (r) =>
    `${r(223) + 1}.${r(255)}.${r(255)}.${r(255)} - - [1${r(9)}/Oct/2026:13:55:3${
      r(9)
    } +0000] "POST /login HTTP/1.1" 302 ${
      r(5000)
    } "-" "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"`,
  (r) =>
    `ts=17934${10_000 + r(89_999)} level=debug msg="cache miss" key=user:${r(1e6)}:profile shard=${
      r(32)
    } latency=${r(9)}.${r(999)}ms`,
  (r) =>
    `[${r(99_999)}.${r(999_999)}] kernel: eth0: link up, 1000Mbps, full-duplex, lpa 0x${hex(r, 4)}`,
  (r) =>
    `ERROR 2026/11/2${r(9)} 12:33:4${r(9)} worker.go:${r(500)}: failed to process job ${
      hex(r, 8)
    }-${hex(r, 4)}-4${hex(r, 3)}-a${hex(r, 3)}-${
      hex(r, 12)
    }: context deadline exceeded after 30s (attempt ${r(5)})`,
  (r) =>
    `    at com.example.service.OrderService.process(OrderService.java:${r(400)}) ~[app-1.${
      r(20)
    }.${r(20)}.jar!/:?]`,
  (r) =>
    `{"time":"2026-11-20T10:0${r(9)}:12Z","level":"info","component":"scheduler","pod":"api-7d9f${
      hex(r, 5)
    }-x${hex(r, 4)}","message":"Scaled deployment from ${r(9)} to ${r(9)} replicas","bytes":${
      r(1e8)
    }}`,
  (r) =>
    `Nov 20 19:0${r(9)}:0${r(9)} host${r(30)} sshd[${
      r(30_000)
    }]: Accepted publickey for deploy from 10.0.${r(255)}.${r(255)} port ${
      r(60_000)
    } ssh2: user john.doe${r(100)}@example.com`,
];

/** A log of a size in UTF-16 code units, and a little more. */
export function makeLog(size: number): string {
  const random = makeRandom(42);
  const lines: string[] = [];
  for (let length = 0; length < size; length += lines.at(-1)!.length + 1) {
    lines.push(LOG_LINES[random(LOG_LINES.length)]!(random));
  }
  return lines.join("\n");
}

const FIRST = ["Ann", "Bob", "Carla", "Dmitri", "Elena", "Farid", "Grace", "Hiro", "Ines", "Jamal"];
const LAST = [
  "Okafor",
  "Lindqvist",
  "Moreau",
  "Tanaka",
  "Schneider",
  "Rossi",
  "Novak",
  "Silva",
  "Haddad",
  "Kim",
];
const SENTENCES: readonly ((random: Random) => string)[] = [
  () => "The delivery was late again and nobody at the warehouse could say why.",
  () => "A follow up is planned for next week, after the new prices have been agreed.",
  (r) => `${FIRST[r(10)]} ${LAST[r(10)]} asked whether the contract could be changed before March.`,
  (r) =>
    `Please write to ${FIRST[r(10)]!.toLowerCase()}.${r(1_000)}@example.com or call +1 415 ${
      200 + r(700)
    } ${1_000 + r(9_000)}.`,
  () => "They were told that the invoice would be corrected within three working days.",
  (r) => `The meeting moved to room ${r(40)}, and the minutes list ${r(9)} open questions.`,
];

/** Prose of a size in UTF-16 code units, and a little more. */
export function makeProse(size: number): string {
  const random = makeRandom(7);
  const parts: string[] = [];
  for (let length = 0; length < size; length += parts.at(-1)!.length + 1) {
    parts.push(SENTENCES[random(SENTENCES.length)]!(random));
  }
  return parts.join(" ").replace(/((?:\S+ ){60})/g, "$1\n");
}

/** Rows of about a kilobyte with eight fields, five of them personal, and free text. */
export function makeTable(rows: number): Record<string, unknown>[] {
  const random = makeRandom(11);
  const filler = SENTENCES[0]!(random) + " " + SENTENCES[1]!(random) + " " + SENTENCES[4]!(random) +
    " ";
  return Array.from({ length: rows }, (_, id) => {
    const first = FIRST[random(10)]!;
    const last = LAST[random(10)]!;
    const email = `${first}.${last}${id}@example.com`.toLowerCase();
    const phone = `+1 415 ${200 + random(700)} ${1_000 + random(9_000)}`;
    return {
      id,
      first_name: first,
      last_name: last,
      email,
      phone,
      ssn: `${100 + random(500)}-${10 + random(89)}-${1_000 + random(8_999)}`,
      created_at: "2026-08-26T03:07:26.098Z",
      status: ["Active", "Closed Won", "Pending"][random(3)],
      notes: `${
        filler.repeat(3)
      }Reached ${first} ${last} at ${phone}, confirmation sent to ${email}. ${filler}`,
    };
  });
}
