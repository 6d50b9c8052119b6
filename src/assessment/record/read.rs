//! Reads one learner's JSON, telling all its problems.

use super::evidence::Register;
use super::shape;
use super::{
    Application, Carried, Document, DocumentKind, DocumentNumber, MAX_BYTES, Name, OnlineAudit,
    Person, PersonId, Post, Proof, Rank, Record, Role, RoleHeld, Service, Standing, Stated,
    identity,
};
use crate::assessment::hours::Hours;
use crate::assessment::json::{Document as Json, Limit, Text};
use crate::assessment::policy::vocabulary::{Answer, DateRange, Fact, Value, Vocabulary};
use crate::diagnostic::Diagnostics;
use crate::time::Date;

/// Bytes of a unit's name at most, in UTF-8.
const MAX_UNIT_BYTES: usize = 300;

const LIMIT: Limit =
    Limit {
        bytes: MAX_BYTES, what: "学习档案", hint: "一人一份；证明材料只写编号和摘要"
    };

/// Reads the JSON of one learner, which begins on `first_line` of the file
/// `path`; `None` if anything in it is wrong.
pub fn parse(
    path: &str,
    first_line: u32,
    text: &str,
    vocabulary: &Vocabulary,
    problems: &mut Diagnostics,
) -> Option<Record> {
    Json { path, first_line, text }.whole(&LIMIT, problems, |json| {
        let (register, carried) = (Register::default(), Vec::new());
        let mut reader =
            Reader { json, vocabulary, problems: Diagnostics::new(), register, carried };
        (reader.record(), reader.problems)
    })
}

pub(super) struct Reader<'a> {
    pub(super) json: Json<'a>,
    pub(super) vocabulary: &'a Vocabulary,
    pub(super) problems: Diagnostics,
    /// The evidence that there is.
    pub(super) register: Register,
    /// Facts beside learning.
    carried: Vec<Carried>,
}

impl<'a> Reader<'a> {
    fn record(&mut self) -> Option<Record> {
        let learner: shape::Learner<'a> = self.json.read(self.json.text, &mut self.problems)?;
        self.wanted_schema(&learner.schema);
        let person = self.person(&learner.person_id);
        let name = self.name(&learner);
        let document = self.document(&learner);
        self.evidence(&learner);
        let posts = self.posts(&learner);
        let roles = learner.roles.is_some().then(|| self.roles(&learner));
        let facts = self.facts(&learner);
        let audits = self.audits(&learner);
        let applications = self.applications(&learner, &facts);
        self.tell_contradictions(&learner, &posts, &facts);
        self.unused(&learner);
        let (learnings, attended) = self.learnings(&learner);
        Some(Record {
            id: person?,
            name: name?,
            document,
            posts,
            roles,
            unclear_roles: Vec::new(),
            learnings,
            settled: Vec::new(),
            person: facts,
            audits,
            applications,
            carried: std::mem::take(&mut self.carried),
            attended,
        })
    }

    pub(super) fn error(&mut self, text: &Text<'a>, message: String, hint: impl Into<String>) {
        self.problems.error(self.json.place(text.raw), message, hint);
    }

    fn wanted_schema(&mut self, schema: &Text<'a>) {
        if schema.value != "learner/1" {
            self.error(
                schema,
                format!("格式版本不是 learner/1：“{}”", schema.value),
                "写成 learner/1",
            );
        }
    }

    fn person(&mut self, text: &Text<'a>) -> Option<PersonId> {
        let person = PersonId::new(&text.value);
        if person.is_none() {
            self.error(
                text,
                format!("内部编号不合格式：“{}”", text.value),
                "用 1 至 64 个字母、数字、- 或 _",
            );
        }
        person
    }

    pub(super) fn date(&mut self, text: &Text<'a>) -> Option<Date> {
        self.json.date(text, &mut self.problems)
    }

    pub(super) fn optional_date(&mut self, text: Option<&Text<'a>>) -> Option<Date> {
        text.and_then(|text| self.date(text))
    }

    pub(super) fn hours(&mut self, text: &Text<'a>) -> Option<Hours> {
        match text.value.parse::<Hours>() {
            Ok(hours) => Some(hours),
            Err(error) => {
                self.error(
                    text,
                    error.words(&text.value, self.vocabulary.unit()),
                    "写成带引号的数字，如 \"30\" 或 \"12.5\"",
                );
                None
            }
        }
    }

    fn name(&mut self, learner: &shape::Learner<'a>) -> Option<Name> {
        let names: Vec<(_, shape::NameShape<'a>)> =
            self.json.list(learner.name, &mut self.problems);
        let mut latest: Option<(Option<Date>, Name)> = None;
        let is_empty = names.is_empty();
        for (_, shape) in names {
            let (from, _) = self.span(shape.from.as_ref(), shape.to.as_ref());
            self.optional_date(shape.recorded.as_ref());
            self.proof(shape.evidence.as_deref());
            match Name::new(&shape.value.value) {
                Ok(name) => {
                    if latest.as_ref().is_none_or(|(other, _)| *other <= from) {
                        latest = Some((from, name));
                    }
                }
                Err(error) => {
                    let (message, hint) = error.words();
                    self.error(&shape.value, message, hint);
                }
            }
        }
        if is_empty && !self.problems.has_errors() {
            self.problems.error(self.json.start(), "没有姓名", "写成 \"name\":[{\"value\":\"…\"}]");
        }
        latest.map(|(_, name)| name)
    }

    fn document(&mut self, learner: &shape::Learner<'a>) -> Option<Document> {
        let raw = learner.id_doc?;
        let shape: shape::IdDocument<'a> = self.json.read_raw(raw, &mut self.problems)?;
        let Some(kind) = DocumentKind::from_label(&shape.kind.value) else {
            let message = format!("不认识的证件类型“{}”", shape.kind.value);
            self.error(&shape.kind, message, format!("可写：{}", DocumentKind::labels()));
            return None;
        };
        let number = shape.number.value.as_ref();
        let is_bad = kind == DocumentKind::ResidentCard && !identity::is_resident_number(number);
        if is_bad || number.is_empty() || number.len() > 64 {
            self.error(
                &shape.number,
                "证件号码的位数或校验码不对（号码不在此显示）".to_owned(),
                "对照证件原件重新录入；末位字母 X 用大写",
            );
            return None;
        }
        let number_text = DocumentNumber(number.to_owned());
        Some(Document { kind, tail: identity::tail(number), number: number_text })
    }

    fn posts(&mut self, learner: &shape::Learner<'a>) -> Vec<Post> {
        let shapes: Vec<(_, shape::Post<'a>)> = self.json.list(learner.posts, &mut self.problems);
        let mut posts = Vec::new();
        for (_, post) in shapes {
            let shape::Post {
                unit,
                unit_code: _,
                kind,
                sector,
                grassroots,
                main,
                county,
                position,
                from,
                to,
                recorded,
                evidence,
            } = post;
            let kind = kind.and_then(|kind| self.word(Fact::UnitKind, &kind));
            let sector = sector.and_then(|sector| self.word(Fact::Sector, &sector));
            let grassroots = grassroots.map(|is| if is { Answer::Yes } else { Answer::No });
            let proof = self.proof(evidence.as_deref());
            for (fact, name, is_there) in [
                (Some(Fact::UnitKind), "单位类型", kind.is_some()),
                (Some(Fact::Sector), "领域", sector.is_some()),
                (Some(Fact::Grassroots), "基层一线", grassroots.is_some()),
                (None, "旗县", county.is_some()),
                (None, "岗位", position.is_some()),
            ] {
                let place = is_there.then(|| self.json.place(unit.raw));
                self.carried.extend(place.map(|place| Carried {
                    fact,
                    name,
                    purpose: None,
                    place,
                }));
            }
            let (from, to) = self.span(from.as_ref(), to.as_ref());
            self.optional_date(recorded.as_ref());
            let rank = if main == Some(true) { Rank::Main } else { Rank::Unstated };
            let name = unit.value.trim();
            if name.is_empty() || name.len() > MAX_UNIT_BYTES || name.chars().any(char::is_control)
            {
                let message = "单位名称为空、过长或含控制字符".to_owned();
                self.error(&unit, message, "写明单位全称，100 字以内");
            } else {
                let unit = name.to_owned();
                posts.push(Post { unit, kind, sector, grassroots, proof, rank, from, to });
            }
        }
        posts
    }

    fn span(
        &mut self,
        from: Option<&Text<'a>>,
        to: Option<&Text<'a>>,
    ) -> (Option<Date>, Option<Date>) {
        let dates = (self.optional_date(from), self.optional_date(to));
        if let ((Some(first), Some(last)), Some(text)) = (dates, to)
            && last < first
        {
            self.error(text, format!("止于 {last}，早于开始 {first}"), "核对起止日期");
        }
        dates
    }

    fn roles(&mut self, learner: &shape::Learner<'a>) -> Vec<RoleHeld> {
        let roles: Vec<(_, shape::Role<'a>)> = self.json.list(learner.roles, &mut self.problems);
        let mut held = Vec::new();
        for (text, role) in roles {
            let (fact, name) = match role.role {
                shape::RoleWord::SubjectTeacher => (Fact::SubjectTeacher, "三科教师"),
                shape::RoleWord::SkilledWorker => (Fact::SkilledWorker, "高技能人才"),
            };
            let place = self.json.place(text);
            self.carried.push(Carried { fact: Some(fact), name, purpose: None, place });
            let (from, to) = self.span(role.from.as_ref(), role.to.as_ref());
            self.optional_date(role.recorded.as_ref());
            let standing = match self.proof(role.evidence.as_deref()) {
                Proof::Rejected => Standing::Unproven,
                Proof::Checked | Proof::Wanting => Standing::Known,
            };
            let entry = match role.role {
                shape::RoleWord::SubjectTeacher => self.teacher(text, role.subject.as_ref()),
                shape::RoleWord::SkilledWorker => Some((Role::SkilledWorker, Standing::Known)),
            };
            let Some((role, named)) = entry else { continue };
            let standing = if named == Standing::Known { standing } else { named };
            held.push(RoleHeld { role, from, to, standing });
        }
        held
    }

    /// What makes a 三科教师: a subject that the office lists, where it keeps a list. With
    /// another the role does not hold.
    fn teacher(&mut self, entry: &str, subject: Option<&Text<'a>>) -> Option<(Role, Standing)> {
        let role = Role::SubjectTeacher;
        let Some(list) = self.vocabulary.subjects() else { return Some((role, Standing::Known)) };
        let (place, message) = match subject {
            Some(subject) if list.iter().any(|it| *it == subject.value.trim()) => {
                return Some((role, Standing::Known));
            }
            Some(subject) => (
                self.json.place(subject.raw),
                format!("任教科目“{}”不在名册中，不按三科教师计", subject.value),
            ),
            None => (self.json.place(entry), "三科教师没有写明任教科目，不知道是否三科教师".into()),
        };
        self.problems.warning(place, message, format!("名册中的科目：{}", list.join("、")));
        subject.is_none().then_some((role, Standing::NoSubject))
    }

    fn facts(&mut self, learner: &shape::Learner<'a>) -> Person {
        for (fact, name, raw) in [
            (Fact::BornOn, "出生日期", learner.birth_date),
            (Fact::Sex, "性别", learner.sex),
            (Fact::EnteredOn, "参加工作日期", learner.entered),
            (Fact::TransferredOn, "转任日期", learner.transfers),
            (Fact::QualifiedOn, "职称", learner.titles),
            (Fact::Education, "学历", learner.education),
            (Fact::DesignatedHospital, "定点医院救治", learner.frontline),
            (Fact::OnlineAudit, "线上审核", learner.online_audits),
        ] {
            let place = raw.map(|raw| self.json.place(raw.text()));
            let fact = Some(fact);
            self.carried.extend(place.map(|place| Carried { fact, name, purpose: None, place }));
        }
        let birth = learner.birth_date;
        let birth = birth.and_then(|raw| self.json.read_raw(raw, &mut self.problems));
        let born = birth.and_then(|birth: shape::DatedFact<'a>| self.day_as_stated(&birth));
        let sex = learner.sex.and_then(|raw| self.json.read_raw(raw, &mut self.problems));
        let sex = sex.and_then(|sex: shape::Sex<'a>| {
            let value = self.word(Fact::Sex, &sex.value)?;
            Some(self.stated(value, sex.evidence.as_deref()))
        });
        let entered = learner.entered.and_then(|raw| self.json.read_raw(raw, &mut self.problems));
        let entered = entered.and_then(|it: shape::DatedFact<'a>| self.day_as_stated(&it));
        let transfers = self.transfers(learner);
        let moves = transfers.iter().map(|(_, on)| *on).collect();
        let of_organs = transfers.into_iter().filter(|(origin, _)| *origin == shape::Origin::Organ);
        let of_organs = of_organs.map(|(_, on)| on).collect();
        Person {
            born,
            sex,
            entered,
            qualified: learner.titles.is_some().then(|| self.titles(learner)),
            transfers: learner.transfers.map(|_| of_organs),
            moves,
            education: learner.education.is_some().then(|| self.education(learner)),
            services: learner.frontline.is_some().then(|| self.services(learner)),
        }
    }

    fn day_as_stated(&mut self, dated: &shape::DatedFact<'a>) -> Option<Stated<DateRange>> {
        let value = self.day_as_known(dated)?;
        Some(self.stated(value, dated.evidence.as_deref()))
    }

    /// A date as precisely as it is known.
    fn day_as_known(&mut self, dated: &shape::DatedFact<'a>) -> Option<DateRange> {
        let shape::DatedFact { value, precision, evidence: _ } = dated;
        match precision {
            shape::Precision::Day => self.date(value).map(DateRange::day),
            shape::Precision::Month | shape::Precision::Year => {
                let range = partial_date(&value.value, *precision);
                if range.is_none() {
                    let message = format!("日期与精度不符：{}", value.value);
                    self.error(value, message, "年写 1972，年月写 1972-02");
                }
                range
            }
        }
    }

    fn transfers(&mut self, learner: &shape::Learner<'a>) -> Vec<(shape::Origin, Stated<Date>)> {
        let list: Vec<(_, shape::Transfer<'a>)> =
            self.json.list(learner.transfers, &mut self.problems);
        let dated = list.into_iter().filter_map(|(_, transfer)| {
            let on = self.date(&transfer.on)?;
            Some((transfer.origin, self.stated(on, transfer.evidence.as_deref())))
        });
        dated.collect()
    }

    fn titles(&mut self, learner: &shape::Learner<'a>) -> Vec<Stated<Date>> {
        let list: Vec<(_, shape::Title<'a>)> = self.json.list(learner.titles, &mut self.problems);
        let titles = list.into_iter().filter_map(|(_, title)| {
            let on = self.date(&title.on)?;
            Some(self.stated(on, title.evidence.as_deref()))
        });
        titles.collect()
    }

    fn education(&mut self, learner: &shape::Learner<'a>) -> Vec<Stated<(Value, Date)>> {
        let list: Vec<(_, shape::Education<'a>)> =
            self.json.list(learner.education, &mut self.problems);
        let degrees = list.into_iter().filter_map(|(_, education)| {
            let level = self.word(Fact::Education, &education.level);
            let on = self.date(&education.on);
            let proof = self.proof(education.evidence.as_deref());
            Some(Stated { value: (level?, on?), proof })
        });
        degrees.collect()
    }

    fn services(&mut self, learner: &shape::Learner<'a>) -> Vec<Service> {
        let list: Vec<(_, shape::Frontline<'a>)> =
            self.json.list(learner.frontline, &mut self.problems);
        let services = list.into_iter().filter_map(|(_, service)| {
            let (from, _) = self.span(Some(&service.from), service.to.as_ref());
            let is_sent = service.document.is_some_and(|number| !number.trim().is_empty());
            let proof = match self.proof(service.evidence.as_deref()) {
                Proof::Checked if !is_sent => Proof::Wanting,
                proof => proof,
            };
            Some(Service { from: from?, proof })
        });
        services.collect()
    }

    fn audits(&mut self, learner: &shape::Learner<'a>) -> Vec<OnlineAudit> {
        let list: Vec<(_, shape::OnlineAudit<'a>)> =
            self.json.list(learner.online_audits, &mut self.problems);
        let mut audits: Vec<OnlineAudit> = Vec::new();
        for (_, audit) in list {
            let status = self.word(Fact::OnlineAudit, &audit.status);
            let on = self.date(&audit.on);
            let proof = self.proof(audit.evidence.as_deref());
            let (Some(value), Some(on), year) = (status, on, audit.year) else { continue };
            if audits.iter().any(|it| (it.year, it.on) == (year, on)) {
                let message = format!("{year} 年度的线上审核在 {on} 有两个结果");
                self.error(&audit.on, message, "核对审核日期；同一次审核只录入一次");
            }
            audits.push(OnlineAudit { year, on, status: Stated { value, proof } });
        }
        audits
    }

    fn applications(&mut self, learner: &shape::Learner<'a>, person: &Person) -> Vec<Application> {
        let list: Vec<(_, shape::Application<'a>)> =
            self.json.list(learner.applications, &mut self.problems);
        let mut applications: Vec<Application> = Vec::new();
        for (_, application) in list {
            let shape::Application { purpose, level, on, year } = &application;
            let read = self.word(Fact::Purpose, purpose);
            let grade = level.as_ref().and_then(|it| self.word(Fact::Grade, it));
            if let (Some(level), Some(_)) = (level, read) {
                let (fact, place) = (Some(Fact::Grade), self.json.place(level.raw));
                self.carried.push(Carried { fact, name: "申报级别", purpose: read, place });
            }
            let Some(day) = self.date(on) else { continue };
            self.tell_early_application(on, day, person);
            let Some(purpose_word) = read else { continue };
            let read = Application { purpose: purpose_word, grade, on: day, year: *year };
            if applications.contains(&read) {
                self.problems.warning(
                    self.json.place(on.raw),
                    format!("同一项申报写了两次：{} {day}", purpose.value),
                    "删去多出的一项；是两项申报的，核对级别、申报日和申报年度",
                );
            }
            applications.push(read);
        }
        applications
    }

    /// Fields that no rule asks about: held to the schema all the same.
    fn unused(&mut self, learner: &shape::Learner<'a>) {
        for raw in [learner.merges, learner.corrections] {
            for (_, amendment) in self.json.list::<shape::Amendment<'a>>(raw, &mut self.problems) {
                self.date(&amendment.on);
            }
        }
    }
}

/// The days of `1972` or `1972-02`, as its precision says.
fn partial_date(text: &str, precision: shape::Precision) -> Option<DateRange> {
    let first: Date = match precision {
        shape::Precision::Year => format!("{text}-01-01").parse().ok()?,
        shape::Precision::Month | shape::Precision::Day => format!("{text}-01").parse().ok()?,
    };
    let last_month = if precision == shape::Precision::Year { 12 } else { first.month() };
    let last = (28..=31).rev().find_map(|day| Date::new(first.year(), last_month, day).ok())?;
    Some(DateRange { first, last })
}
