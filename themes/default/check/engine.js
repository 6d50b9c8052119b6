// Rules and facts in, one decided row out. The twin of src/assessment/engine.rs.
//
// A row is true when every test of it accepts its fact. A rule one of whose exceptions
// has a true row is silent. The true rows of the rules that speak must agree, or a
// decision settles it. A fact that is missing is tried with every value that the rules
// tell apart; nothing is ever assumed.

import { ABSENT } from './date.js';

const MAX_COMPLETIONS = 10_000;

function accepts(test, value) {
  if (test.any_of !== undefined) return test.any_of.includes(String(value));
  if (test.from === undefined && test.below === undefined) return true;
  if (typeof value !== 'number') return false;
  return (test.from === undefined || value >= test.from) && (test.below === undefined || value < test.below);
}

function conditions(rule) {
  return (rule.conditions ?? []).map(({ fact, test }) => [fact, test]);
}

function cells(policy, rule, row) {
  return policy.inputs(rule).map((fact, at) => [fact, row.when[at]]).filter(([, test]) => test !== null);
}

function holds(tests, facts) {
  return tests.every(([fact, test]) => facts[fact] !== undefined && accepts(test, facts[fact]));
}

function trueRows(policy, rule, facts) {
  if (!holds(conditions(rule), facts)) return [];
  return rule.rows.filter((row) => holds(cells(policy, rule, row), facts));
}

/** The facts that tests ask about and do not get; null where one of the tests fails. */
function unknown(tests, facts) {
  const missing = [];
  for (const [fact, test] of tests) {
    if (facts[fact] === undefined) missing.push(fact);
    else if (!accepts(test, facts[fact])) return null;
  }
  return missing;
}

/** The facts that rules for an output ask about and do not get. */
export function missingFor(policy, output, facts) {
  const missing = new Set();
  for (const [, rule] of policy.deciding(output)) {
    const given = unknown(conditions(rule), facts);
    if (given === null) continue;
    for (const row of rule.rows) {
      const asked = unknown(cells(policy, rule, row), facts);
      if (asked !== null) [...given, ...asked].forEach((fact) => missing.add(fact));
    }
  }
  return policy.facts.map((it) => it.label).filter((label) => missing.has(label));
}

/** Decides an output: `{ kind: 'one', values, rules, settlement }`, `{ kind: 'nothing' }`,
 *  `{ kind: 'collision', rules }` or `{ kind: 'open', missing }`. */
export function decide(policy, output, facts) {
  const missing = missingFor(policy, output, facts);
  if (missing.length === 0) return settle(policy, output, facts);
  const completions = new Completions(missing.map((fact) => [fact, valuesToTry(policy, fact)]), facts);
  if (completions.count === null) return { kind: 'open', missing };
  const results = completions.all().map((it) => settle(policy, output, it));
  const same = (one, other) => answer(one) === answer(other);
  if (results.every((it) => same(it, results[0]))) {
    const rules = results.flatMap((it) => it.rules ?? []);
    // What settles one completion is rested on by all.
    const settlement = results.find((it) => it.settlement)?.settlement ?? null;
    return { ...results[0], settlement, rules: [...new Set(rules)].sort((a, b) => a - b) };
  }
  return { kind: 'open', missing: completions.thatMatter((one, other) => !same(results[one], results[other])) };
}

function answer({ kind, values }) {
  return JSON.stringify([kind, values]);
}

function settle(policy, output, facts) {
  const rules = [];
  const rows = [];
  for (const [at, rule] of policy.deciding(output)) {
    const found = trueRows(policy, rule, facts);
    const silent = () => (rule.exceptions ?? []).some((other) => trueRows(policy, policy.rules[other], facts).length > 0);
    if (found.length === 0 || silent()) continue;
    rules.push(at);
    rows.push(...found.map((row) => row.then));
  }
  if (rows.length === 0) return { kind: 'nothing' };
  if (rows.every((row) => row.join() === rows[0].join())) {
    return { kind: 'one', values: rows[0], rules, settlement: null };
  }
  const settlement = policy.settlement(output);
  if (settlement === null) return { kind: 'collision', rules };
  const columns = policy.outputs.get(output).columns;
  const best = rows.reduce((one, other) => (compare(columns, other, one) < 0 ? other : one));
  const values = settlement.parameters.conflict === 'most-favourable' ? best : rows[0];
  return { kind: 'one', values, rules, settlement };
}

/** The more favourable comes first: words in their order, and the less is asked. */
function compare(columns, one, other) {
  for (const [at, { words }] of columns.entries()) {
    const rank = (text) => (words === undefined ? amount(text) : words.indexOf(text));
    if (rank(one[at]) !== rank(other[at])) return rank(one[at]) - rank(other[at]);
  }
  return 0;
}

/** How much of something a text asks for. */
function amount(text) {
  const named = ['不要求', '参考'].indexOf(text);
  if (named >= 0) return named - 2;
  if (text === '全部') return 1;
  const [, numerator, denominator] = /^([0-9]+)\/([0-9]+)$/.exec(text) ?? [null, NaN, 1];
  return Number.isNaN(numerator) ? Number.parseFloat(text) : Number(numerator) / Number(denominator);
}

/** Values of a fact that stand for all it can have: every word, and of numbers one from
 *  each piece between the edges of the tests. */
export function valuesToTry(policy, label) {
  const fact = policy.fact(label);
  const values = fact.values === undefined ? numbers(policy, label) : [...fact.values];
  return fact.absent ? [...values, ABSENT] : values;
}

function numbers(policy, label) {
  const edges = new Set();
  for (const rule of policy.rules) {
    const tests = [...conditions(rule), ...rule.rows.flatMap((row) => cells(policy, rule, row))];
    for (const [, test] of tests.filter(([fact]) => fact === label)) {
      const named = (test.any_of ?? []).filter((text) => text !== ABSENT).map(Number);
      named.forEach((number) => edges.add(number).add(number + 1));
      [test.from, test.below].filter((it) => it !== undefined).forEach((edge) => edges.add(edge));
    }
  }
  const sorted = [...edges].sort((a, b) => a - b);
  return sorted.length === 0 ? [] : [sorted[0] - 1, ...sorted];
}

/** Missing facts, completed in every way: `axes` are facts with the values to try. */
export class Completions {
  constructor(axes, facts) {
    this.axes = axes;
    this.facts = facts;
    const count = axes.reduce((product, [, values]) => product * values.length, 1);
    this.count = count >= 1 && count <= MAX_COMPLETIONS ? count : null;
  }

  /** All of them, the first axis fastest. */
  all() {
    return Array.from({ length: this.count }, (_, number) => {
      const facts = { ...this.facts };
      let rest = number;
      for (const [fact, values] of this.axes) {
        facts[fact] = values[rest % values.length];
        rest = Math.floor(rest / values.length);
      }
      return facts;
    });
  }

  /** The facts that tell two completions apart which differ. */
  thatMatter(differs) {
    const matter = [];
    let step = 1;
    for (const [fact, values] of this.axes) {
      const here = step;
      const isLast = (at) => Math.floor(at / here) % values.length === values.length - 1;
      const numbers = Array.from({ length: this.count }, (_, at) => at);
      if (numbers.some((at) => !isLast(at) && differs(at, at + here))) matter.push(fact);
      step *= values.length;
    }
    return matter;
  }
}
