/**
 * The editor of programs: YAML with the findings of the checker in the margin, and completion and
 * explanations from the schema. It lives in a shadow root, whose styles are constructed sheets:
 * the policy of the pages allows no inline styles.
 */

import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  snippet,
} from '@codemirror/autocomplete';
import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import type { Diagnostic } from '@codemirror/lint';
import { searchKeymap } from '@codemirror/search';
import { Annotation, EditorState } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  hoverTooltip,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';

import type { Finding } from './checking';
import { optionsAt, meaningAt, type Option } from './completion';
import { rangeOf } from './ladder';
import type { Schema } from './schema';

/** Marks changes that the page makes, so that they are not reported back to it. */
const fromPage = Annotation.define<boolean>();

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--data-1)' },
  { tag: [tags.string, tags.content], color: 'var(--text)' },
  { tag: [tags.number, tags.bool, tags.atom], color: 'var(--data-3)' },
  { tag: tags.comment, color: 'var(--muted)', fontStyle: 'italic' },
  { tag: [tags.punctuation, tags.separator, tags.bracket], color: 'var(--muted)' },
]);

const look = EditorView.theme({
  '&': { color: 'var(--text)', backgroundColor: 'var(--surface)', fontSize: '13px', height: '100%' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '20px', overflow: 'auto' },
  '.cm-content': { caretColor: 'var(--text)', padding: '8px 0' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-gutters': { backgroundColor: 'var(--surface)', color: 'var(--muted)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in oklab, var(--hover), transparent 35%)' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    backgroundColor: 'color-mix(in oklab, var(--accent), transparent 75%)',
  },
  '.cm-matchingBracket': { backgroundColor: 'var(--accent-soft)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--surface)',
    color: 'var(--text)',
    border: '1px solid var(--line-strong)',
    borderRadius: '6px',
    boxShadow: 'var(--float)',
    fontFamily: 'var(--font)',
    fontSize: '13px',
    lineHeight: '18px',
  },
  '.cm-tooltip.cm-completionInfo, .meaning': { padding: '8px 12px', maxWidth: '360px' },
  '.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', fontSize: '12px' },
  '.cm-tooltip-autocomplete > ul > li': { padding: '3px 8px' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: 'var(--accent)', color: 'var(--on-accent)' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected] .cm-completionDetail': { color: 'var(--on-accent)' },
  '.cm-completionDetail': { color: 'var(--muted)', fontStyle: 'normal', marginLeft: '12px' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '600' },
  '.cm-diagnostic': { borderLeftWidth: '3px', padding: '6px 10px', whiteSpace: 'pre-wrap', maxWidth: '460px' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--bad)' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--warn)' },
  '.cm-diagnostic-info': { borderLeftColor: 'var(--line-strong)' },
  '.cm-lintRange-error': { backgroundImage: 'none', borderBottom: '2px solid var(--bad)' },
  '.cm-lintRange-warning': { backgroundImage: 'none', borderBottom: '2px dotted var(--warn)' },
  '.cm-lintRange-info': { backgroundImage: 'none', borderBottom: '1px dotted var(--muted)' },
  '.cm-gutter-lint': { width: '16px' },
  '.cm-panels': { backgroundColor: 'var(--sunken)', color: 'var(--text)' },
  '.cm-panel.cm-search input, .cm-panel.cm-search button': { font: 'inherit' },
  '.meaning strong': { display: 'block' },
  '.meaning span': { color: 'var(--muted)' },
});

export interface Settings {
  parent: ShadowRoot;
  source: string;
  /** The name of the editor for those who listen. */
  label: string;
  /** Asked each time, because the schema comes later than the editor. */
  schema: () => Schema | undefined;
  readOnly?: boolean;
  onChange: (source: string) => void;
}

export class SourceEditor {
  private readonly view: EditorView;

  constructor(settings: Settings) {
    this.view = new EditorView({
      parent: settings.parent,
      root: settings.parent,
      state: EditorState.create({ doc: settings.source, extensions: extensions(settings) }),
    });
  }

  get source(): string {
    return this.view.state.doc.toString();
  }

  /** Puts another text in its place, and changes no more of it than differs. */
  show(source: string): void {
    const before = this.source;
    if (before === source) return;
    const shortest = Math.min(before.length, source.length);
    let from = 0;
    while (from < shortest && before[from] === source[from]) from++;
    let end = 0;
    while (end < shortest - from && before.at(-1 - end) === source.at(-1 - end)) end++;
    const changes = { from, to: before.length - end, insert: source.slice(from, source.length - end) };
    this.view.dispatch({
      changes,
      annotations: fromPage.of(true),
      effects: EditorView.scrollIntoView(from, { y: 'nearest', yMargin: 40 }),
    });
  }

  /** Marks what the checker found. */
  mark(findings: Finding[]): void {
    const source = this.source;
    const found = findings.flatMap((finding) => diagnostic(source, finding));
    this.view.dispatch(setDiagnostics(this.view.state, found));
  }

  /** Puts the cursor at a finding. */
  goTo(finding: Finding): void {
    const range = rangeOfFinding(this.source, finding);
    this.view.dispatch({
      selection: { anchor: range.from },
      effects: EditorView.scrollIntoView(range.from, { y: 'center' }),
    });
    this.view.focus();
  }

  /** Scrolls to the first line that begins with a text, without moving the cursor. */
  reveal(beginning: string): void {
    const at = `\n${this.source}`.indexOf(`\n${beginning}`);
    // Only the editor scrolls: the page around it stays at its beginning.
    if (at >= 0) this.view.scrollDOM.scrollTop = this.view.lineBlockAt(at).top + 4;
  }

  destroy(): void {
    this.view.destroy();
  }
}

function extensions(settings: Settings) {
  return [
    lineNumbers(),
    lintGutter(),
    highlightActiveLineGutter(),
    history(),
    drawSelection(),
    indentUnit.of('  '),
    bracketMatching(),
    closeBrackets(),
    highlightActiveLine(),
    yaml(),
    syntaxHighlighting(colours),
    look,
    autocompletion({ override: [(context) => completions(context, settings.schema())], icons: false }),
    hoverTooltip((view, position) => meaning(view, position, settings.schema())),
    // Tab indents, as in every editor of code; Esc, then Tab leaves it.
    keymap.of([
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...lintKeymap,
      ...defaultKeymap,
      indentWithTab,
    ]),
    EditorState.readOnly.of(settings.readOnly ?? false),
    EditorView.contentAttributes.of({ 'aria-label': settings.label, spellcheck: 'false', tabindex: '0' }),
    EditorView.updateListener.of((update) => {
      const byPage = update.transactions.some((one) => one.annotation(fromPage));
      if (update.docChanged && !byPage) settings.onChange(update.state.doc.toString());
    }),
  ];
}

function completions(context: CompletionContext, schema: Schema | undefined): CompletionResult | null {
  const found = optionsAt(context.state.doc.toString(), context.pos, schema);
  if (!found || (found.options.length === 0 && !context.explicit)) return null;
  if (!context.explicit && found.from === context.pos && found.role === 'key' && !context.matchBefore(/[\s{,-]$/))
    return null;
  // A value that is written out is not offered any more, so that Enter begins the next line.
  const written = context.state.sliceDoc(found.from, context.pos);
  const options = found.options.filter((option) => found.role === 'key' || option.label !== written);
  if (options.length === 0) return null;
  return {
    from: found.from,
    options: options.map(completion),
    validFor: found.role === 'key' ? /^[\w-]*$/ : undefined,
  };
}

function completion(option: Option): Completion {
  return {
    label: option.label,
    detail: option.detail,
    info: option.says ? () => text(option.says!) : undefined,
    apply: option.template ? snippet(option.template) : option.insert,
    boost: option.first ? 1 : 0,
  };
}

function text(said: string): HTMLElement {
  const element = document.createElement('div');
  element.textContent = said;
  return element;
}

function meaning(view: EditorView, position: number, schema: Schema | undefined) {
  const found = meaningAt(view.state.doc.toString(), position, schema);
  if (!found) return null;
  return {
    pos: found.from,
    end: found.to,
    create: () => {
      const dom = document.createElement('div');
      dom.className = 'meaning';
      const title = document.createElement('strong');
      title.textContent = found.title;
      const says = document.createElement('span');
      says.textContent = found.says;
      dom.append(title, says);
      return { dom };
    },
  };
}

function diagnostic(source: string, finding: Finding): Diagnostic[] {
  const range = rangeOfFinding(source, finding);
  const severity = finding.severity === 'note' ? 'info' : finding.severity;
  const message = finding.hint ? `${finding.message}\n→ ${finding.hint}` : finding.message;
  return [{ ...range, severity, message, source: finding.code }];
}

/** The word at which a finding begins, or the first line if it has no place. */
function rangeOfFinding(source: string, finding: Finding): { from: number; to: number } {
  const { line, column } = finding;
  const at = line > 0 ? rangeOf(source, { line, column: Math.max(1, column), end_column: Math.max(1, column) }) : null;
  if (!at) return { from: 0, to: source.indexOf('\n') === -1 ? source.length : source.indexOf('\n') };
  const word = /^(?:"[^"\n]*"|[\w.-]+|\S)/.exec(source.slice(at.from));
  return { from: at.from, to: at.from + (word?.[0].length ?? 0) };
}
