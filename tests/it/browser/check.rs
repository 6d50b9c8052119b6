//! The self-check page's evaluator: what it answers is what the engine does, on every
//! example of the notices and on a grid of facts; and the page as somebody meets it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::{Value as Json, json};
use shenyan::assessment::application::{Case, Determination, derive, determine};
use shenyan::assessment::determination::{Asked as Owed, Of, Question};
use shenyan::assessment::engine::Facts;
use shenyan::assessment::hours::Hours;
use shenyan::assessment::policy::vocabulary::{Column, Fact, Value};
use shenyan::assessment::policy::{Policy, bundle};
use shenyan::assessment::record::{self, Record, SettledHours};
use shenyan::diagnostic::Diagnostics;
use shenyan::project::Project;

use super::Sample;
use super::chromium::Chromium;
use super::server::Server;
use super::twin::page;
use crate::tree::{paths, repository, sample};

/// Determines every case by the page's own modules, and posts what comes of it.
const DRIVER: &str = r"
import { derive } from '/check/date.js';
import { determine } from '/check/determine.js';
import { Policy } from '/check/policy.js';
const { bundles, cases } = await (await fetch('/task.json')).json();
const policies = new Map(bundles.map((it) => [it.year, new Policy(it)]));
const answers = cases.map(({ year, facts, hours }) => {
  const policy = policies.get(year);
  const it = determine({ policies, policy, facts: derive(policy, facts), hours });
  const { outcome, degrees, years, rules, decisions, questions, consequences } = it;
  const asked = it.asked.map(({ years, of, required, credited }) => ({ years, of, required, credited }));
  return { outcome, degrees, years, asked, rules, decisions, questions, consequences };
});
await fetch('/post', { method: 'POST', body: JSON.stringify(answers) });
";

/// What is known of somebody who applies.
struct Asked {
    name: String,
    year: u16,
    facts: Facts,
    record: Record,
}

struct Site {
    project: Project,
}

impl Site {
    fn read(root: &Path) -> Self {
        let mut problems = Diagnostics::new();
        let project = Project::read(root, &mut problems).unwrap();
        assert!(!problems.has_errors(), "{root:?}");
        Self { project }
    }

    fn record(&self) -> Record {
        let json = r#"{"schema":"learner/1","person_id":"p-1","name":[{"value":"样一"}]}"#;
        let mut problems = Diagnostics::new();
        record::parse("p-1.json", 1, json, &self.project.vocabulary, &mut problems).unwrap()
    }

    /// The examples of somebody who applies and whose hours are settled.
    fn examples(&self) -> Vec<Asked> {
        let vocabulary = &self.project.vocabulary;
        let purpose = vocabulary.fact_label(Fact::Purpose);
        let mut all = Vec::new();
        for notice in &self.project.notices {
            let Some(year) = notice.front.applies_to.last() else { continue };
            for example in &notice.examples {
                let is_of_a_person = example.given.iter().any(|label| label == purpose);
                for case in example.cases.iter().filter(|_| is_of_a_person) {
                    let name = format!("{}:{} {}", notice.path, case.line, example.name);
                    let given = example.given.iter().zip(&case.given);
                    all.extend(self.example(name, *year, given));
                }
            }
        }
        all
    }

    fn example<'a>(
        &self,
        name: String,
        year: u16,
        given: impl Iterator<Item = (&'a String, &'a String)>,
    ) -> Option<Asked> {
        let vocabulary = &self.project.vocabulary;
        let mut facts = Facts::none();
        for fact in Fact::ALL {
            facts.set(fact, vocabulary.example(fact));
        }
        facts.set(Fact::ApplicationYear, Some(Value::Number(year.into())));
        let mut record = self.record();
        for (label, cell) in given.filter(|(_, cell)| !cell.is_empty()) {
            match label.as_str() {
                "学习" => return None, // whether learning counts is not asked here
                label if label == vocabulary.unit() => record.settled = settled(cell),
                label => {
                    let fact = vocabulary.fact(label).unwrap();
                    facts.set(fact, vocabulary.read_fact(fact, cell).filter(|_| cell != "不明"));
                }
            }
        }
        let year = match facts.value(Fact::ApplicationYear) {
            Some(Value::Number(year)) => u16::try_from(year).unwrap(),
            _ => year,
        };
        derive(&self.project.policies[&year], &mut facts);
        Some(Asked { name, year, facts, record })
    }

    /// Facts in combinations that a seed draws.
    fn grid(&self, count: usize) -> Vec<Asked> {
        let vocabulary = &self.project.vocabulary;
        let year = *self.project.policies.keys().next_back().unwrap();
        let mut draw = Draw(0x9E37_79B9_7F4A_7C15);
        // Either side of each birthday that matters on these days, and 29 February.
        let born =
            ["1967-09-01", "1967-09-02", "1972-02-29", "1972-09-01", "1977-09-01", "1990-05-05"];
        let on = ["2022-02-28", "2022-03-01", "2022-08-31", "2022-09-01", "2022-12-31"];
        let transferred = ["无", "无", "2022-04-01", "2021-05-01", "2020-12-31", "2012-01-01"];
        let entered = ["1988-07-01", "2019-12-31", "2020-01-01", "2021-07-01", "2022-06-30"];
        let hours = ["", "-", "0", "10", "19.5", "20", "30", "30", "60", "60", "90"];
        let mut all = Vec::new();
        for at in 0..count {
            let mut facts = Facts::none();
            facts.set(Fact::ApplicationYear, Some(Value::Number(year.into())));
            for fact in [
                Fact::Purpose,
                Fact::Grade,
                Fact::Sex,
                Fact::Sector,
                Fact::Grassroots,
                Fact::DesignatedHospital,
                Fact::Education,
                Fact::UnitKind,
            ] {
                let words = vocabulary.words(fact).iter().map(|word| word.label.as_str());
                let mut words: Vec<&str> = words.collect();
                if words.is_empty() {
                    words = vec!["是", "否", "否"];
                }
                let is_missing = fact != Fact::Purpose && draw.below(6) == 0;
                let word = words[draw.below(words.len())];
                facts.set(fact, vocabulary.read_fact(fact, word).filter(|_| !is_missing));
            }
            for (fact, days) in [(Fact::BornOn, &born[..]), (Fact::AppliedOn, &on)] {
                let text = days[draw.below(days.len())];
                let is_missing = draw.below(8) == 0;
                facts.set(fact, vocabulary.read_fact(fact, text).filter(|_| !is_missing));
            }
            // Who entered or transferred when may be known, or not at all.
            for (fact, days) in
                [(Fact::TransferredOn, &transferred[..]), (Fact::EnteredOn, &entered)]
            {
                let text = days[draw.below(days.len())];
                let is_missing = draw.below(4) == 0;
                facts.set(fact, vocabulary.read_fact(fact, text).filter(|_| !is_missing));
            }
            derive(&self.project.policies[&year], &mut facts);
            let mut record = self.record();
            for year in year - 3..=year {
                let mut cells = vocabulary.learned().map(|_| hours[draw.below(hours.len())]);
                let cell = cells.by_ref().map(|it| if it.is_empty() { "-" } else { it });
                let cell = format!("{}:{}", year % 100, cell.collect::<Vec<_>>().join("/"));
                record.settled.extend(settled(&cell));
            }
            all.push(Asked { name: format!("case {at}"), year, facts, record });
        }
        all
    }

    /// The facts as the page has them, without those that it derives.
    fn task(&self, asked: &Asked) -> Json {
        let policy = &self.project.policies[&asked.year];
        let vocabulary = &policy.vocabulary;
        let mut facts = serde_json::Map::new();
        let is_derived = |fact| policy.definitions.iter().any(|it| it.definition.fact == fact);
        for fact in Fact::ALL.into_iter().filter(|fact| !is_derived(*fact)) {
            let Some(value) = asked.facts.value(fact) else { continue };
            let value = match value {
                Value::Number(number) => json!(number),
                Value::Date(range) => {
                    json!({ "first": range.first.to_string(), "last": range.last.to_string() })
                }
                other => json!(vocabulary.value_text(vocabulary.words(fact), other)),
            };
            facts.insert(vocabulary.fact_label(fact).to_owned(), value);
        }
        let mut hours: BTreeMap<String, BTreeMap<String, u32>> = BTreeMap::new();
        for SettledHours { year, category, hours: settled } in &asked.record.settled {
            let number = vocabulary.categories()[*category].number.to_string();
            hours.entry(year.to_string()).or_default().insert(number, settled.tenths());
        }
        json!({ "year": asked.year, "facts": facts, "hours": hours })
    }

    fn by_engine(&self, asked: &Asked) -> Json {
        let policies = &self.project.policies;
        let policy = &policies[&asked.year];
        let case = Case { policies, policy, facts: asked.facts, record: &asked.record };
        answer(policy, &determine(&case))
    }

    /// Compares all of these; what came out, for whoever wants to know that it differs.
    fn compare(&self, all: &[Asked]) -> BTreeSet<String> {
        let bundles = self.project.policies.values().map(bundle::bytes);
        let bundles: Vec<Json> = bundles.map(|it| serde_json::from_slice(&it).unwrap()).collect();
        let cases: Vec<Json> = all.iter().map(|asked| self.task(asked)).collect();
        let task = json!({ "bundles": bundles, "cases": cases });
        let mut files = BTreeMap::new();
        let theme = repository().join("themes/default");
        for path in paths(&theme.join("check")) {
            let bytes = fs::read(theme.join("check").join(&path)).unwrap();
            files.insert(format!("/check/{path}"), bytes);
        }
        files.insert("/task.json".to_owned(), serde_json::to_vec(&task).unwrap());
        files.insert("/harness.html".to_owned(), page(DRIVER));
        let server = Server::new(files);
        let _browser = Chromium::open(&server.address("cards.example", "/harness.html"));
        let answers: Vec<Json> = serde_json::from_str(&server.post()).unwrap();
        assert_eq!(answers.len(), all.len());
        let mut outcomes = BTreeSet::new();
        for ((asked, case), mut page) in all.iter().zip(&cases).zip(answers) {
            let engine = self.by_engine(asked);
            page["questions"] = sorted(&page["questions"]);
            assert_eq!(page, engine, "{}: {case}", asked.name);
            outcomes.insert(engine["outcome"].as_str().unwrap().to_owned());
        }
        outcomes
    }
}

/// `20、21:30/60；22:-/30`, the categories in their order.
fn settled(cell: &str) -> Vec<SettledHours> {
    let mut all = Vec::new();
    for group in cell.split('；') {
        let (years, amounts) = group.trim().split_once(':').unwrap();
        for year in years.split('、') {
            let year = 2000 + year.trim().parse::<u16>().unwrap();
            for (category, amount) in amounts.split('/').enumerate() {
                if let Ok(hours) = amount.trim().parse::<Hours>() {
                    all.push(SettledHours { year, category, hours });
                }
            }
        }
    }
    all
}

fn answer(policy: &Policy, result: &Determination) -> Json {
    let vocabulary = &policy.vocabulary;
    let number = |category: usize| vocabulary.categories()[category].number;
    let questions = result.questions.iter().map(|question| match question {
        Question::Fact(fact) | Question::Proof(fact) => {
            json!({ "fact": vocabulary.fact_label(*fact) })
        }
        Question::NoRecord { year, category } => {
            json!({ "year": year, "category": number(*category) })
        }
        Question::NoPolicy { year } => json!({ "policy": year }),
        Question::Rules(rules) => json!({ "rules": rules }),
        Question::Learning { .. } => panic!("hours are settled"),
        Question::Posts { .. } | Question::TooLate(_) => panic!("the facts are given"),
    });
    let asked = result.asked.iter().map(|Owed { years, of, required, credited }| {
        let of = match of {
            Of::Category(category) => json!(number(*category)),
            Of::Total => json!("total"),
        };
        let (required, credited) = (required.tenths(), credited.tenths());
        json!({ "years": years, "of": of, "required": required, "credited": credited })
    });
    let words = vocabulary.column_words(Column::Consequence);
    let consequences = result.consequences.iter().map(|(value, rules)| {
        json!({ "consequence": vocabulary.value_text(words, *value), "rules": rules })
    });
    json!({
        "outcome": result.outcome.word(),
        "degrees": result.degrees.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "years": result.years,
        "asked": asked.collect::<Vec<_>>(),
        "rules": result.rules,
        "decisions": result.decisions,
        "questions": sorted(&Json::Array(questions.collect())),
        "consequences": consequences.collect::<Vec<_>>(),
    })
}

fn sorted(list: &Json) -> Json {
    let texts: BTreeSet<String> = list.as_array().unwrap().iter().map(Json::to_string).collect();
    json!(texts)
}

/// A seed, and what is drawn from it.
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap() % end
    }
}

#[test]
fn every_example_of_a_person_comes_out_as_by_the_engine() {
    let mut roots = vec![repository().to_owned()];
    let regimes = fs::read_dir(repository().join("tests/regimes")).unwrap();
    roots.extend(regimes.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()));
    roots.sort();
    let mut outcomes = BTreeSet::new();
    for root in roots {
        let site = Site::read(&root);
        let examples = site.examples();
        assert!(examples.len() > 2, "{root:?} has examples");
        outcomes.extend(site.compare(&examples));
    }
    let all = ["通过", "不通过", "待核定", "不适用"].map(str::to_owned);
    assert_eq!(outcomes, BTreeSet::from(all), "examples of every outcome");
}

#[test]
fn three_thousand_combinations_of_facts_come_out_as_by_the_engine() {
    let site = Site::read(repository());
    let outcomes = site.compare(&site.grid(3_000));
    assert_eq!(outcomes.len(), 4, "{outcomes:?}");
}

/// Years judged together and a part of the total, which no site of ours decides for:
/// the sample, without its examples, by two other decisions.
#[test]
fn sums_and_totals_come_out_as_by_the_engine() {
    for changes in [&[SUM][..], &[TOTAL], &[SUM, TOTAL]] {
        let sample = sample();
        for path in ["nmg.md", "ordos.md"] {
            let path = sample.path().join("content/notices/2022").join(path);
            let text = fs::read_to_string(&path).unwrap();
            let blocks = text.split("\n\n").filter(|block| !block.starts_with("> **例 "));
            fs::write(&path, blocks.collect::<Vec<_>>().join("\n\n")).unwrap();
        }
        let path = sample.path().join("content/decisions.toml");
        let text = fs::read_to_string(&path).unwrap();
        let changed = changes.iter().fold(text.clone(), |text, (from, to)| text.replace(from, to));
        assert_ne!(changed, text);
        fs::write(&path, changed).unwrap();
        let site = Site::read(sample.path());
        let outcomes = site.compare(&site.grid(1_000));
        assert_eq!(outcomes.len(), 4, "{outcomes:?}");
    }
}

const SUM: (&str, &str) = ("window-test = \"each-year\"", "window-test = \"sum\"");
const TOTAL: (&str, &str) = ("part-of = \"each-category\"", "part-of = \"total\"");

/// Answers as somebody does, and posts what the page then shows.
const VISITOR: &str = r"
const frame = document.createElement('iframe');
frame.src = '/check.html';
frame.style = 'width: 60rem; height: 60rem';
document.body.append(frame);
await new Promise((resolve) => { frame.onload = resolve; });
const page = frame.contentDocument;
const legends = () => [...page.querySelectorAll('#questions legend')].map((it) => it.textContent);
const text = (selector) => page.querySelector(selector).innerText;
const choose = (word) => [...page.querySelectorAll('.option')].find((it) => it.textContent === word).querySelector('input').click();
const fill = (id, value) => {
  const input = page.getElementById(id);
  input.value = value;
  input.dispatchEvent(new frame.contentWindow.Event('input', { bubbles: true }));
  input.dispatchEvent(new frame.contentWindow.Event('change', { bubbles: true }));
};
const seen = [];
const look = () => seen.push({ legends: legends(), answer: text('#answer'), said: text('#status') });
look();
choose('考核评优'); look();
choose('职称评审'); look();
choose('中级'); choose('女'); fill('born-on', '1974-03-01'); fill('applied-on', '2022-09-01'); fill('entered-on', '2012-07-01'); look();
choose('公有'); [...page.querySelectorAll('.option input[name=grassroots]')][1].click();
[...page.querySelectorAll('.option input[name=designated-hospital]')][1].click(); choose('没有'); look();
for (const year of [2020, 2021, 2022]) { fill(`hours-${year}-1`, '10'); fill(`hours-${year}-2`, year === 2021 ? '18.5' : '20'); }
look();
frame.style.width = '390px';
const width = page.documentElement.scrollWidth;
const kept = frame.contentWindow.localStorage.length + page.cookie.length;
const links = [...page.querySelectorAll('#answer a')].map((it) => it.getAttribute('href'));
// What does not count is said to, and why.
const told = () => {
  const it = page.getElementById('hours-2022-1');
  return [it.getAttribute('aria-invalid'), page.getElementById(it.getAttribute('aria-describedby'))?.textContent ?? null];
};
const refused = ['30.05', '-1', '99999', '30.5'].map((value) => { fill('hours-2022-1', value); return told(); });
// Whoever is short is asked for all that follows, and no more than that.
choose('聘任'); look();
fill('hours-2021-1', '30'); fill('hours-2021-2', '59'); look();
choose('事业单位'); look();
await fetch('/post', { method: 'POST', body: JSON.stringify({ seen, kept, width, links, refused }) });
";

#[test]
fn the_page_asks_what_the_purpose_needs_and_answers_with_clauses() {
    let sample = Sample::build();
    let mut files = sample.public();
    let html = String::from_utf8(files["/check.html"].clone()).unwrap();
    assert!(html.contains("default-src 'none'; script-src 'sha256-"), "a strict policy");
    assert!(!html.contains("src=\""), "nothing is fetched");
    for path in ["/index.html", "/notices/2022/nmg.html"] {
        assert!(
            String::from_utf8_lossy(&files[path]).contains("check.html\""),
            "{path} leads there"
        );
    }
    files.insert("/harness.html".to_owned(), page(VISITOR));
    let known: BTreeSet<String> = files.keys().cloned().collect();
    let server = Server::new(files);
    let _browser = Chromium::open(&server.address("cards.example", "/harness.html"));
    let post: Json = serde_json::from_str(&server.post()).unwrap();
    let seen = post["seen"].as_array().unwrap();
    let legends = |at: usize| -> Vec<&str> {
        seen[at]["legends"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect()
    };
    assert_eq!(legends(0), ["您要办理什么？"], "one question to begin with");
    assert!(
        !legends(1).contains(&"出生日期"),
        "an annual appraisal needs no age: {:?}",
        legends(1)
    );
    for asked in ["申报级别", "申报日", "出生日期", "性别", "领域", "基层一线"] {
        assert!(legends(2).contains(&asked), "{asked} in {:?}", legends(2));
    }
    let answer = |at: usize| seen[at]["answer"].as_str().unwrap();
    // 48 years of age: one third, by the clause; 2021 is short of 20 by 1.5.
    assert_eq!(seen[5]["said"], "按您填写的情况，学时还不够。");
    for words in ["1/3", "区/三(一)", "1.5", "不是认定"] {
        assert!(answer(5).contains(words), "{words} in {}", answer(5));
    }
    assert!(answer(4).contains("还要弄清楚"), "hours are wanting: {}", answer(4));
    for refused in &post["refused"].as_array().unwrap()[..3] {
        let expect = json!(["true", "这个数没有计入：学时应是 0 到 9999 之间的数，小数最多一位。"]);
        assert_eq!(*refused, expect);
    }
    assert_eq!(post["refused"][3], json!([null, null]), "30.5 counts");
    // 二后段: for a public institution the appraisal suffers too.
    assert!(legends(7).contains(&"单位类型"), "{:?}", legends(7));
    assert!(answer(7).contains("您的单位类型"), "{}", answer(7));
    assert!(!answer(8).contains("您的单位类型"), "{}", answer(8));
    assert!(answer(8).contains("嘉奖以下"), "{}", answer(8));
    assert_eq!(post["kept"], 0, "nothing is kept");
    assert!(post["width"].as_u64().unwrap() <= 390, "wider than a phone: {}", post["width"]);
    for link in post["links"].as_array().unwrap() {
        let path = link.as_str().unwrap().split('#').next().unwrap();
        assert!(known.contains(&format!("/{path}")), "{path} is a page");
    }
}
