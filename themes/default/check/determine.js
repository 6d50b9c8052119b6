// What an application comes to: the years looked at, what each of them asks for, what is
// short, and what to ask for. The twin of src/assessment/application.rs and need.rs, for
// hours whose credit is settled.
//
// Hours are whole numbers of tenths; `hours[year][category]` is absent where there is no
// record, which is not the same as 0.

import { alike, any, askedInstead, completions, course } from './course.js';
import { decide } from './engine.js';

/** Judges an application by the policy of its year, `policies` being those of all years
 *  and `facts` what is known, derived facts among it. */
export function determine({ policies, policy, facts, hours }) {
  const tried = completions(policy, facts);
  const ends = tried.count === null ? [] : tried.all().map((it) => end({ policies, policy, hours }, it));
  const agree = ends.length > 0 && ends.every((it) => it.outcome === ends[0].outcome);
  const questions = ends.flatMap((it) => it.questions);
  if (!agree) {
    const matter = ends.length === 0
      ? tried.axes.map(([fact]) => fact)
      : tried.thatMatter((one, other) => ends[one].outcome !== ends[other].outcome);
    questions.push(...matter.flatMap((it) => askedInstead(policy, facts, it)).map((fact) => ({ fact })));
  }
  const outcome = agree ? ends[0].outcome : '待核定';
  return gather({ policies, policy, facts, hours }, outcome, ends, questions);
}

function end(site, facts) {
  const found = course(site.policy, facts);
  if (found === null) return { outcome: '不适用', questions: [], course: null };
  if (found.question !== undefined) return { outcome: '待核定', questions: [found.question], course: null };
  return { ...judge(site, found), course: found };
}

/** What a year requires in full, and what was learned. */
export function account(policy, hours) {
  const required = ({ label }) => {
    const category = policy.keyed('category').label;
    const decided = decide(policy, 'required-hours', { [category]: label });
    return decided.kind === 'one'
      ? { required: Math.round(Number(decided.values[0]) * 10), rules: decided.rules }
      : { required: 0, rules: [] };
  };
  const learned = policy.categories.filter((it) => it.sum_of === undefined);
  const lines = learned.map((category) => ({
    category, isTotal: false, ...required(category), credited: hours?.[category.number] ?? null,
  }));
  const total = policy.categories.find((it) => it.sum_of !== undefined);
  const asked = total === undefined ? { required: 0, rules: [] } : required(total);
  if (asked.required > 0) {
    const known = lines.map((it) => it.credited).filter((it) => it !== null);
    const credited = known.length === 0 ? null : known.reduce((sum, it) => sum + it, 0);
    lines.push({ category: total, isTotal: true, ...asked, credited });
  }
  return { year: policy.year, lines };
}

/** What a degree leaves of some hours; what is no whole hour is rounded up. */
export function part(degree, tenths) {
  if (degree === '不要求') return 0;
  const parts = /^([0-9]+)\/([0-9]+)$/.exec(degree);
  if (parts === null) return tenths;
  return Math.ceil((tenths * Number(parts[1])) / (Number(parts[2]) * 10)) * 10;
}

function judge({ policies, policy, hours }, { window, degree, by }) {
  if (degree === '不要求' || degree === '参考') return { outcome: '通过', questions: [] };
  const unruled = window.filter((year) => !policies.has(year)).map((year) => ({ policy: year }));
  const accounts = window.filter((year) => policies.has(year)).map((year) => account(policies.get(year), hours[year]));
  const { outcome, questions } = conclude(needs(policy, { degree, by }, accounts));
  if (outcome === '不通过') return { outcome, questions: [] };
  const asked = [...questions, ...unruled];
  return { outcome: asked.length > 0 ? '待核定' : outcome, questions: asked };
}

/** What must be there: by year and category, or together where a decision says so. */
function needs(policy, { degree, by }, accounts) {
  const isSum = policy.fixed(by.window.rules, 'window-test') === 'sum';
  const isTotal = policy.fixed(by.degree.rules, 'part-of') === 'total' && degree.includes('/');
  const all = [];
  for (const { year, lines } of accounts) {
    const learned = lines.filter((it) => !it.isTotal);
    const each = learned.map((line) => need(year, line));
    const together = each.reduce(and, { of: 'total', years: [year], required: 0, credited: 0, unrecorded: [] });
    const stated = lines.filter((it) => it.isTotal).map((it) => it.required);
    const sum = { ...together, required: Math.max(together.required, ...stated) };
    // A total that is stated is what it states, whatever its parts come to.
    const totals = stated.map((required) => ({ ...together, required }));
    const asked = isTotal ? [sum] : [...each, ...totals].map((it) => ({ ...it, required: part(degree, it.required) }));
    for (const one of asked) {
      const at = isSum ? all.findIndex((other) => other.of === one.of) : -1;
      if (at >= 0) all[at] = and(all[at], one);
      else all.push(one);
    }
  }
  return isTotal ? all.map((it) => ({ ...it, required: part(degree, it.required) })) : all;
}

function need(year, { category, required, credited }) {
  const unrecorded = credited === null ? [{ year, category: category.number }] : [];
  return { of: category.number, years: [year], required, credited: credited ?? 0, unrecorded };
}

function and(one, other) {
  return {
    of: one.of,
    years: [...new Set([...one.years, ...other.years])].sort((a, b) => a - b),
    required: one.required + other.required,
    credited: one.credited + other.credited,
    unrecorded: [...one.unrecorded, ...other.unrecorded],
  };
}

/** What there is no record of may amount to anything; of the rest, short is short. */
function conclude(needs) {
  const short = needs.filter((it) => it.credited < it.required);
  const questions = [];
  const isAsked = ({ year, category }) => questions.some((it) => it.year === year && it.category === category);
  for (const { unrecorded } of short) {
    if (unrecorded.length === 0) return { outcome: '不通过', questions: [] };
    if (!unrecorded.some(isAsked)) questions.push(unrecorded[0]);
  }
  return { outcome: short.length === 0 ? '通过' : '待核定', questions };
}

/** The more favourable first. */
function rank(degree) {
  const named = { 不要求: -2, 参考: -1, 全部: 1 };
  const [numerator, denominator] = degree.split('/');
  return named[degree] ?? Number(numerator) / Number(denominator);
}

function gather({ policies, policy, facts, hours }, outcome, ends, questions) {
  const courses = ends.map((it) => it.course).filter((it) => it !== null);
  const distinct = (list) => [...new Set(list)];
  const years = distinct(courses.flatMap((it) => it.window)).sort((a, b) => a - b);
  const degrees = distinct(courses.map((it) => it.degree)).sort((a, b) => rank(a) - rank(b));
  // Where nothing is asked for, no hours are looked at.
  const looked = degrees.some((it) => it !== '不要求') ? years : [];
  const accounts = looked.filter((year) => policies.has(year)).map((year) => account(policies.get(year), hours[year]));
  // What is asked for by the course that asks for the most.
  const most = courses.reduce((one, other) => (one === null || rank(other.degree) >= rank(one.degree) ? other : one), null);
  const asked = most === null ? [] : needs(policy, most, accounts);
  const { rules, decisions } = restsOn(courses);
  if (outcome === '不通过') policy.onFailure().forEach((id) => decisions.add(id));
  const { follows, missing } = outcome === '不通过' ? consequences(policy, facts) : { follows: [], missing: [] };
  follows.forEach(({ settlement }) => settlement && decisions.add(settlement.id));
  for (const at of follows.flatMap((it) => it.rules)) {
    rules.add(at);
    (policy.rules[at].decisions ?? []).forEach((id) => decisions.add(id));
  }
  const unlike = distinct([...questions, ...missing.map((fact) => ({ fact }))].map((it) => JSON.stringify(it))).map((it) => JSON.parse(it));
  return {
    outcome, degrees, years, accounts, asked, questions: unlike,
    consequences: follows.map(({ consequence, rules: by }) => ({ consequence, rules: by })),
    rules: [...rules].sort((a, b) => a - b), decisions: [...decisions].sort(),
  };
}

/** What a result rests on. Of completions that go the same way, what only some of them
 *  cite is of no weight. */
function restsOn(courses) {
  const parts = ['window', 'start', 'degree'];
  const way = ({ degree, window }) => (degree === '不要求' ? degree : [degree, ...window].join());
  const common = any(parts.map((part) => alike(courses.map((it) => it.by[part]))));
  const isOneWay = new Set(courses.map(way)).size <= 1;
  return isOneWay && common.rules.size > 0 ? common : any(courses.flatMap(({ by }) => parts.map((part) => by[part])));
}

/** The facts with what the rules on consequences ask. */
function unfinished(policy, facts) {
  const learning = policy.keyed('learning');
  const word = policy.word('learning', 'unfinished');
  return learning === null || word === null ? facts : { ...facts, [learning.label]: word };
}

/** If something follows for the purpose applied for, all that follows for any; and the
 *  facts on which it depends. */
export function consequences(policy, facts) {
  const known = unfinished(policy, facts);
  const decided = (it) => decide(policy, 'consequence', it);
  const own = decided(known);
  if (own.kind !== 'one') return { follows: [], missing: own.missing ?? [] };
  const purpose = policy.keyed('purpose');
  const all = purpose.values.map((value) => decided({ ...known, [purpose.label]: value }));
  const follows = all.filter(({ kind }) => kind === 'one')
    .map(({ values, rules, settlement }) => ({ consequence: values[0], rules, settlement }));
  return { follows, missing: all.filter(({ kind }) => kind === 'open').flatMap((it) => it.missing) };
}
