import { WordIndex } from "./word_index.ts";

/** What a word near a candidate speaks for; the bits of {@linkcode vocabulary}. */
export const ABOUT = {
  card: 1 << 0,
  phone: 1 << 1,
  ssn: 1 << 2,
  bank: 1 << 3,
  passport: 1 << 4,
  licence: 1 << 5,
  nationalId: 1 << 6,
  medical: 1 << 7,
  birth: 1 << 8,
  zip: 1 << 9,
  secret: 1 << 10,
  login: 1 << 11,
  version: 1 << 12,
  /** A number of a thing, not of a person: order, invoice, row, build… */
  reference: 1 << 13,
  honorific: 1 << 14,
  role: 1 << 15,
  speech: 1 << 16,
  greeting: 1 << 17,
  street: 1 << 18,
  organisation: 1 << 19,
  particle: 1 << 20,
  calendar: 1 << 21,
  kin: 1 << 22,
  place: 1 << 23,
  /** The small words of a language: no name, however it is written. */
  filler: 1 << 24,
  /** A word that a name follows: "my name is …", "named …". */
  introduction: 1 << 25,
  /** A word that a phone number often follows, and a count as well. */
  calling: 1 << 26,
} as const;

const WORDS: Readonly<Record<keyof typeof ABOUT, string>> = {
  card:
    "card cards credit debit cc visa mastercard amex maestro discover diners jcb pan cardholder karte kreditkarte carte tarjeta carta cartão kort kortti karta kártya",
  phone:
    "phone phones phoned telephone tel tél mobile mobil cell cellphone fax dial dialed whatsapp sms hotline landline pager voicemail telefon telefonu téléphone telefone teléfono telefoon telefono puhelin handy portable móvil celular registered",
  ssn: "ssn ssns social",
  bank:
    "iban bank account accounts acct acc routing aba transit beneficiary swift bic bsb konto kontonummer compte cuenta conto conta rekening checking savings wire",
  passport: "passport passports reisepass passeport pasaporte passaporto paspoort passaporte",
  licence:
    "license licence licenses licences licensed dl dmv driver drivers führerschein permis führerscheinnummer",
  nationalId:
    "tin itin atin ein taxpayer tax taxid aadhaar aadhar pan voter nino insurance sin nif nie dni cpf cnpj rut curp pesel bsn cedula cédula nhs personnummer personnumer cpr hetu steuer steuernummer steueridentifikationsnummer codice fiscale identity national citizen nric idnr jmbg oib egn cnp tckn kimlik resident",
  medical:
    "patient patients mrn medical medicare medicaid insurance policy policyholder member chart diagnosis prescription npi",
  birth:
    "born dob birth birthday birthdate birthdays d.o.b geboren geburtsdatum geburtstag naissance né née nacimiento nacido nascimento nascita geboortedatum syntymäaika födelsedatum",
  zip: "zip zipcode postal postcode plz cap cep pincode",
  secret:
    "password passwords passwd passcode passphrase pwd pw secret secrets token tokens apikey key keys credential credentials auth authorization bearer pin cvv cvc otp passwort kennwort contraseña motdepasse wachtwoord senha",
  login: "login user username userid login logon signin account handle nickname",
  version:
    "section sections chapter clause paragraph appendix rfc version versions ver v release build firmware driver kernel tag image sdk chrome",
  reference:
    "id ids order orders invoice ticket tickets case ref reference row rows job build commit sku isbn ean upc gtin asin epoch timestamp ts item items page line port pid code tracking shipment batch version offset sequence seq serial part model article nr transaction amount total price qty quantity size bytes bpm",
  honorific:
    "mr mrs ms miss mx dr prof professor sir madam dame lord lady rev reverend fr sr sra srta herr frau fräulein monsieur madame mme mlle señor señora signor signora hr fru dhr mevr pan pani doctor capt captain officer sgt sergeant lt lieutenant col colonel",
  role:
    "judge justice senator congressman congresswoman governor president chancellor king queen prince princess applicant employee customer client patient manager director engineer specialist officer adjuster agent contractor developer policyholder resident guardian beneficiary user member holder analyst supervisor nurse attorney lawyer author singer songwriter actor actress producer commenter novelist player executive administrator consultant resident teacher student colleague partner founder ceo cto cfo assistant tenant insured recipient victim suspect witness candidate individual",
  speech:
    "says said say asked asks replied replies told tells wrote writes added adds explained explains noted notes shouted whispered confirmed reported announced claims claimed called named met",
  greeting: "hi hello dear hey hallo hola bonjour ciao thanks regards cheers sincerely",
  street:
    "street st avenue ave av road rd boulevard blvd lane ln drive court ct square sq terrace ter place pl highway hwy parkway pkwy crescent row alley way close mews quay wharf gardens garden grove suite apt apartment unit floor circle circuit track trail trace turnpike tunnel plaza pass passage path pike pine pines plain plains point points branch brook brooks burg bypass camp canyon causeway center centre cliff cliffs club common commons corner corners course courts cove creek crest crossing crossroad curve dale dam divide drives estate estates expressway extension extensions fall falls ferry field fields flat flats ford fords forest forge forges fork forks fort freeway gateway glen glens green greens groves harbor harbors haven heights highland hill hills hollow inlet island islands isle junction junctions key keys knoll knolls lake lakes land landing light lights loaf lock locks lodge loop mall manor manors meadow meadows mill mills mission motorway mount mountain mountains neck orchard oval overpass park parks parkways port ports prairie radial ramp ranch rapid rapids rest ridge ridges river roads route rue run shoal shoals shore shores skyway spring springs spur spurs squares station stravenue stream streets summit throughway trafficway tunnels underpass union unions valley valleys via viaduct view views village villages ville vista walk walks wall ways well wells ponds pond lot box psc straße strasse str weg platz allee gasse chaussee damm ufer allée impasse cours quai chemin faubourg voie calle avenida paseo carrer carretera camino glorieta ronda urbanización viale piazza corso strada vicolo contrada borgo piazzetta salita travessa marginal alameda rodovia rua lote parque laan straat gracht plein gade vej gate gatan vägen väg gata veien vegen katu tie ulica ul aleja al szosa utca út útja tér köz park náměstí třída sokak sokağı caddesi cadde mahallesi bulvarı ulice proezd prospekt ulitsa",
  organisation:
    "inc incorporated llc llp ltd limited corp corporation co company gmbh ag kg ohg se sa sas sarl srl spa bv nv ab as asa aps oy oyj plc pty pvt kft zrt bt rt sp zoo sro doo group holdings holding partners associates bank trust university gruppe gruppen grupo gruppo groupe asociados associados aktiebolag hermanos hermanas sons brothers ltda cia tbk persero kg ohg ug oü sia uab sl slu comércio commerce investments investment capital ventures labs lab research consulting logistics foods energy healthcare health systems studios software digital global international worldwide television tv radio records network networks corps lte dept office college institute school academy hospital clinic church foundation association union council committee department agency ministry bureau commission court cooperative club society museum library orchestra airlines airways motors pharmaceuticals technologies solutions systems industries enterprises services records insurance securities media press",
  particle:
    "de da do dos das di del della der den van von zu zur ter ten te la le du des el al bin ibn ben af av of y e i",
  calendar:
    "january february march april june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun",
  kin:
    "brother sister mother father mom mum dad son daughter wife husband kid child partner uncle aunt grandfather grandmother cousin nephew niece fiancé fiancée boyfriend girlfriend friend boss spouse",
  place:
    "north south east west new old northern southern eastern western upper lower great bad süd nord ost alt neu groß klein san santa santo são saint sankt el los las la le port fort lake mount saint east city town village county state province district republic kingdom island islands isle lake mount mountain river bay cape port harbor harbour valley beach park bridge station airport square hills springs falls",
  calling: "call calls called calling texted message messages ring rang reach contact answering",
  introduction: "name names named called nicknamed",
  filler:
    "a an the my your his her its our their this that these those i me you he she it we they us them who whom what which when where why how can could will would shall should may might must do does did is are was were be been being am have has had not no yes and or but nor so yet if then else than as at by for from in into of off on onto out over per to under up upon with without within about above after again all also any because before below between both down during each few further here just more most now only other own same some such there through too until very while whose please ok okay let hey hi hello mr mrs ms",
};

let index: WordIndex | undefined;

/** The words of all contexts, each with the bits of what it speaks for, made on first use. */
export function vocabulary(): WordIndex {
  if (index !== undefined) return index;
  index = new WordIndex(2_048);
  for (const [context, words] of Object.entries(WORDS)) {
    const bit = ABOUT[context as keyof typeof ABOUT];
    for (const word of words.split(" ")) index.add(word, bit);
  }
  return index;
}
