/** Values into the places of a sentence, by the rules of its language: ICU MessageFormat, which translators and their tools know. */
import { IntlMessageFormat } from 'intl-messageformat';
import type { Language } from './language.js';

export type Params = Readonly<Record<string, string | number>>;

interface Message {
  format: IntlMessageFormat;
  /** Names of its values, each once. */
  places: readonly string[];
}

/** Reading a message costs more than filling it, and there are some hundreds: each is read once. */
const MESSAGES: Readonly<Record<Language, Map<string, Message>>> = { kk: new Map(), ru: new Map(), en: new Map() };

/**
 * Fills `{name}` places, plurals and choices; a place without a value stays visible, so that a fault is seen and not
 * hidden. Numbers stand as they are, without groups of digits, unless a plural writes them by `#`.
 * @throws SyntaxError for a message that is none of ICU; test/unit/wording-files.test.ts reads every one
 */
export function fill(template: string, params: Params, language: Language): string {
  const { format, places } = read(template, language);
  const missing = places.filter((name) => params[name] === undefined).map((name) => [name, `{${name}}`]);
  return String(format.format({ ...params, ...Object.fromEntries(missing) }));
}

/** The names of the values that a message takes, in alphabetical order. */
export function placesOf(template: string, language: Language): readonly string[] {
  return read(template, language).places;
}

function read(template: string, language: Language): Message {
  const known = MESSAGES[language].get(template);
  if (known !== undefined) return known;
  // Words of people may hold what looks like a tag, and none of our messages has one.
  const format = new IntlMessageFormat(template, language, undefined, { ignoreTag: true });
  const message = { format, places: [...new Set(namesIn(format.getAst()))].toSorted() };
  MESSAGES[language].set(template, message);
  return message;
}

type Elements = ReturnType<IntlMessageFormat['getAst']>;

/** The library's number for literal text, whose enumeration it does not export. */
const LITERAL = 0;

/** Literal text and the `#` of a plural name no value. */
function namesIn(elements: Elements): string[] {
  return elements.flatMap((element) => {
    const type: number = element.type;
    const own = 'value' in element && type !== LITERAL ? [element.value] : [];
    const inner = 'options' in element ? Object.values(element.options).flatMap(({ value }) => namesIn(value)) : [];
    return [...own, ...inner];
  });
}
