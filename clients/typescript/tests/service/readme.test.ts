// The examples of the README do what it shows. scripts/readme.mjs has written them as files.
import { readdirSync, readFileSync } from 'node:fs';
import { format } from 'node:util';

import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { proxy } from './stage.js';

const folder = new URL('../readme/', import.meta.url).pathname;
const examples = readdirSync(folder).filter((name) => name.endsWith('.ts'));

beforeEach(proxy.mend);
afterEach(() => void vi.restoreAllMocks());

test('the examples are found', () => expect(examples.length).toBeGreaterThanOrEqual(7));

test.each(examples)('example %s', async (name) => {
  const printed: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((...what: unknown[]) => void printed.push(`${format(...what)}\n`));
  await import(folder + name);
  const shown = readFileSync(folder + name.replace('.ts', '.txt'), 'utf8');
  const pattern = shown.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  expect(printed.join('')).toMatch(new RegExp(`^${pattern.join('[^]*')}$`));
});
