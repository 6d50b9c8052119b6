//! Reads one class's JSON, telling all its problems.

use super::shape;
use super::{Audit, Class, MAX_BYTES, MAX_ROSTER, PhotoOrder, Plan, Report, Roster};
use crate::assessment::json::{Document as Json, Limit, Raw, Text};
use crate::assessment::policy::vocabulary::{Fact, Vocabulary};
use crate::assessment::record::{ClassId, PersonId};
use crate::diagnostic::{Diagnostics, Place};
use crate::time::Date;

/// Characters of a base's or a class's name at most.
const MAX_NAME: usize = 100;
/// Items of a plan or a report at most.
const MAX_ITEMS: usize = 200;
/// Wrong entries of a roster that are told, at most.
const MAX_TOLD: usize = 100;

const LIMIT: Limit =
    Limit {
        bytes: MAX_BYTES, what: "培训班材料", hint: "一班一份；只写材料的名称，不写材料本身"
    };

/// Reads the JSON of one class, which begins on `first_line` of the file `path`;
/// `None` if anything in it is wrong.
pub fn parse(
    path: &str,
    first_line: u32,
    text: &str,
    vocabulary: &Vocabulary,
    problems: &mut Diagnostics,
) -> Option<Class> {
    Json { path, first_line, text }.whole(&LIMIT, problems, |json| {
        let (problems, carried) = (Diagnostics::new(), Vec::new());
        let mut reader = Reader { json, vocabulary, problems, carried };
        (reader.class(), reader.problems)
    })
}

struct Reader<'a> {
    json: Json<'a>,
    vocabulary: &'a Vocabulary,
    problems: Diagnostics,
    carried: Vec<(Fact, Place)>,
}

impl<'a> Reader<'a> {
    fn class(&mut self) -> Option<Class> {
        let class: shape::Class<'a> = self.json.read(self.json.text, &mut self.problems)?;
        if class.schema.value != "class/1" {
            let message = format!("格式版本不是 class/1：“{}”", class.schema.value);
            self.error(&class.schema, message, "写成 class/1");
        }
        let id = ClassId::new(&class.class_id.value);
        if id.is_none() {
            let message = format!("班次编号不合格式：“{}”", class.class_id.value);
            self.error(&class.class_id, message, ClassId::HINT);
        }
        let base = self.name("基地", &class.base);
        let name = self.name("培训班", &class.name);
        let (begins, ends) = (self.date(&class.begins), self.date(&class.ends));
        if let Some((begins, ends)) = begins.zip(ends).filter(|(begins, ends)| ends < begins) {
            let message = format!("结束日 {ends} 早于开班日 {begins}");
            self.error(&class.ends, message, "核对起止日期");
        }
        let plan = class.plan.map(|raw| self.plan(raw));
        let report = class.report.map(|raw| self.report(raw, ends));
        Some(Class {
            id: id?,
            base: base?,
            name: name?,
            begins: begins?,
            ends: ends?,
            plan: plan.flatten(),
            report: report.flatten(),
            place: self.json.start(),
            carried: std::mem::take(&mut self.carried),
        })
    }

    fn error(&mut self, text: &Text<'a>, message: String, hint: impl Into<String>) {
        self.problems.error(self.json.place(text.raw), message, hint);
    }

    fn date(&mut self, text: &Text<'a>) -> Option<Date> {
        self.json.date(text, &mut self.problems)
    }

    fn name(&mut self, what: &str, text: &Text<'a>) -> Option<String> {
        let name = text.value.trim();
        let is_name =
            (1..=MAX_NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control);
        if !is_name {
            let message = format!("{what}名称为空、过长或含控制字符");
            self.error(text, message, format!("写明全称，{MAX_NAME} 字以内"));
        }
        is_name.then(|| name.to_owned())
    }

    fn plan(&mut self, raw: Raw<'a>) -> Option<Plan> {
        self.carried.push((Fact::PlanElements, self.json.place(raw.text())));
        let plan: shape::Plan<'a> = self.json.read_raw(raw, &mut self.problems)?;
        let filed = self.date(&plan.filed);
        let missing = self.missing(Fact::PlanElements, plan.elements);
        Some(Plan { filed: filed?, missing })
    }

    fn report(&mut self, raw: Raw<'a>, ends: Option<Date>) -> Option<Report> {
        self.carried.push((Fact::ReportMaterials, self.json.place(raw.text())));
        let report: shape::Report<'a> = self.json.read_raw(raw, &mut self.problems)?;
        let filed = self.date(&report.filed);
        if let Some((filed, ends)) = filed.zip(ends).filter(|(filed, ends)| filed < ends) {
            let message = format!("报告提交日 {filed} 早于结束日 {ends}");
            self.error(&report.filed, message, "核对日期：培训结束后才有报告");
        }
        let missing = self.missing(Fact::ReportMaterials, report.materials);
        let roster = report.roster.map(|raw| self.people("花名册", raw));
        self.once(roster.as_deref().unwrap_or_default());
        let photos = report.photos.map(|raw| self.people("图片", raw));
        let audit = report.audit.and_then(|raw| self.audit(raw, filed));
        // A roster that names nobody shows no order.
        let both = roster.as_ref().filter(|people| !people.is_empty()).zip(photos);
        let order = both.map(|(roster, photos)| order(roster, &photos));
        let roster = roster.map(|people| Roster::new(people.iter().map(|it| &*it.value)));
        Some(Report { filed: filed?, missing, roster, order, audit })
    }

    /// The items that the vocabulary wants and a list does not have.
    fn missing(&mut self, fact: Fact, raw: Raw<'a>) -> Vec<String> {
        let named: Vec<(_, Text<'a>)> = self.json.list(Some(raw), &mut self.problems);
        let (wanted, label) = (self.vocabulary.items(fact), self.vocabulary.fact_label(fact));
        if named.len() > MAX_ITEMS {
            let message = format!("“{label}”超过 {MAX_ITEMS} 项");
            self.problems.error(self.json.place(raw.text()), message, "每项只写一次");
            return Vec::new();
        }
        for (at, (_, item)) in named.iter().enumerate() {
            if !wanted.iter().any(|it| *it == item.value) {
                let message = format!("“{label}”中没有“{}”这一项", item.value);
                self.error(item, message, format!("可写：{}", wanted.join("、")));
            } else if named[..at].iter().any(|(_, other)| other.value == item.value) {
                self.error(item, format!("“{}”写了两次", item.value), "每项只写一次");
            }
        }
        let is_missing = |item: &&String| !named.iter().any(|(_, it)| it.value == **item);
        wanted.iter().filter(is_missing).cloned().collect()
    }

    /// The numbers of a list of people.
    fn people(&mut self, what: &str, raw: Raw<'a>) -> Vec<Text<'a>> {
        self.carried.push((Fact::PhotoOrder, self.json.place(raw.text())));
        let pieces = self.json.elements(Some(raw), &mut self.problems);
        if pieces.len() > MAX_ROSTER {
            let message = format!("{what}有 {} 项，上限 {MAX_ROSTER}", pieces.len());
            self.problems.error(self.json.place(raw.text()), message, "分成几个班");
            return Vec::new();
        }
        let mut people: Vec<Text<'a>> = Vec::with_capacity(pieces.len());
        let mut told = 0;
        for piece in pieces {
            let read = self.json.read::<Text<'a>>(piece, &mut self.problems);
            let is_number = |text: &Text<'a>| PersonId::new(&text.value).is_some();
            if let Some(text) = read.as_ref().filter(|text| !is_number(text)) {
                // What stands here may be a name or a document number.
                let message = format!("{what}中有一项不是编号（内容不在此显示）");
                let hint = "只写内部编号或序号，不写姓名和证件号码：1 至 64 个字母、数字、- 或 _";
                self.error(text, message, hint);
            }
            told += usize::from(!read.as_ref().is_some_and(is_number));
            people.extend(read);
            if told == MAX_TOLD {
                break;
            }
        }
        people
    }

    /// A roster names each person once.
    fn once(&mut self, roster: &[Text<'a>]) {
        let mut sorted: Vec<_> = roster.iter().collect();
        sorted.sort_by(|one, other| one.value.cmp(&other.value));
        let twice = sorted.windows(2).filter(|pair| pair[0].value == pair[1].value);
        for pair in twice.take(MAX_TOLD) {
            let message = format!("花名册中编号重复：{}", pair[1].value);
            self.error(pair[1], message, "一人只列一次");
        }
    }

    fn audit(&mut self, raw: Raw<'a>, filed: Option<Date>) -> Option<Audit> {
        let audit: shape::Audit<'a> = self.json.read_raw(raw, &mut self.problems)?;
        let status = self.vocabulary.labelled(Fact::ReportAudit, &audit.status.value);
        if status.is_none() {
            let words = self.vocabulary.words(Fact::ReportAudit);
            let allowed = self.vocabulary.allowed(Fact::ReportAudit.shape(), words);
            let label = self.vocabulary.fact_label(Fact::ReportAudit);
            let message = format!("“{label}”没有取值“{}”", audit.status.value);
            self.error(&audit.status, message, format!("可写：{allowed}；尚未审核的，不写 audit"));
        }
        let on = self.date(&audit.on);
        if let Some((on, filed)) = on.zip(filed).filter(|(on, filed)| on < filed) {
            let message = format!("审核日 {on} 早于报告提交日 {filed}");
            self.error(&audit.on, message, "核对日期");
        }
        Some(Audit { status: status?, on: on? })
    }
}

/// How pictures follow a roster.
fn order(roster: &[Text<'_>], photos: &[Text<'_>]) -> PhotoOrder {
    let pairs = roster.iter().zip(photos).enumerate();
    let misplaced =
        pairs.filter(|(_, (person, photo))| person.value != photo.value).map(|(at, _)| at + 1);
    PhotoOrder { people: roster.len(), photos: photos.len(), misplaced: misplaced.collect() }
}
