const MORSE: Readonly<Record<string, string>> = Object.fromEntries(
  (".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- " +
    "-..- -.-- --..").split(" ").map((code, at) => [code, String.fromCharCode(97 + at)]),
);
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** What signs say that stand for letters each: numbers of characters, Morse code, and base 32. */
export function decodedSigns(text: string): string[] {
  const found: string[] = [];
  for (const [run] of text.matchAll(/(?:\b\d{2,3}\b[\s,;|-]{0,3}){12,}/g)) {
    const numbers = run.match(/\d+/g)!;
    found.push(fromNumbers(numbers, 10));
    if (numbers.every((number) => /^[0-7]+$/.test(number))) found.push(fromNumbers(numbers, 8));
  }
  for (const [run] of text.matchAll(/(?:[01]{7,8}[\s,;|-]{0,3}){12,}/g)) {
    const spaced = run.match(/\b[01]{7,8}\b/g);
    found.push(fromNumbers(spaced ?? run.match(/[01]{8}/g) ?? [], 2));
  }
  for (const [run] of text.matchAll(/(?:[.\-·–−]{1,6}[ \n/|]{1,3}){12,}[.\-·–−]{0,6}/g)) {
    found.push(fromMorse(run));
  }
  for (const [run] of text.matchAll(/\b[A-Z2-7]{24,}={0,6}/g)) found.push(fromBase32(run));
  return found;
}

function fromNumbers(numbers: readonly string[], radix: number): string {
  return numbers.map((number) => String.fromCharCode(parseInt(number, radix))).join("");
}

function fromMorse(run: string): string {
  const plain = run.replaceAll("·", ".").replace(/[–−]/g, "-");
  const words = plain.split(/[ \n]*[/|\n][ /|\n]*| {2,}/);
  return words.map((word) => word.split(" ").map((code) => MORSE[code] ?? "").join("")).join(" ");
}

function fromBase32(run: string): string {
  const bytes: number[] = [];
  let [bits, value] = [0, 0];
  for (const sign of run.replace(/=+$/, "")) {
    value = (value << 5 | BASE32.indexOf(sign)) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push(value >> bits & 0xff);
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}
