/** The text of the law: every row with its wording, its force, and where it is enforced or what it waits for. */
import type { VNode } from 'preact';
import type { z } from 'zod';
import type { RuleTable } from '../contracts/http/rules.js';
import { fill } from '../contracts/messages/fill.js';
import type { Language } from '../contracts/messages/language.js';
import { countInWords } from '../contracts/messages/wording.js';
import { Frame, RuleName, type Reader } from './page.js';
import { roadInWords, RULE_WORDS } from './rule-words.js';

type Table = z.input<typeof RuleTable>;
type Row = Table['rules'][number];

/** Address of the row of a rule, so that a date leads to the words behind it. */
export function ruleAddress(id: string): string {
  return `/console/rules#${encodeURIComponent(id)}`;
}

export function RulesPage({ reader, table }: { reader: Reader; table: Table }): VNode {
  const words = RULE_WORDS[reader.language];
  return (
    <Frame reader={reader} title={words.title}>
      <p class="soft">{fill(words.versions, { rows: table.rules.length, version: table.version, policy: table.policy }, reader.language)}</p>
      {table.rules.map((row) => (
        <RuleSection reader={reader} row={row} />
      ))}
    </Frame>
  );
}

function RuleSection({ reader, row }: { reader: Reader; row: Row }): VNode {
  const words = RULE_WORDS[reader.language];
  return (
    <section id={row.id}>
      <h2>
        <RuleName rule={row.id} title={row.title[reader.language]} href={ruleAddress(row.id)} /> <span class="soft">{row.source.text}</span>
      </h2>
      <Wording row={row} language={reader.language} />
      <p>{factsOf(reader, row).join(' · ')}</p>
      <p class="soft">
        {`${words.enforced[row.enforced.as]}: `}
        <span lang={row.enforced.as === 'not_built' ? reader.language : 'en'}>{placeOf(row, reader.language)}</span>
        {row.tests === undefined ? '' : ` · ${row.tests.length === 0 ? words.untested : fill(words.tests, { count: row.tests.length }, reader.language)}`}
      </p>
    </section>
  );
}

/** The languages of the law are kk and ru; a reader of another language sees the working translation first. */
function Wording({ row: { wording }, language }: { row: Row; language: Language }): VNode {
  const quoted = (['kk', 'ru'] as const).filter((each) => wording[each] !== null);
  return (
    <>
      {language === 'en' ? <p lang="en">{wording.en}</p> : null}
      {quoted.map((each) => (
        <blockquote lang={each}>{wording[each]}</blockquote>
      ))}
      {quoted.length === 0 ? <p class="soft">{RULE_WORDS[language].noWording}</p> : null}
    </>
  );
}

function factsOf({ text, language }: Reader, row: Row): string[] {
  const words = RULE_WORDS[language];
  const readings = row.readings.map(({ name, from, to, force }) => `${name} (${from} – ${to ?? '…'}): ${text.forces[force]}`);
  return [
    `${words.editions}: ${readings.join('; ')}`,
    ...(row.owner === null ? [] : [`${text.words.owner}: ${text.roles[row.owner]}`]),
    ...(row.term === null ? [] : [`${text.words.term}: ${termText(row.term, text.words.noTerm, language)}`]),
    ...(row.duty?.termForce === 'internal' ? [text.forces.internal] : []),
    ...(row.switchedOn ? [] : [words.switchedOff]),
  ];
}

function termText({ unit, count }: NonNullable<Row['term']>, noTerm: string, language: Language): string {
  const words = RULE_WORDS[language];
  switch (unit) {
    case 'none':
      return noTerm;
    case 'own_date':
      return words.ownDate;
    case 'hours':
    case 'working_days':
    case 'months':
      return count === undefined ? words.chosenMonths : countInWords(count, unit, language);
  }
}

function placeOf({ enforced }: Row, language: Language): string {
  return enforced.as === 'not_built' ? roadInWords(enforced.at, language) : enforced.at;
}
