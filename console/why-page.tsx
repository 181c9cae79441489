/** Why this date: the words of the law, the counting day by day, the ladder, and the same as sentences. */
import type { VNode } from 'preact';
import type { z } from 'zod';
import type { Why } from '../contracts/http/duties.js';
import { fill } from '../contracts/messages/fill.js';
import { ruleInWords } from '../contracts/messages/wording.js';
import { subjectAddress, subjectName } from './addresses.js';
import { Frame, RuleName, type Reader } from './page.js';
import { ruleAddress } from './rules-page.js';
import { localEnd, localTime } from './wording.js';

type WhyBody = z.input<typeof Why>;

export function WhyPage({ reader, why }: { reader: Reader; why: WhyBody }): VNode {
  const { text, words } = reader;
  return (
    <Frame reader={reader} title={`${text.words.whyThisDate}: ${why.rule === undefined ? why.key : ruleInWords(why.rule.id, reader.language)}`}>
      <p>
        <a href={subjectAddress(why)}>{`← ${why.caseId === undefined ? text.words.center : text.words.case} ${subjectName(why)}`}</a>
      </p>
      <p>
        {why.dueAt === undefined ? text.words.noTerm : <strong>{fill(words.until, { date: localEnd(why.dueAt) }, reader.language)}</strong>}
        {' · '}
        {text.standings[why.standing]}
        {why.term?.force === 'internal' ? ` · ${words.internalTerm}` : ''}
      </p>
      <h2>{words.asRead}</h2>
      <p>{why.text}</p>
      {why.rule === undefined ? null : <Wording reader={reader} rule={why.rule} />}
      <Days reader={reader} why={why} />
      <Readings reader={reader} why={why} />
      <h2>{words.ladder}</h2>
      <Steps reader={reader} why={why} />
    </Frame>
  );
}

function Wording({ reader: { words, language }, rule }: { reader: Reader; rule: NonNullable<WhyBody['rule']> }): VNode {
  return (
    <>
      <h2>{words.lawWording}</h2>
      {rule.wording.kk === null ? null : <blockquote lang="kk">{rule.wording.kk}</blockquote>}
      {rule.wording.ru === null ? null : <blockquote lang="ru">{rule.wording.ru}</blockquote>}
      <p class="soft">
        <RuleName rule={rule.id} title={rule.title[language]} href={ruleAddress(rule.id)} /> {rule.source.text}
      </p>
    </>
  );
}

function Days({ reader, why }: { reader: Reader; why: WhyBody }): VNode | null {
  if (why.days.length === 0) return null;
  const { text, words } = reader;
  return (
    <>
      <h2>{text.words.term}</h2>
      <table>
        <tbody>
          {why.days.map((day) => (
            <tr>
              <td class={day.counted ? 'num' : 'num off'}>{day.day}</td>
              <td>{text.weekdays[day.weekday - 1]}</td>
              <td class="num">{day.ordinal ?? ''}</td>
              <td>{day.text}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="soft">
        {`${text.words.calendarVersion}: ${why.calendar?.version ?? '—'}`}
        {why.calendar?.official === false ? ` · ${words.notOfficial}` : ''}
      </p>
    </>
  );
}

/** What the date was before, when another calendar or policy came: nothing to see while there was none. */
function Readings({ reader, why: { readings } }: { reader: Reader; why: WhyBody }): VNode | null {
  if (readings.length < 2) return null;
  return (
    <>
      <h2>{reader.words.readings}</h2>
      <table>
        <tbody>
          {readings.map((reading) => (
            <tr>
              <td class="num">{localTime(reading.at)}</td>
              <td>{reading.what}</td>
              <td class="num">{localEnd(reading.dueAt)}</td>
              <td>{reading.wouldBe === undefined ? '' : `(${localEnd(reading.wouldBe)})`}</td>
              <td>{`${reading.calendar} · ${reading.policy}`}</td>
              <td>{reading.act ?? ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Steps({ reader, why }: { reader: Reader; why: WhyBody }): VNode {
  const { text } = reader;
  if (why.steps.length === 0) return <p>{text.words.nothingHere}</p>;
  return (
    <table>
      <tbody>
        {why.steps.map((step) => (
          <tr>
            <td class="num">{localEnd(step.at)}</td>
            <td>{step.what}</td>
            <td>{reachedText(reader, why, step)}</td>
            <td>{(step.recipients ?? []).map((role) => text.roles[role]).join(', ')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A step that was not reached before the duty ended never will be: nothing of it lies ahead. */
function reachedText({ text, words }: Reader, why: WhyBody, step: WhyBody['steps'][number]): string {
  if (!step.reached) return why.ended === undefined ? words.ahead : text.standings.lapsed;
  return step.recordedAt === undefined ? words.reached : `${words.reached} (${words.recordedAt} ${localTime(step.recordedAt)})`;
}
