// A policy bundle 规则集, with its facts, outputs and decisions at hand.
//
// Facts and outputs are found by the keys that the specification gives them
// (content/spec/policy.md); everything else is in the bundle's own words.

export class Policy {
  constructor(bundle) {
    this.year = bundle.year;
    this.basis = bundle.basis;
    this.unit = bundle.unit;
    this.categories = bundle.categories;
    this.clauses = bundle.clauses;
    this.rules = bundle.rules;
    this.definitions = bundle.definitions;
    this.facts = bundle.facts;
    this.decisions = new Map(bundle.decisions.map((it) => [it.id, it]));
    this.outputs = new Map(bundle.outputs.map((it) => [it.key, it]));
  }

  /** The fact of this key, or null. */
  keyed(key) {
    return this.facts.find((it) => it.key === key) ?? null;
  }

  /** The fact of this name, or null. */
  fact(label) {
    return this.facts.find((it) => it.label === label) ?? null;
  }

  /** The word of a fact that the specification knows by a key, or null. */
  word(factKey, key) {
    return this.keyed(factKey)?.keys?.[key] ?? null;
  }

  /** The rules for the output of this key, with their numbers. */
  deciding(key) {
    const label = this.outputs.get(key)?.label;
    return this.rules.map((rule, at) => [at, rule]).filter(([, rule]) => rule.output === label);
  }

  /** The names of the facts that a rule's table asks about. */
  inputs(rule) {
    const output = [...this.outputs.values()].find((it) => it.label === rule.output);
    return rule.columns.slice(0, rule.columns.length - output.columns.length);
  }

  /** The decision on rules for the output of this key that disagree, or null. */
  settlement(key) {
    const label = this.outputs.get(key)?.label;
    const settles = (it) => it.settles === label && it.parameters?.conflict !== undefined;
    return [...this.decisions.values()].find(settles) ?? null;
  }

  /** What some decisions fix, or null. */
  parameter(ids, name) {
    for (const id of [...ids].sort()) {
      const fixed = this.decisions.get(id)?.parameters?.[name];
      if (fixed !== undefined) return fixed;
    }
    return null;
  }

  /** What the decisions that some rules cite fix, or null. */
  fixed(rules, name) {
    return this.parameter([...rules].flatMap((at) => this.rules[at].decisions ?? []), name);
  }

  /** The decisions on who must see a failed result first. */
  onFailure() {
    return [...this.decisions.values()].filter((it) => it.parameters?.['failed-result'] !== undefined).map(({ id }) => id);
  }

  /** How many years back the longest window reaches. */
  longestWindow() {
    const rows = this.deciding('window').flatMap(([, rule]) => rule.rows);
    return Math.max(1, ...rows.map((row) => row.then[0]).map(readWindow).map(({ count, back }) => count + back));
  }
}

/** `近3年`, `上1年` or `空`: how many years, and how many before the year applied in the
 *  last of them is. */
export function readWindow(text) {
  const parts = /^(近|上)([0-9]+)年$/.exec(text);
  if (parts === null) return { count: 0, back: 0 };
  return { count: Number(parts[2]), back: parts[1] === '上' ? 1 : 0 };
}
