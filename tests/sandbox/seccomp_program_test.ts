import { assert, assertEquals } from "@std/assert";
import { seccompProgram } from "../../src/sandbox/seccomp_program.ts";
import { DENIED_SYSCALLS } from "../../src/sandbox/denied_syscalls.ts";

type SeccompArch = Parameters<typeof seccompProgram>[0];

const AUDIT = { x86_64: 0xc000_003e, aarch64: 0xc000_00b7 } as const;
const COLUMN = { x86_64: 0, aarch64: 1 } as const;
const NUMBERS = new Map(DENIED_SYSCALLS.flatMap(({ calls }) => Object.entries(calls)));
const ARCHES = Object.keys(AUDIT) as SeccompArch[];
const [ALLOW, KILL, EPERM, ENOSYS] = [0x7fff_0000, 0x8000_0000, 0x0005_0001, 0x0005_0026];

interface Call {
  readonly number: number;
  readonly arch?: number;
  readonly args?: readonly number[];
}

/** Runs the program as the kernel would; fails where the kernel would refuse to load it. */
function answer(program: Uint8Array<ArrayBuffer>, { number, arch = 0, args = [] }: Call): number {
  const view = new DataView(program.buffer);
  const words: Record<number, number> = { 0: number, 4: arch };
  for (let index = 0; index < 6; index++) words[16 + 8 * index] = args[index] ?? 0;
  let accumulator = 0;
  for (let at = 0;; at++) {
    assert(at * 8 < program.length, "it runs off its end");
    const value = view.getUint32(at * 8 + 4, true);
    const code = view.getUint16(at * 8, true);
    if (code === 0x06) return value;
    if (code === 0x20) {
      assert(value in words, `it loads word ${value}`);
      accumulator = words[value]!;
      continue;
    }
    const isSo = ({
      0x15: () => accumulator === value,
      0x35: () => accumulator >= value,
      0x45: () => (accumulator & value) !== 0,
    })[code];
    assert(isSo, `the kernel knows no instruction ${code}`);
    at += view.getUint8(at * 8 + (isSo() ? 2 : 3));
  }
}

function asker(arch: SeccompArch) {
  const program = seccompProgram(arch);
  return (call: string, ...args: number[]) =>
    answer(program, { number: NUMBERS.get(call)![COLUMN[arch]]!, arch: AUDIT[arch], args });
}

Deno.test("seccompProgram() refuses every call that the table refuses always", () => {
  let asked = 0;
  for (const arch of ARCHES) {
    const ask = asker(arch);
    for (const { calls, error, when } of DENIED_SYSCALLS) {
      for (const [call, numbers] of Object.entries(calls)) {
        if (when !== undefined || numbers[COLUMN[arch]] === null) continue;
        assertEquals(ask(call), error === "ENOSYS" ? ENOSYS : EPERM, `${call} on ${arch}`);
        asked++;
      }
    }
  }
  assert(asked > 150);
});

Deno.test("seccompProgram() allows what is not in the table", () => {
  for (const arch of ARCHES) {
    const program = seccompProgram(arch);
    const denied = new Set(NUMBERS.values().map((numbers) => numbers[COLUMN[arch]]));
    for (let number = 0; number < 500; number++) {
      if (denied.has(number)) continue;
      assertEquals(answer(program, { number, arch: AUDIT[arch] }), ALLOW, `${number} on ${arch}`);
    }
  }
});

Deno.test("seccompProgram() refuses some calls by their arguments", () => {
  const [AF_UNIX, AF_INET, AF_NETLINK] = [1, 2, 16];
  const [SIGUSR1, SIGKILL] = [10, 9];
  const THREAD_FLAGS = 0x003d_0f00;
  for (const arch of ARCHES) {
    const ask = asker(arch);
    assertEquals(ask("socket", AF_UNIX), ALLOW);
    assertEquals(ask("socket", AF_INET), EPERM);
    assertEquals(ask("socketpair", AF_NETLINK), EPERM);
    assertEquals(ask("clone", THREAD_FLAGS), ALLOW);
    assertEquals(ask("clone", 17), EPERM);
    assertEquals(ask("kill", 1, SIGUSR1), EPERM);
    assertEquals(ask("kill", 1, SIGKILL), ALLOW);
    assertEquals(ask("tgkill", 1, 1, SIGUSR1), EPERM);
    assertEquals(ask("tgkill", 1, SIGUSR1, SIGKILL), ALLOW);
    assertEquals(ask("ioctl", 0, 0x5412), EPERM);
    assertEquals(ask("ioctl", 0, 0x5401), ALLOW);
  }
});

Deno.test("seccompProgram() kills a process that calls as on another machine", () => {
  const program = seccompProgram("x86_64");
  assertEquals(answer(program, { number: 1, arch: 0x4000_0003 }), KILL);
  assertEquals(answer(program, { number: 0x4000_0001, arch: AUDIT.x86_64 }), KILL);
});

Deno.test("DENIED_SYSCALLS names each call once", () => {
  const calls = DENIED_SYSCALLS.flatMap((rule) => Object.keys(rule.calls));
  assertEquals(calls.length, NUMBERS.size);
  for (const column of Object.values(COLUMN)) {
    const numbers = [...NUMBERS.values()].map((each) => each[column]).filter((n) => n !== null);
    assertEquals(numbers.length, new Set(numbers).size);
  }
});
