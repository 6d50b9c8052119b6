// The answer, as a letter: what is owed, year by year, by which clause, and what is
// still to be found out.

import { element } from './form.js';

/** What a determination comes to in a sentence. */
export function sentence({ outcome, degrees }, unit) {
  const degree = degrees.length === 1 ? degrees[0] : null;
  switch (outcome) {
    case '通过':
      if (degree === '不要求') return `这次不要求您的${unit}。`;
      if (degree === '参考') return `您的${unit}只供参考，不作硬性要求。`;
      return `按您填写的情况，${unit}已经足够。`;
    case '不通过':
      return `按您填写的情况，${unit}还不够。`;
    case '不适用':
      return '通知没有规定这种情形，请向办理机关咨询。';
    default:
      return '还有几项要弄清楚，才能得出结论。';
  }
}

/** The parts of the letter. */
export function letter(result, { policies, policy, root }) {
  const asked = result.degrees[result.degrees.length - 1] ?? '全部';
  const questions = [...result.questions].sort((a, b) => Number(a.fact === undefined) - Number(b.fact === undefined));
  return [
    element('p', { class: `verdict ${{ 通过: 'passed', 不通过: 'failed' }[result.outcome] ?? 'open'}` }, sentence(result, policy.unit)),
    result.degrees.length > 0 && element('p', {}, extent(result, policy.unit)),
    result.accounts.length > 0 && asked !== '不要求' && owed(result, { degree: asked, categories: policy.categories, unit: policy.unit }),
    list('还要弄清楚', questions.map((it) => question(it, { policies, policy }))),
    list('由此而来的后果', result.consequences.map(({ consequence }) => consequence)),
    grounds(result, { policies, policy, root }),
    decisions(result, policy),
  ].filter((it) => it !== false && it !== null);
}

/** Which years, and how much of their hours. */
function extent({ years, degrees }, unit) {
  const words = degrees.map((degree) => ({
    不要求: `不要求${unit}`, 参考: `${unit}作为参考`, 全部: `要求全部${unit}`,
  }[degree] ?? `要求应修${unit}的 ${degree}`));
  const looked = years.length > 0 ? `看 ${years.join('、')} 年：` : '';
  const open = words.length > 1 ? '，视下面各项情况而定' : '';
  return `${looked}${words.join('，或者')}${open}。`;
}

/** What is asked for, by year; years that are judged together are one. */
function owed({ asked }, { degree, categories, unit }) {
  const hours = (tenths) => String(tenths / 10);
  const total = categories.find((it) => it.sum_of !== undefined)?.label ?? '各科目合计';
  const rows = asked.map(({ of, years, required, credited, unrecorded }, at) => {
    const key = years.join('、');
    const isFirst = at === 0 || asked[at - 1].years.join('、') !== key;
    const span = asked.filter((it) => it.years.join('、') === key).length;
    const short = Math.max(0, required - credited);
    return element('tr', {},
      isFirst && element('th', { scope: 'rowgroup', rowspan: String(span) }, years.length > 1 ? `${key} 合计` : key),
      element('th', { scope: 'row' }, categories.find((it) => it.number === of)?.label ?? total),
      element('td', {}, hours(required)),
      element('td', {}, credited === 0 && unrecorded.length > 0 ? '没有填' : hours(credited)),
      element('td', { class: short > 0 ? 'short' : null }, short > 0 ? hours(short) : '不差'));
  });
  const head = ['年度', '科目', `应修${unit}`, '已认定', '还差'].map((it) => element('th', { scope: 'col' }, it));
  return element('table', {}, element('caption', {}, degree === '参考' ? '供参考的对照' : '应当完成的学习'),
    element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...rows));
}

function question(asked, { policies, policy }) {
  if (asked.fact !== undefined) return `您的${asked.fact}`;
  if (asked.policy !== undefined) return `${asked.policy} 年度的规则：本站没有，请向办理机关咨询`;
  if (asked.rules !== undefined) return `规则 ${asked.rules.map((at) => policy.rules[at].name).join('、')} 的结果不一致，请向办理机关咨询`;
  const { categories, unit } = policies.get(asked.year) ?? policy;
  const { label } = categories.find((it) => it.number === asked.category);
  return `${asked.year} 年${label}科目已经认定的${unit}`;
}

function list(heading, items) {
  if (items.length === 0) return null;
  return element('section', {}, element('h3', {}, heading),
    element('ul', {}, ...items.map((it) => element('li', {}, it))));
}

/** The clauses, each with the words that rules rest on. */
function grounds({ rules, accounts }, { policies, policy, root }) {
  const cited = rules.map((at) => ({ policy, rule: policy.rules[at] }));
  for (const { year, lines } of accounts) {
    const own = policies.get(year);
    cited.push(...lines.flatMap((it) => it.rules).map((at) => ({ policy: own, rule: own.rules[at] })));
  }
  const seen = new Set();
  const items = cited.map(({ policy: of, rule }) => {
    const { id, notice, link } = of.clauses[rule.clause];
    const key = `${id} ${rule.quote}`;
    if (seen.has(key)) return null;
    seen.add(key);
    return element('li', {}, element('a', { href: `${root}${link}`, title: notice }, id), element('q', {}, rule.quote));
  });
  const shown = items.filter((it) => it !== null);
  return shown.length === 0 ? null
    : element('section', {}, element('h3', {}, '依据'), element('ul', { class: 'grounds' }, ...shown));
}

function decisions(result, policy) {
  const required = result.accounts.flatMap(({ lines }) => lines.flatMap((it) => it.rules));
  const ids = new Set([...result.decisions, ...required.flatMap((at) => policy.rules[at]?.decisions ?? [])]);
  const items = [...ids].map((id) => policy.decisions.get(id)).filter((it) => it !== undefined);
  if (items.length === 0) return null;
  const texts = items.flatMap(({ id, question: asked, choice }) => [element('dt', {}, `${id} ${asked}`), element('dd', {}, choice)]);
  return element('details', {}, element('summary', {}, '原文没有写明、由办理机关选定的做法'), element('dl', {}, ...texts));
}
