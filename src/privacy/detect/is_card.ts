/** Issuers' number ranges: first digits, and the lengths that the issuer gives out. */
const ISSUERS: readonly (readonly [RegExp, readonly number[], string])[] = [
  [/^4/, [13, 16, 19], "Visa"],
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16], "Mastercard"],
  [/^3[47]/, [15], "American Express"],
  [/^(?:6011|64[4-9]|65|622)/, [16, 17, 18, 19], "Discover"],
  [/^(?:30[0-5]|309|36|38|39)/, [14, 15, 16, 17, 18, 19], "Diners Club"],
  [/^35(?:2[89]|[3-8])/, [16, 17, 18, 19], "JCB"],
  [/^(?:2131|1800)/, [15], "JCB"],
  [/^62/, [16, 17, 18, 19], "UnionPay"],
  [/^(?:5018|5020|5038|5893|6304|6390|67)/, [12, 13, 14, 15, 16, 17, 18, 19], "Maestro"],
  [/^220[0-4]/, [16, 17, 18, 19], "Mir"],
  [/^(?:60|508|81|82)/, [16], "RuPay"],
  [/^9792/, [16], "Troy"],
];

/** The network that gives out cards of a number's range and length. */
export function cardNetwork(digits: string): string | undefined {
  return ISSUERS.find(([first, lengths]) => first.test(digits) && lengths.includes(digits.length))
    ?.[2];
}

/** Whether the last digit is the one that the Luhn sum demands. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    let digit = digits.charCodeAt(digits.length - 1 - index) - 48;
    if (index % 2 === 1) digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return sum % 10 === 0;
}

/** Whether digits are a payment card's: issuer, length and Luhn. */
export function isCard(digits: string): boolean {
  return digits.length >= 12 && digits.length <= 19 && !/^(\d)\1*$/.test(digits) &&
    passesLuhn(digits) && cardNetwork(digits) !== undefined;
}
