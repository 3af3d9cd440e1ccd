/** Ranges of addresses, parted by commas: `192.0.2.0/24,2001:db8::/32`. */
import { message, text } from '@optique/core/message';
import type { ValueParser, ValueParserResult } from '@optique/core/valueparser';
import { EcholotError } from '../../core/errors.ts';
import { readNetworks } from '../../options.ts';

export function addressRanges(): ValueParser<'sync', readonly string[]> {
  return {
    mode: 'sync',
    metavar: 'CIDR[,CIDR]',
    placeholder: [],
    format: (ranges) => ranges.join(','),
    parse(input): ValueParserResult<readonly string[]> {
      const ranges = input.split(',');
      try {
        readNetworks(ranges, 'the proxies');
        return { success: true, value: ranges };
      } catch (error) {
        if (!(error instanceof EcholotError)) throw error;
        return { success: false, error: message`${text(error.message)}; ${text(error.advice ?? '')}.` };
      }
    },
  };
}
