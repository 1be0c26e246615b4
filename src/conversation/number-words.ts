const ENGLISH = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];

/** Lists number words by language; spellings of one number stand together. Hindi is one language in two scripts. */
const WORDS: { readonly [language: string]: readonly (string | readonly string[])[] } = {
  en: ENGLISH,
  hi: [
    ['शून्य', 'shunya', 'zero'],
    ['एक', 'ek', 'aik', 'ekk'],
    ['दो', 'do', 'doo'],
    ['तीन', 'teen', 'tin'],
    ['चार', 'char', 'chaar', 'chr'],
    ['पांच', 'पाँच', 'panch', 'paanch', 'panc'],
    ['छह', 'छः', 'छै', 'छे', 'chhe', 'chah', 'chhah', 'chey'],
    ['सात', 'saat', 'sat'],
    ['आठ', 'aath', 'ath'],
    ['नौ', 'nau'],
    ['दस', 'das', 'dus'],
    ['ग्यारह', 'gyarah', 'gyara'],
    ['बारह', 'barah', 'bara'],
  ],
  pt: [
    'zero',
    ['um', 'uma'],
    ['dois', 'duas'],
    ['três', 'tres'],
    'quatro',
    'cinco',
    'seis',
    'sete',
    'oito',
    'nove',
    'dez',
  ],
  id: ['nol', 'satu', 'dua', 'tiga', 'empat', 'lima', 'enam', 'tujuh', 'delapan', 'sembilan', 'sepuluh'],
  sw: ['sifuri', 'moja', 'mbili', 'tatu', 'nne', 'tano', 'sita', 'saba', 'nane', 'tisa', 'kumi'],
};

const ORDINALS: { readonly [language: string]: readonly (readonly string[])[] } = {
  en: [
    ['first', '1st'],
    ['second', '2nd'],
    ['third', '3rd'],
    ['fourth', '4th'],
    ['fifth', '5th'],
  ],
  hi: [
    ['पहला', 'पहली', 'pehla', 'pehli', 'pahla', 'pahli'],
    ['दूसरा', 'दूसरी', 'dusra', 'dusri', 'doosra', 'doosri'],
    ['तीसरा', 'तीसरी', 'teesra', 'teesri', 'tisra', 'tisri'],
    ['चौथा', 'चौथी', 'chautha', 'chauthi'],
    ['पांचवा', 'पाँचवाँ', 'panchva', 'paanchva'],
  ],
};

/** Words that may stand beside the number of a line without changing it. */
const BESIDE = new Set(
  'option number no num nambar wala wali vala vali one please pls plz नंबर नम्बर विकल्प वाला वाली नं opção nomor namba'.split(
    ' ',
  ),
);

const primary = (language: string) => language.split('-')[0] ?? language;

function tableOf(language: string): ReadonlyMap<string, number> {
  const table = new Map<string, number>();
  const add = (spellings: string | readonly string[], value: number) => {
    for (const word of [spellings].flat()) table.set(word.normalize('NFKC'), value);
  };
  (WORDS[primary(language)] ?? []).forEach((spellings, value) => {
    add(spellings, value);
  });
  return table;
}

function ordinalsOf(language: string): ReadonlyMap<string, number> {
  const pairs = (ORDINALS[primary(language)] ?? []).flatMap((spellings, index) =>
    spellings.map((word) => [word.normalize('NFKC'), index + 1] as const),
  );
  return new Map(pairs);
}

const tables = new Map<string, { numbers: ReadonlyMap<string, number>; ordinals: ReadonlyMap<string, number> }>();

function wordsFor(language: string) {
  const known = tables.get(primary(language));
  if (known) return known;
  const made = { numbers: tableOf(language), ordinals: ordinalsOf(language) };
  tables.set(primary(language), made);
  return made;
}

/** Reads one number word of the chat's language, null when it is none. */
export function numberWord(word: string, language: string): number | null {
  return wordsFor(language).numbers.get(word) ?? null;
}

/** Reads which line of a menu the words name ("2", "option 2", "do", "dusra wala"), null when they name none. */
export function lineNumber(words: readonly string[], language: string): number | null {
  const { numbers, ordinals } = wordsFor(language);
  const numberOf = (word: string) =>
    /^\d{1,3}$/.test(word) ? Number(word) : (numbers.get(word) ?? ordinals.get(word) ?? null);
  const only = words.length === 1 ? words[0] : undefined;
  if (only !== undefined) return numberOf(only);
  const telling = words.filter((word) => !BESIDE.has(word));
  const [word] = telling;
  return telling.length === 1 && words.length <= 3 && word !== undefined ? numberOf(word) : null;
}
