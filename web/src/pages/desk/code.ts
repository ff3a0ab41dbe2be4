/**
 * How a code that the service made is recognised among all else that is scanned:
 * 15 symbols, of which the last one checks the others. `docs/codes.md` has the rules.
 */

const ALPHABET = '0123456789ACDEFGHJKMNPQRTVWXY';
const LOOK_ALIKES: Record<string, string> = { O: '0', I: '1', L: '1', Z: '2', S: '5', B: '8', U: 'V', '|': '1' };
const LENGTH = 15;
const GROUPED = /^\S{5}[-\u2010-\u2015\u2212 ]\S{5}[-\u2010-\u2015\u2212 ]\S{5}$/;

/** Returns the digits of a text that is as long as a code; null for any other. */
function digitsOf(text: string): number[] | null {
  const symbols = [...text.replace(/[\s\-\u2010-\u2015\u2212]/g, '').toUpperCase()];
  const digits = symbols.map((one) => ALPHABET.indexOf(LOOK_ALIKES[one] ?? one));
  return digits.length === LENGTH && digits.every((digit) => digit >= 0) ? digits : null;
}

/** Whether the check symbol fits: the sum of all symbols, each times its place from the end. */
export function checkFits(text: string): boolean {
  const digits = digitsOf(text);
  if (!digits) return false;
  return digits.reduce((sum, digit, at) => sum + digit * (LENGTH - at), 0) % ALPHABET.length === 0;
}

/**
 * Whether a text is a code rather than a name or a number. In groups it is one even if
 * a symbol is wrong, so that the service can say so. A word of 15 letters is a name.
 */
export function looksLikeCode(text: string): boolean {
  if (!digitsOf(text)) return false;
  if (GROUPED.test(text.trim()) && /\d/.test(text)) return true;
  return checkFits(text) && /\d/.test(text);
}
