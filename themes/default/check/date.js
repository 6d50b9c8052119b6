// Facts that follow from others by the three functions there are: full years of age,
// years since, days between. The twin of src/assessment/policy/definition.rs.
//
// A date is `{ first, last }`, the two days that it lies between, as `2022-09-01`; a
// date that there is none of is the text `无`.

export const ABSENT = '无';

/** A date that is known to the day. */
export function day(text) {
  return { first: text, last: text };
}

/** The facts with those that follow from them. */
export function derive(policy, facts) {
  const derived = { ...facts };
  for (const definition of policy.definitions) {
    if (derived[definition.fact] !== undefined) continue;
    const value = follow(policy, definition, derived);
    if (value !== null) derived[definition.fact] = value;
  }
  return derived;
}

function follow(policy, definition, facts) {
  const given = definition.arguments.map((label) => facts[label]);
  if (given.includes(undefined)) return null;
  if (given.includes(ABSENT)) return ABSENT;
  const [least, most] = bounds(policy, definition, facts);
  return least === most ? least : null;
}

/** The least and the most that a derived fact can be, or null. */
export function bounds(policy, { function: name, arguments: labels, decisions }, facts) {
  const [one, two] = labels.map((label) => facts[label]);
  if ([one, two].some((it) => it === undefined || it === ABSENT)) return null;
  switch (name) {
    case '周岁': {
      const birthday = policy.parameter(decisions ?? [], 'birthday');
      return [age(birthday, one.last, two.first), age(birthday, one.first, two.last)];
    }
    case '年差':
      return [one - year(two.last), one - year(two.first)];
    case '天数差':
      return [days(two.first) - days(one.last), days(two.last) - days(one.first)];
    default:
      return null;
  }
}

function year(date) {
  return Number(date.slice(0, 4));
}

function days(date) {
  return Math.round(Date.parse(`${date}T00:00:00Z`) / 86_400_000);
}

/** Whoever was born on 29 February is a year older on 28 February of other years. */
function age(birthday, born, on) {
  const leap = new Date(Date.UTC(year(on), 1, 29)).getUTCDate() === 29;
  const month = born.slice(5) === '02-29' && !leap ? '02-28' : born.slice(5);
  const reached = birthday === 'day-after' ? month < on.slice(5) : month <= on.slice(5);
  return year(on) - year(born) - (reached ? 0 : 1);
}
