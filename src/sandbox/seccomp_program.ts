import { DENIED_SYSCALLS, ERRORS, type SyscallRule } from "./denied_syscalls.ts";

type SeccompArch = keyof typeof ARCHES;

/** The kernel's name of each machine (AUDIT_ARCH_…), and the column of its numbers. */
const ARCHES = {
  x86_64: { audit: 0xc000_003e, column: 0 },
  aarch64: { audit: 0xc000_00b7, column: 1 },
} as const;

export function isSeccompArch(arch: string): arch is SeccompArch {
  return Object.hasOwn(ARCHES, arch);
}

/** Instructions of the kernel's packet filter (linux/filter.h). */
const LOAD = 0x20;

const IF_EQUAL = 0x15;

const IF_AT_LEAST = 0x35;

const IF_ANY_BIT = 0x45;

const RETURN = 0x06;

const ALLOW = 0x7fff_0000;

const KILL_PROCESS = 0x8000_0000;

/** Offsets in `struct seccomp_data`, in bytes. */
const NUMBER_AT = 0;

const ARCH_AT = 4;

const argumentAt = (index: number) => 16 + 8 * index;

/** Lowest number of the second set (x32) of an x86_64 kernel. */
const X32_FROM = 0x4000_0000;

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, value: number];

/** Returns the filter that refuses the denied calls, as the kernel reads it (`struct sock_filter[]`). */
export function seccompProgram(arch: SeccompArch): Uint8Array<ArrayBuffer> {
  const instructions = [
    ...isArch(ARCHES[arch].audit),
    [LOAD, 0, 0, NUMBER_AT] as const,
    ...(arch === "x86_64" ? noSecondSet() : []),
    ...DENIED_SYSCALLS.flatMap((rule) => refuse(rule, arch)),
    [RETURN, 0, 0, ALLOW] as const,
  ];
  return encode(instructions);
}

function isArch(audit: number): Instruction[] {
  return [[LOAD, 0, 0, ARCH_AT], [IF_EQUAL, 1, 0, audit], [RETURN, 0, 0, KILL_PROCESS]];
}

function noSecondSet(): Instruction[] {
  return [[IF_AT_LEAST, 0, 1, X32_FROM], [RETURN, 0, 0, KILL_PROCESS]];
}

function refuse(
  { calls, error = "EPERM", when }: SyscallRule,
  arch: SeccompArch,
): Instruction[] {
  const answer: Instruction = [RETURN, 0, 0, ERRORS[error]];
  const body = when === undefined ? [answer] : onlyWhen(when, answer);
  return Object.values(calls).flatMap((numbers): Instruction[] => {
    const number = numbers[ARCHES[arch].column];
    return number === null ? [] : [[IF_EQUAL, 0, body.length, number], ...body];
  });
}

function onlyWhen(
  { argument, is, value }: NonNullable<SyscallRule["when"]>,
  answer: Instruction,
): Instruction[] {
  const test: Instruction = {
    equal: [IF_EQUAL, 0, 1, value] as const,
    other: [IF_EQUAL, 1, 0, value] as const,
    lacking: [IF_ANY_BIT, 1, 0, value] as const,
  }[is];
  return [[LOAD, 0, 0, argumentAt(argument)], test, answer, [RETURN, 0, 0, ALLOW]];
}

const INSTRUCTION_BYTES = 8;

function encode(instructions: readonly Instruction[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(instructions.length * INSTRUCTION_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [index, [code, ifTrue, ifFalse, value]] of instructions.entries()) {
    const at = index * INSTRUCTION_BYTES;
    view.setUint16(at, code, true);
    view.setUint8(at + 2, ifTrue);
    view.setUint8(at + 3, ifFalse);
    view.setUint32(at + 4, value >>> 0, true);
  }
  return bytes;
}
