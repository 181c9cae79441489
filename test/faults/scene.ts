/** One house for all the tests of a file: it takes longer to build than to break and mend it. */
import { afterAll, afterEach, beforeAll } from 'vitest';
import { CenterDesk } from './center-desk.js';
import { HOUSE_WITHIN_MS, openHouse, type House, type HouseOptions } from './house.js';
import { PostgresInHand } from './postgres-in-hand.js';

export interface Scene {
  readonly house: House;
  readonly desk: CenterDesk;
  readonly hand: PostgresInHand;
}

/** Opens the house before the tests, with everybody at work, and takes it down after them, whatever happened. */
export function sceneForAll(options: HouseOptions = {}): Scene {
  let house: House | undefined;
  let desk: CenterDesk | undefined;
  let hand: PostgresInHand | undefined;
  beforeAll(async () => {
    house = await openHouse(options);
    desk = new CenterDesk(house);
    hand = new PostgresInHand(house);
    await house.start('worker', 'relay', 'api');
  }, HOUSE_WITHIN_MS);
  afterEach(() => hand?.letGo());
  afterAll(() => house?.close(), HOUSE_WITHIN_MS);
  return {
    get house() {
      return opened(house);
    },
    get desk() {
      return opened(desk);
    },
    get hand() {
      return opened(hand);
    },
  };
}

function opened<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('the house was not opened');
  return part;
}
