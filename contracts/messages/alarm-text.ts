/** The words of an alarm to the administrator. */
import type { AlarmEvent, AlarmKind, AlarmParams } from '../alarm.js';
import { catalogueOf } from './catalogue.js';
import { fill } from './fill.js';
import { LANGUAGES, type Language } from './language.js';
import { instantInWords } from './wording.js';

export interface AlarmInWords {
  kind: AlarmKind;
  params: AlarmParams;
}

/** One sentence or two: what is wrong, and what to do; or that it is over. */
export function alarmSentence({ kind, params }: AlarmInWords, event: AlarmEvent, language: Language): string {
  const words = Object.entries(params).map(([name, value]) => [name, isInstant(name, value) ? instantInWords(Date.parse(value), language) : value] as const);
  return fill(catalogueOf(language).alarms[kind][event], Object.fromEntries(words), language);
}

/** Of the parameters these two are moments. */
function isInstant(name: string, value: string | number): value is string {
  return (name === 'oldest' || name === 'since') && typeof value === 'string';
}

/** Subject of codes alone, as it is read on locked screens; the text in all languages of the product. */
export function alarmMail(alarm: AlarmInWords, event: AlarmEvent): { subject: string; text: string } {
  const year = alarm.params['year'];
  return {
    subject: ['Tirek', `alarm.${event}`, alarm.kind, ...(year === undefined ? [] : [year])].join(' · '),
    text: LANGUAGES.map((language) => alarmSentence(alarm, event, language)).join('\n\n'),
  };
}
