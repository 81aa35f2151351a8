import { assertEquals } from "@std/assert";
import { keyHints, keyWords } from "../../../src/privacy/detect/key_hints.ts";

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

Deno.test("keyHints names the kind that a key and its owner speak of", () => {
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
    assertEquals(keyHints(key, parent)[0]?.kind, kind, `${parent}.${key}`);
  }
});
