import { assertEquals } from "@std/assert";
import { HintCache, keyWords } from "../../../src/privacy/detect/key_hints.ts";

Deno.test("keyWords splits keys of every style and writes out short forms", () => {
  assertEquals(keyWords("MothersMaiden"), ["mothers", "maiden"]);
  assertEquals(keyWords("cust_nm"), ["customer", "name"]);
  assertEquals(keyWords("birth_dt"), ["birth", "date"]);
  assertEquals(keyWords("SSNNumber"), ["ssn", "number"]);
  assertEquals(keyWords("addr1"), ["address", "1"]);
  assertEquals(keyWords("X-Forwarded-For"), ["x", "forwarded", "for"]);
  assertEquals(keyWords("constructor"), ["constructor"]);
  assertEquals(keyWords("__proto__"), ["proto"]);
});

Deno.test("HintCache names the kind that a key and its owner speak of", () => {
  const rows: readonly (readonly [key: string, parent: string, kind: string | undefined])[] = [
    ["MothersMaiden", "", "PERSON"],
    ["cust_nm", "", "PERSON"],
    ["birth_dt", "", "BIRTHDATE"],
    ["value", "emailAddresses", "EMAIL"],
    ["home", "phones", "PHONE"],
    ["Name", "Account", "ORG"],
    ["name", "user", "PERSON"],
    ["name", "product", undefined],
    ["file_name", "", undefined],
    ["email_verified", "", undefined],
    ["has_email", "", undefined],
    ["isCompany", "", undefined],
    ["work_email_2", "", "EMAIL"],
    ["social_security_number", "", "SSN"],
    ["ip_address", "", "IP"],
    ["billingAddress", "", "ADDRESS"],
    ["eth_address", "", "CRYPTO"],
    ["db_password", "", "SECRET"],
    ["next_page_token", "", undefined],
    ["max_tokens", "", undefined],
    ["company_id", "", undefined],
    ["customer_id", "", undefined],
    ["email_id", "", "EMAIL"],
    ["accountNumber", "", "ACCOUNT"],
    ["pan", "", "CARD"],
    ["created_at", "", undefined],
    ["status", "", undefined],
    ["hasOwnProperty", "", undefined],
  ];
  for (const [key, parent, kind] of rows) {
    assertEquals(new HintCache().get(key, parent)[0]?.kind, kind, `${parent}.${key}`);
  }
});

const PIECES =
  "e mail email phone name id user SSN Number c C 2 41 1C v4 ip zip address Line k no Nm é x _ . - !"
    .split(" ").concat(" ", "e\u0301", "\u0130", "𝐞", "\u200b", "Home", "dob", "value", "hash");

Deno.test("HintCache passes over no name that hints at something", () => {
  const cache = new HintCache();
  // A word of its own with a digit lets it read every name.
  const thorough = new HintCache([["zz9zz", "OWN"]]);
  let state = 7;
  const next = (below: number) => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) % below;
  for (let count = 0; count < 30_000; count++) {
    const key = Array.from({ length: 1 + next(5) }, () => PIECES[next(PIECES.length)]).join("");
    const parent = next(2) === 0 ? "" : PIECES[next(PIECES.length)]!;
    if (key === "") continue;
    assertEquals(cache.get(key, parent), thorough.get(key, parent), JSON.stringify([key, parent]));
  }
});

Deno.test("HintCache knows an operator's own words however a name joins them", () => {
  for (const own of ["staffBadge", "staff badge", "badge 2c", "Kunden Nr", "PLZ"]) {
    const cache = new HintCache([[own, "BADGE"]]);
    const [hint] = cache.get(own);
    assertEquals(hint?.kind, "BADGE", own);
  }
});
