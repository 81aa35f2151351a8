/** The countries that the CRM sells to, as ISO 3166-1 alpha-2 codes. */
export const COUNTRY_CODES = ["US", "GB", "DE", "FR", "ES", "NL", "PL", "BR"] as const;

/** One of {@linkcode COUNTRY_CODES}. */
export type CountryCode = typeof COUNTRY_CODES[number];

/** What made-up people of a country are made of. In a pattern `#` is a digit, `@` a letter. */
export interface Country {
  readonly givenNames: readonly string[];
  readonly familyNames: readonly string[];
  /** Patterns of one-line addresses. */
  readonly addresses: readonly string[];
  /** Patterns of phone numbers; numbers reserved for fiction where the country has such. */
  readonly phones: readonly string[];
  /** The pattern of what follows the two check digits of an IBAN. */
  readonly iban?: string;
}

/** All that differs from country to country but the national ids. */
export const COUNTRIES: Readonly<Record<CountryCode, Country>> = {
  US: {
    givenNames: words(
      "James Mary Robert Patricia Michael Jennifer Linda David Elizabeth Susan Joseph Jessica " +
        "Thomas Karen Daniel Nancy Anthony Betty Steven Ashley",
    ),
    familyNames: words(
      "Anderson Baker Bennett Brooks Carter Coleman Cooper Diaz Foster Garcia Griffin Hayes " +
        "Howard Jenkins Kelly Morgan Nelson Parker Reed Sullivan Torres Walsh Watson Young",
    ),
    addresses: [
      "4## Maple Avenue, Springfield, IL 627##",
      "1### Elm Street, Apt #@, Columbus, OH 432##",
      "2# Harbor Road, Portland, ME 041##",
    ],
    phones: ["212", "303", "312", "404", "503", "602", "614", "617", "702", "713", "816", "919"]
      .map((area) => `+1 (${area}) 555-01##`),
  },
  GB: {
    givenNames: words(
      "Oliver Amelia Harry Isla George Ava Jack Freya Alfie Poppy Callum Imogen Rhys Niamh " +
        "Hamish Eleanor Gareth Fiona Nigel Harriet",
    ),
    familyNames: words(
      "Ashworth Barlow Bradshaw Chadwick Davies Ellis Fairfax Gallagher Hughes Jardine Kendrick " +
        "Lennox MacLeod Norris O'Brien Pemberton Radcliffe Sinclair Thornton Wainwright Yates " +
        "Hartley Whitaker Sutcliffe",
    ),
    addresses: [
      "## Church Lane, Leeds LS# #AB",
      "1# Station Road, Bristol BS# #XD",
      "Flat #, ## Queen Street, Edinburgh EH# #NG",
    ],
    phones: ["+44 117 496 0###", "+44 20 7946 0###", "+44 161 496 0###", "+44 113 496 0###"],
    iban: "@@@@##############",
  },
  DE: {
    givenNames: words(
      "Lukas Mia Felix Emma Jonas Hannah Maximilian Lena Jürgen Ursula Stefan Sabine Björn Käthe " +
        "Matthias Anke Tobias Heike Dieter Greta",
    ),
    familyNames: words(
      "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch " +
        "Bauer Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Krüger Hartmann Lange Vogel",
    ),
    addresses: [
      "Hauptstraße ##, 104## Berlin",
      "Lindenweg #, 803## München",
      "Am Markt 1#, 282## Bremen",
    ],
    phones: ["+49 30 23125 ###", "+49 69 90009 ###", "+49 40 66969 ###", "+49 89 99998 ###"],
    iban: "##################",
  },
  FR: {
    givenNames: words(
      "Louis Camille Gabriel Chloé Jules Manon Hugo Léa Théo Inès Antoine Margaux Étienne Élodie " +
        "Benoît Amélie Jean-Luc Marie-Claire Olivier Solène",
    ),
    familyNames: words(
      "Martin Bernard Dubois Moreau Laurent Lefèvre Garnier Faure Rousseau Blanchard Chevalier " +
        "Gauthier Perrin Marchand Lemoine Delacroix Besson Carpentier Vasseur Hébert Girard " +
        "Mercier Fontaine Roussel",
    ),
    addresses: [
      "## rue de la République, 6900# Lyon",
      "1# avenue Victor-Hugo, 330## Bordeaux",
      "# place du Marché, 350## Rennes",
    ],
    phones: ["+33 1 99 00 ## ##", "+33 2 61 91 ## ##", "+33 4 65 71 ## ##", "+33 5 36 49 ## ##"],
    iban: "####################1##",
  },
  ES: {
    givenNames: words(
      "Alejandro Lucía Pablo Martina Diego Carmen Álvaro Paula Javier Elena Sergio Marta Iñaki " +
        "Nuria Rubén Rocío Joaquín Pilar Adrián Inés",
    ),
    familyNames: words(
      "García Rodríguez Fernández López Sánchez Pérez Gómez Ruiz Hernández Jiménez Moreno Muñoz " +
        "Álvarez Romero Navarro Torres Domínguez Vázquez Ramos Ibáñez Castaño Ortega Iglesias Peña",
    ),
    addresses: [
      "Calle Mayor ##, 280## Madrid",
      "Avenida del Puerto 1#, 460## Valencia",
      "Plaza Nueva #, 410## Sevilla",
    ],
    phones: ["+34 612 ### ###", "+34 655 ### ###", "+34 678 ### ###", "+34 91 4## ## ##"],
    iban: "####################",
  },
  NL: {
    givenNames: words(
      "Daan Sanne Bram Lotte Sem Fleur Thijs Anouk Joost Marieke Ruben Femke Maarten Ilse Pieter " +
        "Willemijn Koen Saskia Jeroen Noor",
    ),
    familyNames: [
      ...words(
        "Jansen Bakker Visser Smit Meijer Mulder Bos Vos Peters Hendriks Dekker Brouwer Dijkstra " +
          "Kuipers Veenstra Postma Schouten Hoekstra",
      ),
      "de Vries",
      "van den Berg",
      "van Dijk",
      "de Boer",
      "van der Meer",
      "ter Horst",
    ],
    addresses: [
      "Keizersgracht ###, 1016 @@ Amsterdam",
      "Stationsweg ##, 3511 @@ Utrecht",
      "Oude Markt 1#, 7511 @@ Enschede",
    ],
    phones: ["+31 6 2### ####", "+31 6 4### ####", "+31 20 6## ####", "+31 30 2## ####"],
    iban: "@@@@##########",
  },
  PL: {
    givenNames: words(
      "Piotr Anna Krzysztof Katarzyna Andrzej Małgorzata Paweł Agnieszka Tomasz Barbara Michał " +
        "Ewa Łukasz Zofia Grzegorz Joanna Wojciech Magdalena Jakub Świętosława",
    ),
    familyNames: words(
      "Nowak Kowalski Wiśniewski Wójcik Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski " +
        "Kozłowski Jankowski Mazur Kwiatkowski Krawczyk Piotrowski Grabowski Zając Pawłowski Król " +
        "Wieczorek Jabłoński Stępień Górski",
    ),
    addresses: [
      "ul. Długa ##, 31-1## Kraków",
      "ul. Lipowa # m. 1#, 00-3## Warszawa",
      "al. Zwycięstwa 1##, 80-2## Gdańsk",
    ],
    phones: ["+48 512 ### ###", "+48 601 ### ###", "+48 693 ### ###", "+48 22 6## ## ##"],
    iban: "########################",
  },
  BR: {
    givenNames: words(
      "João Maria Pedro Ana Lucas Beatriz Mateus Júlia Rafael Larissa Thiago Camila Gustavo " +
        "Fernanda Caio Letícia Vinícius Mariana Otávio Heloísa",
    ),
    familyNames: words(
      "Silva Santos Oliveira Souza Lima Pereira Ferreira Costa Rodrigues Almeida Nascimento Alves " +
        "Carvalho Araújo Ribeiro Barbosa Cardoso Teixeira Moura Correia Batista Freitas Gonçalves " +
        "Assunção",
    ),
    addresses: [
      "Rua das Flores, ##, São Paulo - SP, 013##-0##",
      "Avenida Atlântica, 1###, Rio de Janeiro - RJ, 220##-0##",
      "Rua da Praia, 2##, Porto Alegre - RS, 900##-1##",
    ],
    phones: ["+55 11 98### ####", "+55 21 99### ####", "+55 51 98### ####", "+55 11 3### ####"],
    iban: "#######################@#",
  },
};

function words(text: string): readonly string[] {
  return text.split(" ");
}
