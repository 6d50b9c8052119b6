// The questions, one under another: only those that the chosen purpose needs, as the
// policy's own rules say, and those no longer once an answer has made them idle.

import { ABSENT, day, derive } from './date.js';
import { askedInstead, completions } from './course.js';
import { consequences } from './determine.js';

/** An element; text becomes text nodes, and nothing is ever written as HTML. */
export function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) made.setAttribute(key, value === true ? '' : value);
  }
  made.append(...children.filter((it) => it !== null && it !== false));
  return made;
}

/** The facts that answers give, and the names of those to ask for, in their order. */
export function given(policy, answers) {
  const purpose = policy.keyed('purpose').label;
  let facts = { [policy.keyed('application-year').label]: policy.year };
  let asked = [purpose];
  for (;;) {
    for (const label of asked) if (answers[label] !== undefined) facts[label] = answers[label];
    const known = derive(policy, facts);
    if (known[purpose] === undefined) return { facts: known, asked };
    const open = [
      ...completions(policy, known).axes.map(([label]) => label),
      ...consequences(policy, known).missing,
    ];
    const next = open.flatMap((label) => askedInstead(policy, known, label));
    const unasked = [...new Set(next)].filter((label) => !asked.includes(label));
    if (unasked.length === 0) return { facts: known, asked: inOrder(policy, asked) };
    asked = [...asked, ...unasked];
    facts = { ...facts };
  }
}

function inOrder(policy, labels) {
  return policy.facts.map((it) => it.label).filter((label) => labels.includes(label));
}

/** The first rule that asks about a fact, or about one that follows from it; or null. */
function why(policy, label) {
  if (label === policy.keyed('purpose').label) return null;
  const derived = policy.definitions.filter((it) => it.arguments.includes(label)).map((it) => it.fact);
  const asks = (rule) => [...policy.inputs(rule), ...(rule.conditions ?? []).map((it) => it.fact)]
    .some((fact) => fact === label || derived.includes(fact));
  const rules = ['window', 'window-start', 'degree', 'consequence'].flatMap((output) => policy.deciding(output));
  return rules.map(([, rule]) => rule).find(asks) ?? null;
}

/** Says of a number of hours that it does not count, and why; or takes that back. */
function refuse(input, refusal, unit) {
  if (input.validity.valid) {
    input.removeAttribute('aria-invalid');
    input.removeAttribute('aria-describedby');
    refusal.textContent = '';
    return;
  }
  input.setAttribute('aria-invalid', 'true');
  input.setAttribute('aria-describedby', refusal.id);
  refusal.textContent = `这个数没有计入：${unit}应是 0 到 ${input.max} 之间的数，小数最多一位。`;
}

/** The questions on a page, and what is answered. */
export class Form {
  constructor(place, changed) {
    this.place = place;
    this.changed = changed;
    this.answers = {};
    this.hours = {};
    this.made = new Map();
  }

  /** Shows these facts' questions, and hours of these years; what is there stays as it
   *  is, so that nobody loses the place. */
  show(policy, labels, years) {
    const wanted = [
      ...labels.map((label) => this.question(policy, label)),
      ...years.map((year) => this.yearOf(policy, year)),
    ];
    for (const child of [...this.place.children]) if (!wanted.includes(child)) child.remove();
    wanted.forEach((it, at) => {
      if (this.place.children[at] !== it) this.place.insertBefore(it, this.place.children[at] ?? null);
    });
  }

  question(policy, label) {
    return this.kept(`${policy.year} ${label}`, () => {
      const fact = policy.fact(label);
      const fieldset = fact.kind === 'date' ? this.date(fact) : this.choice(fact);
      const rule = why(policy, label);
      if (rule !== null) {
        const { id } = policy.clauses[rule.clause];
        fieldset.firstChild.after(element('p', { class: 'hint' }, `${id}：`, element('q', {}, rule.quote)));
      }
      return fieldset;
    });
  }

  kept(key, make) {
    if (!this.made.has(key)) this.made.set(key, make());
    return this.made.get(key);
  }

  answer(label, value) {
    if (value === undefined) delete this.answers[label];
    else this.answers[label] = value;
    this.changed();
  }

  choice({ key, label, values }) {
    const isPurpose = key === 'purpose';
    const options = values.map((value) => [value, value]);
    if (!isPurpose) options.push(['不清楚', undefined]);
    const radios = options.map(([text, value]) => this.radio(key, text, value === undefined, () => this.answer(label, value)));
    return element('fieldset', {}, element('legend', {}, isPurpose ? '您要办理什么？' : label),
      element('div', { class: 'options' }, ...radios));
  }

  radio(name, text, checked, chosen) {
    const input = element('input', { type: 'radio', name, checked });
    input.addEventListener('change', chosen);
    return element('label', { class: 'option' }, input, text);
  }

  date({ key, label, absent }) {
    const input = element('input', { type: 'date', id: key, min: '1900-01-01', max: '2200-12-31' });
    const read = () => (input.value !== '' && input.validity.valid ? day(input.value) : undefined);
    if (!absent) {
      input.addEventListener('change', () => this.answer(label, read()));
      return element('fieldset', {}, element('legend', {}, element('label', { for: key }, label)), input);
    }
    const dated = this.radio(key, '有，日期是', false, () => this.answer(label, read()));
    input.setAttribute('aria-label', label);
    input.addEventListener('change', () => {
      dated.querySelector('input').checked = true;
      this.answer(label, read());
    });
    return element('fieldset', {}, element('legend', {}, label), element('div', { class: 'options' },
      this.radio(key, '没有', false, () => this.answer(label, ABSENT)),
      element('span', { class: 'dated' }, dated, input),
      this.radio(key, '不清楚', true, () => this.answer(label, undefined))));
  }

  /** A year's hours; an empty field is no record, which is not 0. */
  yearOf(policy, year) {
    return this.kept(`hours ${year}`, () => {
      const learned = policy.categories.filter((it) => it.sum_of === undefined);
      const fields = learned.map(({ number, label }) => {
        const id = `hours-${year}-${number}`;
        const input = element('input', { id, type: 'number', inputmode: 'decimal', min: '0', max: '9999', step: '0.1' });
        const refusal = element('p', { class: 'refusal', role: 'alert', id: `${id}-refusal` });
        // Whoever is still typing is not told yet.
        input.addEventListener('change', () => refuse(input, refusal, policy.unit));
        input.addEventListener('input', () => {
          if (input.validity.valid) refuse(input, refusal, policy.unit);
          const known = input.value !== '' && input.validity.valid;
          this.hours[year] = { ...this.hours[year], [number]: known ? Math.round(Number(input.value) * 10) : undefined };
          this.changed();
        });
        return [element('label', { class: 'hours', for: id }, `${label}科目`, input, policy.unit), refusal];
      });
      return element('fieldset', {},
        element('legend', {}, `${year} 年已经认定的${policy.unit}`),
        element('p', { class: 'hint' }, '没有参加学习的填 0；不知道的空着。'), ...fields.flat());
    });
  }
}
