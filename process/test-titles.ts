/**
 * The titles of tests in a source file: the first argument of `it`, `test` and `describe`, with any
 * modifiers (`it.skipIf(…)(…)`, `test.each(…)(…)`), when it is written as one string. Read from the
 * tokens, so that a comment or a string that only looks like a test is none.
 */
interface Token {
  kind: 'word' | 'string' | 'template' | 'regex' | 'mark';
  /** Source text; of strings and templates without the quotes. */
  text: string;
}

const STARTERS = new Set(['it', 'test', 'describe']);
const TABLES = new Set(['each', 'for']);
/** After these a slash starts a regular expression, elsewhere it divides. */
const BEFORE_REGEX = /^(?:[(,=:[!&|?{};+\-*%<>~^]|return|typeof|case|of|in|yield|await)$/;

/**
 * Titles in the order of the file. A table of tests (`it.each(…)('%s …')`) has a title for each of its
 * rows, as the runner prints it, where the first value of the row is a string and stands in the title.
 */
export function testTitles(source: string): string[] {
  const tokens = tokensOf(source);
  return tokens.flatMap((token, index) => {
    const isCall = token.kind === 'word' && STARTERS.has(token.text) && tokens[index - 1]?.text !== '.';
    return isCall ? titlesAfter(tokens, index + 1) : [];
  });
}

/** Walks over modifiers and their arguments to the call whose first argument is a title. */
function titlesAfter(tokens: readonly Token[], start: number): string[] {
  let at = start;
  let rows: readonly string[] = [];
  for (;;) {
    if (tokens[at]?.text === '.' && tokens[at + 1]?.kind === 'word') at += 2;
    else if (at > start && tokens[at]?.kind === 'template') at += 1;
    else if (isMark(tokens[at], '(')) {
      const first = tokens[at + 1];
      if (first?.kind === 'string' || first?.kind === 'template') return titlesOf(first.text, rows);
      const end = afterClosing(tokens, at);
      if (TABLES.has(tokens[at - 1]?.text ?? '')) rows = firstValues(tokens.slice(at + 2, end - 2));
      at = end;
    } else return [];
  }
}

function titlesOf(title: string, rows: readonly string[]): string[] {
  const [placeholder] = /%[sdifjo]|\$\w+/.exec(title) ?? [];
  return placeholder === '%s' && rows.length > 0 ? rows.map((row) => title.replace('%s', () => row)) : [title];
}

/** The first value of each row of a literal table, where it is a string; the tokens are those between its brackets. */
function firstValues(table: readonly Token[]): string[] {
  const values: string[] = [];
  let depth = 0;
  for (const [index, token] of table.entries()) {
    const before = table[index - 1];
    const startsRow = (depth === 0 && (before === undefined || isMark(before, ','))) || (depth === 1 && isMark(before, '['));
    if (token.kind === 'string' && startsRow) values.push(token.text);
    if (token.kind === 'mark' && '([{'.includes(token.text)) depth += 1;
    if (token.kind === 'mark' && ')]}'.includes(token.text)) depth -= 1;
  }
  return values;
}

function isMark(token: Token | undefined, text: string): boolean {
  return token?.kind === 'mark' && token.text === text;
}

function afterClosing(tokens: readonly Token[], opening: number): number {
  let depth = 0;
  for (let at = opening; at < tokens.length; at += 1) {
    if (isMark(tokens[at], '(')) depth += 1;
    if (isMark(tokens[at], ')')) depth -= 1;
    if (depth === 0) return at + 1;
  }
  return tokens.length;
}

function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const end = endOfBlank(source, at);
    if (end > at) {
      at = end;
      continue;
    }
    const token = tokenAt(source, at, tokens.at(-1));
    tokens.push(token.token);
    at = token.end;
  }
  return tokens;
}

/** The end of white space or a comment that starts here, or `at` itself. */
function endOfBlank(source: string, at: number): number {
  const blank = /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\//y;
  blank.lastIndex = at;
  return blank.test(source) ? blank.lastIndex : at;
}

function tokenAt(source: string, at: number, before: Token | undefined): { token: Token; end: number } {
  const first = source.charAt(at);
  if (first === '`') {
    const end = endOfTemplate(source, at);
    return { token: { kind: 'template', text: source.slice(at + 1, end - 1) }, end };
  }
  const isRegex = first === '/' && (before === undefined || (before.kind !== 'string' && BEFORE_REGEX.test(before.text)));
  const patterns: readonly (readonly [Token['kind'], RegExp])[] = [
    ['string', /'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*"/y],
    ['word', /[\p{L}\p{N}_$]+/uy],
    ...(isRegex ? [['regex', /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y] as const] : []),
  ];
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    const text = pattern.exec(source)?.[0];
    if (text !== undefined) return { token: { kind, text: kind === 'string' ? text.slice(1, -1) : text }, end: at + text.length };
  }
  return { token: { kind: 'mark', text: first }, end: at + 1 };
}

/** A template ends at its own quote, not at one of a template inside its `${…}`. */
function endOfTemplate(source: string, opening: number): number {
  let at = opening + 1;
  while (at < source.length && source.charAt(at) !== '`') {
    if (source.charAt(at) === '\\') at += 2;
    else if (source.startsWith('${', at)) at = endOfSubstitution(source, at + 2);
    else at += 1;
  }
  return at + 1;
}

function endOfSubstitution(source: string, start: number): number {
  let depth = 1;
  let at = start;
  let before: Token | undefined;
  while (at < source.length && depth > 0) {
    const blank = endOfBlank(source, at);
    if (blank > at) {
      at = blank;
      continue;
    }
    const { token, end } = tokenAt(source, at, before);
    if (isMark(token, '{')) depth += 1;
    if (isMark(token, '}')) depth -= 1;
    before = token;
    at = end;
  }
  return at;
}
