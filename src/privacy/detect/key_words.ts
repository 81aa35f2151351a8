/** Short forms that people write in the names of columns, by the words that they stand for. */
const SHORT_FORMS: readonly (readonly [words: string, forms: string])[] = [
  ["name", "nm names"],
  ["first name", "fname firstname"],
  ["last name", "lname lastname"],
  ["middle name", "mname middlename"],
  ["date", "dt"],
  ["address", "addr adr addresses"],
  ["number", "no num nbr nr"],
  ["account", "acct acc"],
  ["customer", "cust customers"],
  ["employee", "emp ee employees"],
  ["phone", "ph tel telephone tele phones phonenumber telno"],
  ["mobile", "mob"],
  ["mobile phone", "mobilephone"],
  ["home phone", "homephone"],
  ["work phone", "workphone"],
  ["cell phone", "cellphone"],
  ["password", "passwd pwd pgpassword sshpass"],
  ["db password", "dbpassword dbpass dbpasswd dbpwd"],
  ["api key", "apikey"],
  ["api token", "apitoken"],
  ["api secret", "apisecret"],
  ["auth token", "authtoken"],
  ["client secret", "clientsecret"],
  ["access key", "accesskey"],
  ["refresh token", "refreshtoken"],
  ["session token", "sessiontoken"],
  ["bearer token", "bearertoken"],
  ["encryption key", "encryptionkey"],
  ["credentials", "creds cred"],
  ["email", "mail emails emailaddress"],
  ["ip", "ip4 ip6 ipv4 ipv6 ips ipaddress"],
  ["full name", "fullname"],
  ["display name", "displayname"],
  ["user name", "username"],
  ["user id", "userid"],
  ["birth date", "birthdate birthday bday dateofbirth birthdt"],
  ["birth year", "yob"],
  ["zip", "zipcode postcode postalcode plz cep"],
  ["organization", "org organisation"],
  ["card", "cc creditcard"],
  ["card number", "ccnum cardno"],
  ["license", "licence lic"],
  ["driver license", "dl"],
  ["driver", "drivers"],
  ["mac", "macaddress mac"],
  ["ssn", "ssno"],
  ["social", "soc"],
  ["security", "sec"],
  ["access token", "accesstoken"],
  ["secret key", "secretkey"],
  ["private key", "privatekey"],
  ["contact", "contacts"],
  ["user", "users"],
  ["recipient", "recipients"],
  ["attendee", "attendees"],
  ["participant", "participants"],
];
const LONG_FORMS: ReadonlyMap<string, readonly string[]> = new Map(
  SHORT_FORMS.flatMap(([words, forms]) => forms.split(" ").map((form) => [form, words.split(" ")])),
);

/** Every short form. */
export const SHORT_WORDS: readonly string[] = [...LONG_FORMS.keys()];

/** Splits a key into lower-case words: `cust_nm`, `MothersMaiden`, `emailAddresses[].value`. */
export function keyWords(key: string): string[] {
  return key
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, "$1 $2")
    .replace(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, "$1 $2")
    .replace(/(\p{L})(\d+)$/u, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .flatMap((word) => LONG_FORMS.get(word) ?? [word])
    .filter((word) => word !== "");
}
