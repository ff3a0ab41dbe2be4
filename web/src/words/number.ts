// Numbers, shares and money in words. Grouping and decimal signs are those of the reader's locale.

const locale = globalThis.navigator?.language ?? 'en';

function format(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  return new Intl.NumberFormat(locale, options);
}

const whole = format({ maximumFractionDigits: 0 });
const tenth = format({ minimumFractionDigits: 0, maximumFractionDigits: 1 });
const signed = format({ maximumFractionDigits: 1, signDisplay: 'exceptZero' });
const percent = format({ style: 'percent', maximumFractionDigits: 0 });

/** A whole number: `12,408`. */
export function count(value: number): string {
  return whole.format(value);
}

/** A count of many: exact up to 10,000, and said as "about" above. */
export function about(value: number): string {
  if (Math.abs(value) <= 10_000) return count(value);
  const step = 10 ** (Math.floor(Math.log10(Math.abs(value))) - 2);
  return `about ${count(Math.round(value / step) * step)}`;
}

/** A count with its noun: `1 member`, `3 members`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${about(value)} ${value === 1 ? one : many}`;
}

/** A score or one of its ends: a whole number, or the word *unknown*. */
export function score(value: number | null | undefined): string {
  return value === null || value === undefined ? 'unknown' : whole.format(Math.round(value));
}

/** The lower end of an interval: never more than is sure, so that it cannot look as if a test passed. */
export function lowerEnd(value: number): string {
  return whole.format(Math.floor(value));
}

/** Points of a part: one decimal below ten, none above. */
export function points(value: number): string {
  return Math.abs(value) < 9.95 ? tenth.format(value) : whole.format(value);
}

/** A number with one decimal where it has some: `21.6`, `25`. */
export function tenths(value: number): string {
  return tenth.format(value);
}

/** A change with its sign: `+2.5`, `−3`. */
export function change(value: number): string {
  return signed.format(value).replace('-', '−');
}

/** A share: `12%`. */
export function share(value: number): string {
  return percent.format(value);
}

/** A confidence in steps of 5 %. */
function confidenceStep(value: number): number {
  return Math.round(value * 20) * 5;
}

/** A confidence as a share in steps of 5 %. Nobody is surely an expert, and nobody is surely none. */
export function likelihood(value: number): string {
  const step = confidenceStep(value);
  if (step <= 0) return '<5%';
  return step >= 100 ? '>95%' : `${step}%`;
}

/** A confidence in words: "likely an expert, 8 in 10". */
export function confidence(value: number): string {
  const step = confidenceStep(value);
  const tenths = Math.round(value * 10);
  const chance = tenths === 0 ? 'less than 1 in 10' : tenths === 10 ? 'more than 9 in 10' : `${tenths} in 10`;
  if (step >= 90) return `almost certainly an expert, ${chance}`;
  if (step >= 65) return `likely an expert, ${chance}`;
  if (step >= 40) return `perhaps an expert, ${chance}`;
  return `not shown to be an expert, ${chance}`;
}

/** Money in its currency, with the decimals that it was given with. */
export function money(value: { amount: string; currency: string }): string {
  const decimals = value.amount.split('.')[1]?.replace(/0+$/, '').length ?? 0;
  try {
    const plain = decimals === 0 && Number(value.amount) >= 1000;
    return format({
      style: 'currency',
      currency: value.currency,
      ...(plain ? { maximumFractionDigits: 0 } : {}),
    }).format(Number(value.amount));
  } catch {
    return `${value.amount} ${value.currency}`;
  }
}

/** Things in a row: "a, b and c". */
export function listed(items: readonly string[], last = 'and'): string {
  if (items.length < 2) return items[0] ?? '';
  return `${items.slice(0, -1).join(', ')} ${last} ${items.at(-1)}`;
}
