/** Alarms to the administrator: what is wrong now, and what was. */
import type { VNode } from 'preact';
import type { z } from 'zod';
import type { AlarmPage } from '../contracts/http/alarms.js';
import { Frame, More, type Reader } from './page.js';
import { localTime } from './wording.js';

export function AlarmsPage({ reader, page }: { reader: Reader; page: z.input<typeof AlarmPage> }): VNode {
  const { text, words } = reader;
  return (
    <Frame reader={reader} title={text.words.alarms}>
      {page.items.length === 0 ? <p>{text.words.nothingHere}</p> : null}
      {page.items.map((alarm) => (
        <section>
          <p class={alarm.clearedAt === undefined ? 'late' : 'soft'}>
            {localTime(alarm.raisedAt)}
            {alarm.clearedAt === undefined ? '' : ` – ${localTime(alarm.clearedAt)} (${words.alarmOver})`}
          </p>
          <p>{alarm.text}</p>
        </section>
      ))}
      <More reader={reader} next={page.next} />
    </Frame>
  );
}
