import { keyWords, SHORT_WORDS } from "./key_words.ts";

/** What the name of a field says about its value. */
export interface KeyHint {
  readonly kind: string;
  /** `named`: the key alone is enough. `likely`: the value must look like one too. */
  readonly certainty: "named" | "likely";
}

/** Words at the end of a key that say nothing about what the value is. */
const NEUTRAL_ENDS = new Set(
  ("value values text raw string str full primary secondary main default new old current home work " +
    "office personal business private other alt alternate alternative number line " +
    "1 2 3 4 5 6 7 8 9 c custom field id enc encrypted plain clear plaintext normalized formatted e164 " +
    "input display label").split(" "),
);

type Rule = readonly [kind: string, certainty: KeyHint["certainty"], phrases: string];

/** Phrases that end a key, by kind; the longest phrase that fits decides. */
const RULES: readonly Rule[] = [
  [
    "EMAIL",
    "likely",
    "email|email address|e mail|email id|user principal name|upn|reply to|mail from|mail to",
  ],
  [
    "PHONE",
    "likely",
    "phone|mobile|cell|fax|contact number|contact|whatsapp|msisdn|phone number|sms|pager|landline|telefon|handy|caller|callee|caller id|desk|office",
  ],
  [
    "PERSON",
    "named",
    "first name|last name|middle name|given name|family name|surname|forename|maiden|maiden name|full name|legal name|preferred name|nick name|nickname|name of patient|patient name|customer name|contact name|employee name|owner name|holder name|cardholder|card holder|cardholder name|account holder|account holder name|recipient name|sender name|author name|beneficiary name|candidate name|applicant name|student name|teacher name|doctor name|guest name|passenger name|driver name|person name|client name|user full name|father name|mother name|spouse name|emergency contact name|next of kin|kin name|signatory|payee name|buyer name|seller name|agent name|manager name|billing name|shipping name|real name|mothers maiden|mothers maiden name|salutation name|cardholdername|vorname|nachname|prenom|apellido|apellidos|cognome|voornaam|achternaam",
  ],
  [
    "PERSON",
    "likely",
    "display name|given|family|nom|nombre|person|contact|customer|employee|assignee|owner|account owner|author|recipient|sender|manager|supervisor|spouse|patient|doctor|physician|provider name|reporter|reported by|created by|updated by|modified by|assigned to|requester|requested by|approver|approved by|attendee|participant|beneficiary|passenger|guest|applicant|candidate|student|teacher|user|person|client|buyer|seller|agent|representative|rep|signer|signed by|creator|organizer|host|speaker|winner|player|father|mother|lead|lead name|director|member|tenant name|landlord|insured|claimant|witness|nurse|caregiver|emergency contact|user name|payee|payer|borrower|cosigner|subject name|to name|from name",
  ],
  [
    "ORG",
    "named",
    "company|company name|organization|organization name|employer|employer name|business name|vendor|vendor name|supplier name|merchant name|account name|institution|university|school name|firm|manufacturer name|trading name|bank name|insurer",
  ],
  [
    "ORG",
    "likely",
    "supplier|merchant|organization id|school|hospital|college|insurance company|bank",
  ],
  [
    "ADDRESS",
    "likely",
    "address|street|street name|street address|mailing street|billing street|shipping street|other street|address line|residence|house number|adresse|direccion|indirizzo|shipping address|billing address|delivery address|postal address|home address|location address",
  ],
  [
    "LOCATION",
    "likely",
    "city|town|village|suburb|district|county|municipality|locality|birth place|place of birth|birthplace|hometown|home town|neighborhood|neighbourhood|mailing city|billing city|borough|ort|ville|ciudad|stadt|citta",
  ],
  ["ZIP", "likely", "zip|zip 4|postal|post code|postal code|zip code|pin code|pincode"],
  [
    "BIRTHDATE",
    "likely",
    "birth date|date of birth|dob|birth|born|born on|birth year|birth month|birth day|d o b|geburtsdatum|fecha de nacimiento",
  ],
  [
    "SSN",
    "likely",
    "ssn|social security|social security number|social|ss number|itin|taxpayer id|taxpayer|taxpayer number|tin|ssn 4|ssn last 4",
  ],
  [
    "NATIONAL_ID",
    "likely",
    "national id|national identifier|national number|national identity number|identity number|identity card|id card|id card number|government id|gov id|tax id|tax number|tax identification|tax identification number|fiscal code|codice fiscale|nino|national insurance|national insurance number|nhs number|nhs|aadhaar|aadhar|aadhaar number|pan number|pan card|voter id|cpf|cnpj|dni|nie|nif|curp|rfc|pesel|bsn|sin|personnummer|cpr|rut|cedula|oib|egn|tckn|citizen id|resident id|steuer id|ein|hkid|nric|my number|ssn ein",
  ],
  [
    "CARD",
    "likely",
    "card|card number|credit card|credit card number|debit card|debit card number|payment card|pan|primary account number|card pan|card no",
  ],
  ["IBAN", "likely", "iban|iban number|international bank account number"],
  [
    "ACCOUNT",
    "likely",
    "bank account|bank account number|account number|account no|routing|routing number|aba|sort code|bsb|swift|bic|swift code|checking account|savings account|iban or account|acct number|beneficiary account|payout account|deposit account",
  ],
  [
    "IP",
    "likely",
    "ip|ip address|client ip|remote address|remote addr|source ip|src ip|dest ip|destination ip|last login ip|host ip|server ip|x forwarded for|forwarded for|x real ip|peer address|client address|remote ip|login ip|public ip|private ip",
  ],
  ["MAC", "likely", "mac|mac address|hardware address|bssid|ethernet address|hwaddr"],
  [
    "CRYPTO",
    "likely",
    "wallet|wallet address|eth address|btc address|bitcoin address|payout address|crypto address|ethereum address|public address|deposit address",
  ],
  [
    "PASSPORT",
    "likely",
    "passport|passport number|passport no|passport id|travel document|travel document number",
  ],
  [
    "LICENSE",
    "likely",
    "driver license|driver license number|driving license|license number|driver license no|license plate|plate|plate number|vehicle registration|registration plate|vin",
  ],
  [
    "USERNAME",
    "likely",
    "user name|login|login name|user login|screen name|handle|account login|sam account name|logon|logon name|user handle|twitter handle|github login|skype|slack handle",
  ],
  [
    "MEDICAL",
    "likely",
    "patient id|patient number|mrn|medical record|medical record number|insurance number|insurance id|policy number|insurance policy|insurance policy number|member id|health id|health insurance number|medicare|medicare number|medicaid|medicaid number|diagnosis|prescription|blood type|npi|subscriber id",
  ],
  [
    "SECRET",
    "named",
    "password|passphrase|passcode|secret|client secret|api key|api secret|app secret|access token|refresh token|auth token|authentication token|bearer token|id token|session token|session key|session secret|private key|secret key|secret access key|access key|signing key|signing secret|encryption key|master key|webhook secret|shared secret|api token|personal access token|app password|authorization|x api key|x auth token|proxy authorization|cookie|set cookie|pin|cvv|cvc|cvv2|cvc2|csc|card cvv|security code|otp|otp secret|totp secret|mfa secret|mfa code|recovery code|recovery codes|backup code|backup codes|seed phrase|mnemonic|recovery phrase|security answer|secret answer|ssh key|storage key|account key|sas token|db password|root password|admin password|token secret|consumer secret|consumer key|service account key|oauth token|jwt|bot token|access code|keystore password|license secret|db pass|user pass|root pass|admin pass|smtp pass|mail pass|ftp pass|mysql pass|postgres pass|redis pass",
  ],
  [
    "SECRET",
    "likely",
    "credential|credentials|pass|pw|sig|amz signature|token|auth|key secret|bearer|hash secret|passwd hash|password hash|csrf|session|sid|signature secret|webhook url",
  ],
];

/** Owners whose `name` is a thing's: a product's, a file's, a company's. */
const THING_PARENTS = new Set(
  ("product file folder repo repository project package module tool server service app application " +
    "country state category tag label team group role permission event company organization account " +
    "vendor brand model city region department database table column field index branch channel board list " +
    "status type currency language plan feature workflow job task step image container cluster node " +
    "namespace host device domain site page template theme font color plugin extension library dataset " +
    "metric alert policy rule environment stage bucket queue topic drive document sheet store warehouse " +
    "course school hospital song album movie book game recipe ingredient skill language license calendar " +
    "program campaign segment pipeline deal opportunity asset part material unit schema function method " +
    "class variable parameter argument property attribute workspace organizationunit function")
    .split(" "),
);
const ORG_PARENTS = new Set(
  "company organization account vendor employer supplier merchant business bank insurer".split(" "),
);
/** Owners that are people. */
const PERSON_PARENTS = new Set(
  ("user customer contact employee person people patient client member owner author assignee recipient " +
    "sender manager lead candidate applicant student teacher doctor physician guest passenger driver " +
    "attendee participant beneficiary cardholder holder buyer seller agent creator reporter requester " +
    "approver organizer speaker spouse child parent mother father friend player tenant donor volunteer " +
    "resident victim witness staff profile account owner subscriber from to cc bcc billing shipping " +
    "caller signer payee payer insured claimant nurse").split(" "),
);

/** Tokens of paging and of language models are no secrets. */
const HARMLESS_BEFORE = new Set(
  ("page continuation sync cursor next pagination skip stop start end eos bos pad unk max min num total " +
    "prompt completion input output public").split(" "),
);
/** First words of keys that ask or count. */
const QUESTIONS = new Set(
  "is has can should must may use uses with without no not show hide allow allows enable enabled disable require requires required num count max min total valid verify"
    .split(" "),
);
/** Kinds whose values are words: the id of one is no such value. */
const SPOKEN = new Set(["PERSON", "ORG", "LOCATION", "ADDRESS", "SECRET"]);

const PHRASES: ReadonlyMap<string, readonly KeyHint[]> = makePhrases();
const LONGEST_PHRASE = 5;

/**
 * What a key says about its value, best first.
 *
 * @param key of the value
 * @param parent the key of the object that holds it, if any
 */
export function keyHints(key: string, parent = ""): readonly KeyHint[] {
  const words = keyWords(key);
  // `isCompany`, `has_email`, `num_users`: a question or a count.
  if (words.length > 1 && QUESTIONS.has(words[0]!)) return [];
  const parentWords = keyWords(parent);
  if (words.join(" ") === "name") return nameHints(parentWords);
  const own = phraseHints(words);
  if (own.length > 0) return own;
  // `emailAddresses[].value`, `phones.home`: the key is neutral and the parent names the kind.
  return words.every(isNeutral) ? phraseHints(parentWords) : [];
}

/** Every word that can end a key that hints at something. */
export function hintEndings(): Set<string> {
  const ofPhrases = [...PHRASES.keys()].map((phrase) => phrase.split(" ").at(-1)!);
  return new Set(["name", ...ofPhrases, ...NEUTRAL_ENDS, ...SHORT_WORDS]);
}

function nameHints(parentWords: readonly string[]): readonly KeyHint[] {
  const owner = singular(parentWords.at(-1) ?? "");
  if (ORG_PARENTS.has(owner)) return [{ kind: "ORG", certainty: "named" }];
  if (PERSON_PARENTS.has(owner)) return [{ kind: "PERSON", certainty: "named" }];
  return THING_PARENTS.has(owner) ? [] : [{ kind: "PERSON", certainty: "likely" }];
}

function phraseHints(words: readonly string[]): readonly KeyHint[] {
  for (let end = words.length; end > 0; end--) {
    for (let length = Math.min(LONGEST_PHRASE, end); length > 0; length--) {
      const hints = PHRASES.get(words.slice(end - length, end).join(" "));
      if (hints === undefined) continue;
      const isHarmless = HARMLESS_BEFORE.has(words[end - length - 1] ?? "");
      const isNumbered = words.slice(end).includes("id");
      return hints.filter(({ kind }) =>
        !(kind === "SECRET" && isHarmless) && !(isNumbered && SPOKEN.has(kind))
      );
    }
    if (!isNeutral(words[end - 1]!)) return [];
  }
  return [];
}

function isNeutral(word: string): boolean {
  return NEUTRAL_ENDS.has(word) || /^\d+$/.test(word);
}

function makePhrases(): Map<string, KeyHint[]> {
  const phrases = new Map<string, KeyHint[]>();
  for (const [kind, certainty, list] of RULES) {
    for (const phrase of list.split("|")) {
      phrases.set(phrase, [...(phrases.get(phrase) ?? []), { kind, certainty }]);
    }
  }
  return phrases;
}

function singular(word: string): string {
  if (word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  return word.endsWith("s") && !word.endsWith("ss") ? word.slice(0, -1) : word;
}
