//! The portal: notices and documents become views, and views pages.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::authority::Authority;
use super::lists;
use super::register;
use super::revocation::NewList;
use crate::assessment::decisions_on;
use crate::assessment::policy::decision::Decision;
use crate::assessment::policy::force;
use crate::assessment::policy::front::Standing;
use crate::assessment::policy::notice::Notice;
use crate::assessment::policy::rule::Kind;
use crate::assessment::policy::{bundle, names, page_path};
use crate::credential::claim::PolicyId;
use crate::diagnostic::Diagnostics;
use crate::ledger::Ledger;
use crate::project::{Document, Project};
use crate::site::{Anchor, Fold, FoldKind, Page, Sink, SitePath, Source, Theme, body, view};

/// Notices on the first page, at most.
const MAX_LATEST: usize = 6;

/// The self-check page.
const CHECK: &str = "check.html";

/// What all pages share.
pub(super) fn view(project: &Project) -> view::Portal {
    let settings = &project.settings;
    let contact = &settings.contact;
    let hours = contact.hours.as_ref().map(|hours| format!("，{hours}")).unwrap_or_default();
    let complaint = format!("咨询和投诉：{}，电话 {}{hours}。", contact.office, contact.telephone);
    let mut navigation = vec![link("通知", "notices/index.html"), link("核验", "v/index.html")];
    if !project.policies.is_empty() {
        navigation.push(link("自查", CHECK));
    }
    let has = |path: &str| project.documents.iter().any(|document| document.path == path);
    let mut footer = Vec::new();
    if !project.decisions.is_empty() {
        navigation.push(link("裁量登记", "decisions.html"));
    }
    if has("content/spec/index.md") {
        footer.push(link("格式说明", "spec/index.html"));
    }
    if has("content/about.md") {
        navigation.push(link("关于本站", "about.html"));
        footer.push(link("关于本站", "about.html"));
    }
    view::Portal {
        name: settings.name.clone(),
        issuer: settings.issuer_name.clone(),
        host: settings.portal.host().as_str().to_owned(),
        home: settings.address.clone(),
        complaint,
        specimen: settings.realm.is_specimen(),
        navigation,
        footer,
    }
}

/// Renders every page of the portal, and the policy bundles that cards cite.
pub(super) fn render(
    project: &Project,
    theme: &Theme,
    ledger: &Ledger,
    (authority, new): (&Authority<'_>, &[NewList]),
    sink: &dyn Sink,
    problems: &mut Diagnostics,
) -> io::Result<()> {
    theme.write_assets(sink)?;
    let notes = match authority {
        Authority::Specimen => None,
        Authority::Listed(listed) => Some(lists::published(listed, new)),
    };
    notes.iter().try_for_each(|notes| lists::put(notes, sink))?;
    let mut site = Site { project, theme, sink, problems };
    let home = site.home();
    site.page("index.html", Page::Home(&home))?;
    site.page("404.html", Page::NotFound)?;
    let all = site.index("历年通知".to_owned(), &site.years());
    site.page("notices/index.html", Page::Years(&all))?;
    for year in site.years() {
        let index = site.index(format!("{year} 年通知"), &[year]);
        site.page(&format!("notices/{year}/index.html"), Page::Years(&index))?;
    }
    for at in 0..project.notices.len() {
        let page = site.notice(at);
        site.page(&page_path(&project.notices[at].path), Page::Notice(&page))?;
    }
    for document in &project.documents {
        let page = site.document(document);
        site.page(&page_path(&document.path), Page::Document(&page))?;
    }
    for (path, text) in theme
        .render_verify(&lists::json(project, ledger, notes.as_ref())?)
        .map_err(super::template_fault)?
    {
        sink.put(&path, text.as_bytes())?;
    }
    if !project.decisions.is_empty() {
        let register = site.register();
        site.page("decisions.html", Page::Document(&register))?;
    }
    let today = policies(project, ledger, sink)?;
    site.check(&today)
}

/// The bundles that cards cite and those of today, and which of them is each
/// year's today.
fn policies(project: &Project, ledger: &Ledger, sink: &dyn Sink) -> io::Result<Current> {
    let put = |name: &str, bytes: &[u8]| {
        let path = SitePath::new(format!("policy/{name}.json")).map_err(io::Error::other)?;
        sink.put(&path, bytes)
    };
    let mut bundles: BTreeMap<PolicyId, Vec<u8>> =
        ledger.policies().map(|(id, bytes)| (id, bytes.to_vec())).collect();
    let mut today = Vec::new();
    for (year, policy) in &project.policies {
        let bytes = bundle::bytes(policy);
        let id = PolicyId::of(&bytes);
        let current = format!("{{\"year\":{year},\"policy\":\"{id}\"}}\n");
        put(&year.to_string(), current.as_bytes())?;
        today.push((id.to_string(), serde_json::from_slice(&bytes)?));
        bundles.insert(id, bytes);
    }
    for (id, bytes) in &bundles {
        put(&id.to_string(), bytes)?;
    }
    Ok(today)
}

/// The bundles of today, each with its number.
type Current = Vec<(String, serde_json::Value)>;

struct Site<'a> {
    project: &'a Project,
    theme: &'a Theme,
    sink: &'a dyn Sink,
    problems: &'a mut Diagnostics,
}

impl Site<'_> {
    fn page(&self, path: &str, page: Page<'_>) -> io::Result<()> {
        let path = SitePath::new(path).map_err(io::Error::other)?;
        let html = self.theme.render(&path, page).map_err(super::template_fault)?;
        self.sink.put(&path, html.as_bytes())
    }

    /// The self-check page, where there are rules to check by.
    fn check(&self, today: &Current) -> io::Result<()> {
        if today.is_empty() {
            return Ok(());
        }
        let policies = serde_json::to_string(today)?;
        let path = SitePath::new(CHECK).expect("a plain name");
        let html = self.theme.render_check(&path, &policies).map_err(super::template_fault)?;
        self.sink.put(&path, html.as_bytes())
    }

    fn home(&self) -> view::Home {
        let mut tasks = vec![
            view::Task {
                label: "查通知和规则".to_owned(),
                description: "历年继续教育通知原文，条款之下附有办理规则".to_owned(),
                href: "notices/index.html".to_owned(),
            },
            view::Task {
                label: "核验审验卡".to_owned(),
                description: "用人单位在自己的浏览器中核验，不上传任何内容".to_owned(),
                href: "v/index.html".to_owned(),
            },
        ];
        if !self.project.policies.is_empty() {
            tasks.push(view::Task {
                label: "继续教育自查".to_owned(),
                description: "回答几个问题，看看应当完成哪些学习、依据哪一条".to_owned(),
                href: CHECK.to_owned(),
            });
        }
        let mut latest: Vec<&Notice> = self.project.notices.iter().collect();
        latest.sort_by_key(|notice| std::cmp::Reverse(date(notice)));
        let years = self.years().into_iter();
        view::Home {
            introduction: "公布专业技术人员继续教育的通知和办理规则，签发可以当场核验的审验卡。"
                .to_owned(),
            tasks,
            latest: latest
                .into_iter()
                .take(MAX_LATEST)
                .map(|notice| notice_link(notice, &self.project.notices))
                .collect(),
            years: years
                .map(|year| link(&format!("{year} 年"), &format!("notices/{year}/index.html")))
                .collect(),
        }
    }

    /// The years of the folders that notices stand in, newest first.
    fn years(&self) -> Vec<u16> {
        let years: BTreeSet<u16> = self.project.notices.iter().map(year).collect();
        years.into_iter().rev().collect()
    }

    fn index(&self, title: String, years: &[u16]) -> view::YearIndex {
        let of = |wanted: u16| {
            let notices = self.project.notices.iter().filter(|notice| year(notice) == wanted);
            let notices = notices.map(|notice| notice_link(notice, &self.project.notices));
            view::Year { year: wanted, notices: notices.collect() }
        };
        view::YearIndex { title, years: years.iter().map(|year| of(*year)).collect() }
    }

    fn notice(&mut self, at: usize) -> view::NoticePage {
        let notices = &self.project.notices;
        let notice = &notices[at];
        let anchors: Vec<Anchor> = notice
            .clauses
            .iter()
            .map(|clause| Anchor {
                offset: clause.block.start,
                id: clause.id.path.anchor(),
                label: clause.label.clone(),
                level: u8::try_from(clause.id.path.depth()).ok(),
            })
            .collect();
        let folds: Vec<Fold> = notice
            .rule_blocks
            .iter()
            .map(|block| {
                let (kind, title) = match (block.kind, block.name.as_str()) {
                    (Kind::Rule, "") => (FoldKind::Rule, "本条规则".to_owned()),
                    (Kind::Rule, part) => (FoldKind::Rule, format!("本条规则（{part}）")),
                    (Kind::Example, _) => (FoldKind::Example, "举例".to_owned()),
                    (Kind::Definition, _) => (FoldKind::Definition, "定义".to_owned()),
                };
                Fold { range: block.range.clone(), kind, title }
            })
            .collect();
        let source = Source {
            path: &notice.path,
            text: &notice.body,
            lines_before: notice.lines_before,
            anchors: &anchors,
            folds: &folds,
            links: &self.decision_links(&page_path(&notice.path)),
        };
        let text = body(&source, self.problems);
        let front = &notice.front;
        let entry = |at: usize| {
            let other = notices.get(at)?;
            Some(link(&other.front.title, &page_path(&other.path)))
        };
        view::NoticePage {
            title: front.title.clone(),
            issuer: front.issuer.clone(),
            number: front.number.clone(),
            written: front.written.map(view::Day::from),
            published: front.published.map(view::Day::from),
            in_force_from: front.in_force_from.map(view::Day::from),
            in_force_until: front.in_force_until.map(view::Day::from),
            status: status(notice, notices),
            applies_to: front.applies_to.clone(),
            carried_over: front.carried_over.clone(),
            relations: relations(notice, notices),
            cut_off: front.lost_beginning.as_ref().map(|clause| {
                format!("所据文本的开头已经缺失，第{clause}条只存末尾；缺失的文字没有补写。")
            }),
            contents: text.contents,
            body: text.html,
            check: force::lends_any(notices, notice).then(|| CHECK.to_owned()),
            previous: at.checked_sub(1).and_then(entry),
            next: entry(at + 1),
        }
    }

    /// The register of decisions, 裁量登记, with the rules that rest on each.
    fn register(&mut self) -> view::DocumentPage {
        let mut text = "通知的文字没有写明、办理时必须选定的做法，逐项登记如下。\n".to_owned();
        let mut anchors = Vec::new();
        for decision in self.decisions() {
            let Decision { id, question, choice, on, by, confirmed, .. } = decision;
            let confirmed = confirmed.map(|day| format!("确认仍然适用：{day}。"));
            let confirmed = confirmed.unwrap_or_default();
            let cited = self.resting_on(id);
            let used = if cited.is_empty() {
                "没有规则点名引用，办理中遇到就适用".to_owned()
            } else {
                cited.join("、")
            };
            let fixed = match register::fixed(decision, self.project.vocabulary.unit()) {
                fixed if fixed.is_empty() => String::new(),
                fixed => format!("由程序执行：{}。\n\n", fixed.join("；")),
            };
            text.push('\n');
            anchors.push(Anchor {
                offset: text.len(),
                id: decision_anchor(id),
                label: id.clone(),
                level: Some(1),
            });
            text.push_str(&format!(
                "## {id} {question}\n\n{choice}\n\n{fixed}登记：{on}，{by}。{confirmed}引用它的规则：{used}。\n"
            ));
        }
        let source = Source { anchors: &anchors, ..Source::new("content/decisions.toml", &text) };
        let page = body(&source, self.problems);
        view::DocumentPage {
            title: "裁量登记".to_owned(),
            lang: "zh-CN".to_owned(),
            contents: page.contents,
            body: page.html,
        }
    }

    /// The decisions in the order of their numbers.
    fn decisions(&self) -> Vec<&Decision> {
        let mut decisions: Vec<_> = self.project.decisions.values().collect();
        decisions.sort_by_key(|decision| (decision.id.len(), &decision.id));
        decisions
    }

    /// The rules that rest on a decision, in the order of the notices, each a link
    /// in Markdown.
    fn resting_on(&self, decision: &str) -> Vec<String> {
        let mut cited = Vec::new();
        for policy in self.project.policies.values() {
            for (number, rule) in policy.rules.iter().enumerate() {
                if !decisions_on(policy, number).iter().any(|id| id == decision) {
                    continue;
                }
                let name = names(policy, &[number]);
                let clause = policy.clauses.get(rule.clause);
                let link = clause.map_or(name.clone(), |it| format!("[{name}](<{}>)", it.link));
                if !cited.contains(&link) {
                    cited.push(link);
                }
            }
        }
        cited
    }

    /// Where the register tells of each decision, as seen from a page.
    fn decision_links(&self, page: &str) -> BTreeMap<String, String> {
        let up = "../".repeat(page.matches('/').count());
        let ids = self.project.decisions.keys();
        ids.map(|id| (id.clone(), format!("{up}decisions.html#{}", decision_anchor(id)))).collect()
    }

    fn document(&mut self, document: &Document) -> view::DocumentPage {
        let source = Source {
            lines_before: document.lines_before,
            ..Source::new(&document.path, &document.body)
        };
        let text = body(&source, self.problems);
        view::DocumentPage {
            title: document.title.clone(),
            lang: "zh-CN".to_owned(),
            contents: text.contents,
            body: text.html,
        }
    }
}

/// Where a decision stands in the register.
fn decision_anchor(id: &str) -> String {
    id.to_lowercase()
}

/// The notices that a notice is attached to, or that are attached to it.
fn relations(notice: &Notice, notices: &[Notice]) -> Vec<view::Relation> {
    let folder = notice.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let relation = |kind: &str, name: &String| {
        let path = format!("{folder}/{name}");
        let other = notices.iter().find(|other| other.path == path)?;
        let link = link(&other.front.title, &page_path(&other.path));
        Some(view::Relation { kind: kind.to_owned(), link })
    };
    let above = notice.front.attached_to.iter().filter_map(|name| relation("附于", name));
    let below = notice.front.attachments.iter().filter_map(|name| relation("附件", name));
    let tie = |kind: String, other: &Notice| {
        let link = link(&other.front.title, &page_path(&other.path));
        view::Relation { kind, link }
    };
    let replaced = notice.front.replaces.iter();
    let replaced = replaced.filter_map(|it| notices.iter().find(|other| other.path == it.value));
    let replaced = replaced.map(|other| tie("替代".to_owned(), other));
    let replacing = force::replacing(notices, notice).map(|other| {
        let lost = |year: &u16| other.front.years().any(|it| it == *year);
        let years: BTreeSet<u16> = notice.front.years().filter(lost).collect();
        let years: Vec<_> = years.iter().map(ToString::to_string).collect();
        tie(format!("{} 年度被替代，改用", years.join("、")), other)
    });
    above.chain(below).chain(replaced).chain(replacing).collect()
}

/// The year of the folder that a notice stands in, else of its date.
fn year(notice: &Notice) -> u16 {
    let folder = notice.path.strip_prefix("content/notices/").unwrap_or_default();
    let named = folder.split('/').next().and_then(|year| year.parse().ok());
    named.or(date(notice).map(crate::time::Date::year)).unwrap_or_default()
}

fn date(notice: &Notice) -> Option<crate::time::Date> {
    notice.front.published.or(notice.front.written)
}

fn notice_link(notice: &Notice, notices: &[Notice]) -> view::NoticeLink {
    view::NoticeLink {
        title: notice.front.title.clone(),
        href: page_path(&notice.path),
        issuer: notice.front.issuer.clone(),
        number: notice.front.number.clone(),
        date: date(notice).map(view::Day::from),
        status: status(notice, notices),
    }
}

/// 效力; a notice that has lost all its years to others is replaced, whatever it says.
fn status(notice: &Notice, notices: &[Notice]) -> view::Status {
    let front = &notice.front;
    let is_replaced =
        force::replacing(notices, notice).next().is_some() && !force::lends_any(notices, notice);
    let (word, force) = match front.standing {
        Standing::InForce if is_replaced => ("已被替代", view::Force::Ended),
        Standing::InForce => (front.standing.word(), view::Force::Current),
        Standing::Lapsed | Standing::Repealed => (front.standing.word(), view::Force::Ended),
    };
    view::Status { word: word.to_owned(), force }
}

fn link(label: &str, href: &str) -> view::Link {
    view::Link { label: label.to_owned(), href: href.to_owned() }
}
