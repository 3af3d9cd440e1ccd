/** What a token says, for people. Its private key is looked at to see that it fits, and never shown. */
import { figureText } from '../../../text/numbers.ts';
import { memoryText } from '../../../text/sizes.ts';
import { readHeldToken, toldBy } from '../../../tokens.ts';
import { isSecret, modeText, readSmall } from '../../files/small-files.ts';
import { visible } from '../../visible.ts';

const MS_PER_S = 1_000;
const UNITS = [
  { name: 'day', seconds: 86_400 },
  { name: 'hour', seconds: 3_600 },
  { name: 'minute', seconds: 60 },
] as const;

/** @throws EcholotError `usage` for what is no token */
export function tokenLines(path: string, nowSeconds: number): string {
  const { text, mode } = readSmall(path, 'a token');
  const { issuer, claims } = toldBy(readHeldToken(text).token);
  const { budgetBytesPerDay, audience } = claims;
  const rows: readonly (readonly [name: string, value: string])[] = [
    ['token of', claims.name],
    ['class', claims.class],
    ['id', claims.id],
    ['issuer', issuer],
    ['issued', `${momentText(claims.issuedSeconds)}, ${agoText(claims.issuedSeconds, nowSeconds)}`],
    ['expires', `${momentText(claims.expiresSeconds)}, ${agoText(claims.expiresSeconds, nowSeconds)}`],
    [
      'budget',
      budgetBytesPerDay === undefined ? 'that of its class' : `${memoryText(budgetBytesPerDay)} a day`,
    ],
    ['for', audience ?? 'every server that knows its issuer'],
    ['file', rightsText(path, mode)],
  ];
  return rows.map(([name, value]) => `${name.padEnd(9)} ${visible(value)}\n`).join('');
}

/** `2026-12-30 02:09:15 UTC` */
export function momentText(seconds: number): string {
  const date = new Date(seconds * MS_PER_S);
  // A date has no room for the largest number of seconds.
  return Number.isNaN(date.getTime())
    ? `${seconds} s after 1970`
    : `${date.toISOString().slice(0, -5).replace('T', ' ')} UTC`;
}

/** `in 29.5 days`, `2 hours ago`. */
export function agoText(seconds: number, nowSeconds: number): string {
  const distance = Math.abs(seconds - nowSeconds);
  const unit = UNITS.find((each) => distance >= each.seconds) ?? { name: 'second', seconds: 1 };
  const count = figureText(distance / unit.seconds, 3);
  const words = `${count} ${unit.name}${count === '1' ? '' : 's'}`;
  return seconds > nowSeconds ? `in ${words}` : `${words} ago`;
}

function rightsText(path: string, mode: number): string {
  return isSecret(mode)
    ? 'its owner alone may read it'
    : `others may read it (mode ${modeText(mode)}), so it is refused: chmod 600 ${path}`;
}
