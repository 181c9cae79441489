/** A Center: the order about its mobile group, what it owes itself. */
import type { VNode } from 'preact';
import type { z } from 'zod';
import type { CenterDetail } from '../contracts/http/centers.js';
import { fill } from '../contracts/messages/fill.js';
import { CENTER_WORDS } from './center-words.js';
import { DutyTable, Rows } from './lists.js';
import { Frame, type Reader } from './page.js';
import { localTime } from './wording.js';

type Center = z.input<typeof CenterDetail>;

export function CenterPage({ reader, detail }: { reader: Reader; detail: Center }): VNode {
  const { words } = reader.text;
  const own = CENTER_WORDS[reader.language];
  const name = reader.language === 'kk' ? detail.nameKk : detail.nameRu;
  return (
    <Frame reader={reader} title={`${words.center} ${detail.center}`}>
      <p>{name}</p>
      <p class="soft">{`${own.registered}: ${localTime(detail.openedAt)}`}</p>
      <h2>{own.mobileGroup}</h2>
      <p class={detail.orderInForce === undefined ? 'late' : ''}>
        {detail.orderInForce === undefined
          ? own.noOrder
          : fill(
              own.orderInForce,
              { number: detail.orderInForce.number, issuedOn: detail.orderInForce.issuedOn, year: String(detail.orderInForce.year) },
              reader.language,
            )}
      </p>
      <Rows
        reader={reader}
        heads={[own.order, own.issuedOn, own.validUntil]}
        rows={detail.mobileGroupOrders.map(({ number, issuedOn, validUntil }) => (
          <tr>
            <td>{number}</td>
            <td class="num">{issuedOn}</td>
            <td class="num">{validUntil}</td>
          </tr>
        ))}
      />
      <h2>{words.duties}</h2>
      <DutyTable reader={reader} duties={detail.duties} />
    </Frame>
  );
}
