// One way through the rules: which learning years are looked at, from which of them on
// anything is owed, and how much of their hours. The twin of src/assessment/course.rs
// and completion.rs.

import { bounds } from './date.js';
import { Completions, decide, missingFor, valuesToTry } from './engine.js';
import { readWindow } from './policy.js';

const OUTPUTS = ['window', 'window-start', 'degree'];

/** The facts of the person that decide an application, completed in every way. */
export function completions(policy, facts) {
  const missing = new Set(OUTPUTS.flatMap((output) => missingFor(policy, output, facts)));
  const labels = policy.facts.map((it) => it.label).filter((label) => missing.has(label));
  return new Completions(labels.map((label) => [label, values(policy, facts, label)]), facts);
}

/** Values that what is known of a date rules out are not among them. */
function values(policy, facts, label) {
  let found = valuesToTry(policy, label);
  if (policy.fact(label).key.startsWith('years-since-')) {
    found.push(...Array.from({ length: policy.longestWindow() + 2 }, (_, years) => years - 1));
  }
  const definition = policy.definitions.find((it) => it.fact === label);
  const range = definition === undefined ? null : bounds(policy, definition, facts);
  if (range !== null) {
    const [least, most] = range;
    found = found.filter((it) => typeof it === 'number' && it >= least && it <= most);
    found.push(least, most);
  }
  return [...new Set(found)];
}

/** What to ask for instead of a derived fact: those it follows from. */
export function askedInstead(policy, facts, label) {
  const definition = policy.definitions.find((it) => it.fact === label);
  if (definition === undefined) return [label];
  const isOpen = (it) => facts[it] === undefined || (facts[it].first ?? 0) !== (facts[it].last ?? 0);
  return definition.arguments.filter(isOpen);
}

/** Rules and decisions that something rests on. */
const cited = () => ({ rules: new Set(), decisions: new Set() });

/** All that any of some courses cites. */
export function any(all) {
  const of = (key) => new Set(all.flatMap((it) => [...it[key]]));
  return { rules: of('rules'), decisions: of('decisions') };
}

/** What some courses rest on in deciding the same: what all of them cite; all that any
 *  does, where each has a reason of its own. */
export function alike(all) {
  const common = (key) => new Set([...(all[0]?.[key] ?? [])].filter((it) => all.every((other) => other[key].has(it))));
  const rules = common('rules');
  const hasOwnReasons = all.every((it) => it.rules.size > 0);
  return rules.size === 0 && hasOwnReasons ? any(all) : { rules, decisions: common('decisions') };
}

/** `{ window, degree, by }`, `by` being what `window`, `start` and `degree` rest on; null
 *  where no rule provides for such an application; `{ question }` where it cannot be told. */
export function course(policy, facts) {
  const by = { window: cited(), start: cited(), degree: cited() };
  const window = note(policy, by.window, 'window', facts);
  if (window.question !== undefined) return window;
  const purpose = facts[policy.keyed('purpose')?.label];
  const isAnnual = purpose !== undefined && purpose === policy.word('purpose', 'annual');
  // The annual purpose looks at its own year, and needs no rule for it.
  if (window.value === null && !isAnnual) return null;
  const { count, back } = window.value === null ? { count: 1, back: 0 } : readWindow(window.value);
  let years = Array.from({ length: count }, (_, at) => policy.year - back - count + 1 + at);
  const start = firstOwed(policy, by.start, facts);
  if (start.question !== undefined) return start;
  if (start.year !== null) years = years.filter((year) => year >= start.year);
  const degree = note(policy, by.degree, 'degree', facts);
  if (degree.question !== undefined) return degree;
  // Where nothing is asked for, what would say how much or of which years is idle.
  if (degree.value === '不要求') return { window: years, degree: '不要求', by: { ...by, window: cited(), start: cited() } };
  if (years.length === 0) return { window: years, degree: '不要求', by: { ...by, degree: cited() } };
  return { window: years, degree: degree.value ?? '全部', by };
}

function firstOwed(policy, notes, facts) {
  const own = cited();
  const { value, question } = note(policy, own, 'window-start', facts);
  if (question !== undefined) return { question };
  if (value === null) return { year: null };
  const { keys } = policy.outputs.get('window-start').columns[0];
  const key = Object.keys(keys ?? {}).find((it) => keys[it] === value);
  const label = policy.keyed(key === 'qualified' ? 'years-since-qualifying' : `years-since-${key}`)?.label;
  if (label === undefined) return { year: null };
  if (typeof facts[label] !== 'number') return { question: { fact: label } };
  const after = policy.fixed(own.rules, 'first-owed') === 'same-year' ? 0 : 1;
  own.rules.forEach((rule) => notes.rules.add(rule));
  own.decisions.forEach((id) => notes.decisions.add(id));
  return { year: policy.year - facts[label] + after };
}

/** The first column of a decided output, and in the notes what it rests on. */
function note(policy, notes, output, facts) {
  const decided = decide(policy, output, facts);
  switch (decided.kind) {
    case 'one':
      for (const at of decided.rules) {
        notes.rules.add(at);
        decisionsOf(policy, at).forEach((id) => notes.decisions.add(id));
      }
      if (decided.settlement !== null) notes.decisions.add(decided.settlement.id);
      return { value: decided.values[0] };
    case 'nothing':
      return { value: null };
    case 'collision':
      return { question: { rules: decided.rules } };
    default:
      return { question: { fact: decided.missing[0] } };
  }
}

/** The decisions that a rule names, and those on the derived facts that it asks about. */
function decisionsOf(policy, at) {
  const rule = policy.rules[at];
  const asked = new Set([...policy.inputs(rule), ...(rule.conditions ?? []).map((it) => it.fact)]);
  const defined = policy.definitions.filter((it) => asked.has(it.fact));
  return [...(rule.decisions ?? []), ...defined.flatMap((it) => it.decisions ?? [])];
}
