/** The legal day of the whole country is UTC+5 since 01.03.2024; old time zone data say +06 for Almaty. */

const CHECKED_DAY = Date.UTC(2026, 0, 15, 12);

/**
 * Refuses to go on when the machine's time zone data are older than the change.
 * @throws Error with a sentence that names the remedy
 */
export function assertAlmatyIsUtcPlus5(): void {
  const offset = new Intl.DateTimeFormat('en-US', { timeZone: 'Asia/Almaty', timeZoneName: 'longOffset' })
    .formatToParts(CHECKED_DAY)
    .find((part) => part.type === 'timeZoneName')?.value;
  if (offset === 'GMT+05:00') return;
  throw new Error(
    `This machine believes that Asia/Almaty is ${offset ?? 'unknown'}, but the law counts in UTC+05:00 since 01.03.2024. ` +
      'Update the time zone data (tzdata 2024a or newer, or a newer Node) and start again.',
  );
}
