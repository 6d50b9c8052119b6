// The self-check page 继续教育自查: questions on one side, the letter on the other. All of it
// happens here: nothing is sent, and nothing is kept.

import { determine } from './determine.js';
import { Form, element, given } from './form.js';
import { letter, sentence } from './letter.js';
import { Policy } from './policy.js';

const bundles = JSON.parse(document.getElementById('policies').textContent);
const policies = new Map(bundles.map(([id, bundle]) => [bundle.year, Object.assign(new Policy(bundle), { id })]));
const root = document.getElementById('check').dataset.root;
const answer = document.getElementById('answer');
const status = document.getElementById('status');
const year = document.getElementById('year');

// Years that a notice was written for, the newest first; others serve their hours alone.
const written = [...policies.values()].filter((it) => it.basis === '适用').sort((a, b) => b.year - a.year);
year.append(...written.map((it) => element('option', { value: String(it.year) }, `${it.year} 年`)));

const form = new Form(document.getElementById('questions'), update);
year.addEventListener('change', update);
document.getElementById('ready').hidden = true;
document.getElementById('check').hidden = false;
update();

function update() {
  const policy = policies.get(Number(year.value));
  const { facts, asked } = given(policy, form.answers);
  const isBegun = facts[policy.keyed('purpose').label] !== undefined;
  if (!isBegun) {
    form.show(policy, asked, []);
    answer.replaceChildren(element('p', { class: 'hint' }, '选定要办理的事项，回答几个问题，这里就会写出应当完成的学习和所依据的条款。'));
    return;
  }
  const result = determine({ policies, policy, facts, hours: form.hours });
  const isAsked = result.degrees.some((it) => it !== '不要求');
  form.show(policy, asked, isAsked ? result.years.filter((it) => policies.has(it)) : []);
  answer.replaceChildren(...letter(result, { policies, policy, root }),
    element('p', { class: 'note' }, `按 ${policy.year} 年度规则集 ${policy.id} 得出，是自查，不是认定；以办理机关的认定为准。您填写的内容只在本页计算，没有保存，也没有发送。`));
  const said = sentence(result, policy.unit);
  if (status.textContent !== said) status.replaceChildren(element('a', { href: '#answer-title' }, said));
}
