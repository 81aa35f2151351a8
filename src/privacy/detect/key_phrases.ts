/** What the name of a field says about its value. */
export interface KeyHint {
  readonly kind: string;
  /** `named`: the key alone is enough. `likely`: the value must look like one too. */
  readonly certainty: "named" | "likely";
}

type KeyRule = readonly [kind: string, certainty: KeyHint["certainty"], phrases: string];

/** Phrases that end a key, by kind; the longest phrase that fits decides. */
const KEY_RULES: readonly KeyRule[] = [
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

/** Each phrase with what it says of a value. */
export const KEY_PHRASES: ReadonlyMap<string, readonly KeyHint[]> = makePhrases();

function makePhrases(): Map<string, KeyHint[]> {
  const phrases = new Map<string, KeyHint[]>();
  for (const [kind, certainty, list] of KEY_RULES) {
    for (const phrase of list.split("|")) {
      phrases.set(phrase, [...(phrases.get(phrase) ?? []), { kind, certainty }]);
    }
  }
  return phrases;
}
