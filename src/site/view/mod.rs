//! The only structs that templates see: plain, owned, already decided.
//!
//! Every `href` is relative to the root of the site without a leading slash
//! (`notices/2022/a.html#q-1`); templates put the page's own way to the root
//! before it. Addresses on self-contained pages (cards, determinations, 404)
//! are absolute, since such a page may lie anywhere. Numbers of hours are
//! texts such as `30` or `7.5`: how they are written is decided once, by
//! whoever fills the view.

mod office;

use serde::Serialize;

pub use self::office::{
    ClassFinding, ClassRow, ClassesFoot, ClassesHead, DecisionEntry, DeterminationHours,
    DeterminationRow, DeterminationsFoot, DeterminationsHead, Outcome, Reason, Trace, TracedYear,
    UnitEntry, UnitHead, UnitIndex, UnitYear,
};
use crate::time::Date;

/// What all pages share; the theme takes it in once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Portal {
    /// 站点名称, the name of the site.
    pub name: String,
    /// 签发机构, the office that publishes the site.
    pub issuer: String,
    /// The site's official host as people read it, such as `jxjy.example.gov.cn`.
    pub host: String,
    /// The absolute address of the home page, ending with `/`.
    pub home: String,
    /// How to complain or have something corrected: a sentence of the office,
    /// with its telephone number.
    pub complaint: String,
    /// Whether everything here is 样张, a specimen that proves nothing.
    pub specimen: bool,
    /// The entries of the head, in their order.
    pub navigation: Vec<Link>,
    /// The entries of the foot, in their order: about, specification.
    pub footer: Vec<Link>,
}

/// A place to go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Link {
    /// What it is called.
    pub label: String,
    /// Where it is, relative to the root of the site.
    pub href: String,
}

/// A civil date in two spellings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Day {
    /// `2022-01-17`, for machines.
    pub iso: String,
    /// `2022年1月17日`, for people.
    pub text: String,
}

impl From<Date> for Day {
    fn from(date: Date) -> Self {
        let text = format!("{}年{}月{}日", date.year(), date.month(), date.day());
        Self { iso: date.to_string(), text }
    }
}

/// A name of a person or a unit with the language tag its letters need.
///
/// Traditional Mongolian runs in its own direction and needs its own font;
/// templates put every name into a `<bdi>` of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Name {
    /// The name as signed or recorded.
    pub text: String,
    /// `mn-Mong` if traditional Mongolian letters occur, else nothing.
    pub lang: Option<&'static str>,
}

impl Name {
    /// A name, its language seen from its letters.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let is_mongolian =
            |c: char| matches!(c, '\u{1800}'..='\u{18AF}' | '\u{11660}'..='\u{1167F}');
        let lang = text.contains(is_mongolian).then_some("mn-Mong");
        Self { text, lang }
    }
}

/// 效力: whether a notice counts today, in the office's own word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Status {
    /// The office's word, such as 现行有效 or 已失效.
    pub word: String,
    /// What that means, for shape and colour.
    pub force: Force,
}

/// Whether a notice is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Force {
    /// Not yet.
    Pending,
    /// Now.
    Current,
    /// No longer.
    Ended,
}

/// The first page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Home {
    /// A sentence or two on what is found here.
    pub introduction: String,
    /// What most visitors come for, at most four.
    pub tasks: Vec<Task>,
    /// The newest notices, newest first.
    pub latest: Vec<NoticeLink>,
    /// All years, newest first.
    pub years: Vec<Link>,
}

/// Something a visitor comes to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Task {
    /// What it is called.
    pub label: String,
    /// One line on what happens there.
    pub description: String,
    /// Where it is, relative to the root of the site.
    pub href: String,
}

/// A notice in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NoticeLink {
    /// Its title.
    pub title: String,
    /// Its page, relative to the root of the site.
    pub href: String,
    /// 发文机关.
    pub issuer: String,
    /// 文号, where known.
    pub number: Option<String>,
    /// 发布日期, or 成文日期 where that alone is known.
    pub date: Option<Day>,
    /// 效力.
    pub status: Status,
}

/// Notices by year; of one year or of all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct YearIndex {
    /// The heading of the page.
    pub title: String,
    /// The years shown, newest first.
    pub years: Vec<Year>,
}

/// A year's notices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Year {
    /// The year.
    pub year: u16,
    /// In the order in which they are shown.
    pub notices: Vec<NoticeLink>,
}

/// A notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NoticePage {
    /// Its title.
    pub title: String,
    /// 发文机关.
    pub issuer: String,
    /// 文号, where known.
    pub number: Option<String>,
    /// 成文日期.
    pub written: Option<Day>,
    /// 发布日期.
    pub published: Option<Day>,
    /// 施行日.
    pub in_force_from: Option<Day>,
    /// 失效日.
    pub in_force_until: Option<Day>,
    /// 效力.
    pub status: Status,
    /// 适用年度.
    pub applies_to: Vec<u16>,
    /// 沿用: years without a notice of their own that this one is carried over
    /// to, by the office's decision.
    pub carried_over: Vec<u16>,
    /// What it is attached to, transmits or replaces.
    pub relations: Vec<Relation>,
    /// What is missing of the text, where the source is cut off.
    pub cut_off: Option<String>,
    /// The clauses, in the order of the text.
    pub contents: Vec<ContentsEntry>,
    /// The text as HTML, from [`super::body`].
    pub body: String,
    /// The self-check page, if the notice has rules to check by.
    pub check: Option<String>,
    /// The notice before this one.
    pub previous: Option<Link>,
    /// The notice after this one.
    pub next: Option<Link>,
}

/// A tie between two notices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Relation {
    /// The word for it: 附件, 转发自, 替代.
    pub kind: String,
    /// The other notice.
    pub link: Link,
}

/// A line of a contents list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ContentsEntry {
    /// Depth, from 1.
    pub level: u8,
    /// The clause's own numbering such as `（一）`; empty if it has none.
    pub label: String,
    /// Its heading, or how it begins.
    pub text: String,
    /// The anchor, without `#`.
    pub anchor: String,
}

/// A page of prose that is no notice: the specification, about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DocumentPage {
    /// Its title.
    pub title: String,
    /// BCP 47 tag of its language, such as `zh-CN` or `en`.
    pub lang: String,
    /// Its sections.
    pub contents: Vec<ContentsEntry>,
    /// The text as HTML, from [`super::body`].
    pub body: String,
}

/// The verify page 核验页.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VerifyPage {
    /// What the page trusts and quotes from, as JSON without `<`, so that it can
    /// stand in a `script` element as it is.
    pub lists: String,
    /// Its stylesheet and its script.
    pub inline: Inline,
    /// Whether it is for a disk, with nothing of the portal beside it.
    pub is_alone: bool,
}

/// The self-check page 继续教育自查: what somebody owes, worked out in the browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CheckPage {
    /// The policy bundles of all years as a JSON list of `[id, bundle]`, without `<`.
    pub policies: String,
    /// The page's stylesheet and script.
    pub inline: Inline,
}

/// A stylesheet and a script that stand in the page itself.
///
/// The template must write each between its tags with nothing added: their hashes,
/// in the form of a Content-Security-Policy, let them in and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Inline {
    /// The stylesheet.
    pub style: String,
    /// `sha256-` and its hash in base64.
    pub style_hash: String,
    /// The script, an ES module.
    pub script: String,
    /// `sha256-` and its hash in base64.
    pub script_hash: String,
}

/// A 审验卡 as one self-contained page that prints on one A5 sheet.
///
/// The QR text can be read back from the file: it is the value of the `href`
/// attribute of the element whose `id` is `card-` and the card's number, written with
/// the character references `&amp; &lt; &gt; &quot;` of HTML and nothing else unusual.
/// A theme that overrides `card/article.html` must keep that element.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CardPage {
    /// 姓名, as signed: at most 96 bytes.
    pub holder: Name,
    /// The last four of the document number, if the card carries them.
    pub id_tail: Option<String>,
    /// The unit that hands the card out; printed for sorting, **not signed**.
    pub unit: Option<Name>,
    /// 学习年度.
    pub year: u16,
    /// The result in a word, such as 足额合格.
    pub result: String,
    /// What hours are counted in: 学时, 学分.
    pub hours_unit: String,
    /// Hours by category, at most 8.
    pub hours: Vec<CardHours>,
    /// What the result rests on, at most 8.
    pub grounds: Vec<CardGround>,
    /// 签发机构.
    pub issuer: String,
    /// The printed card number.
    pub number: String,
    /// 签发日期.
    pub issued: Day,
    /// The number of the card that this one replaces.
    pub supersedes: Option<String>,
    /// As of when the page speaks, and where newer word is had: such as
    /// 本页为签发时状态，扫码可见最新状态。
    pub as_of: String,
    /// The official host in words, printed beside the code.
    pub host: String,
    /// The text of the QR code, which is the address of its verification.
    pub text: String,
    /// The symbol.
    pub symbol: Symbol,
    /// Whether it is 样张.
    pub specimen: bool,
}

/// A QR symbol as one SVG path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Symbol {
    /// Modules on a side, without quiet zone.
    pub width: u16,
    /// The dark modules as path data, one unit a module, from (0, 0) in the
    /// upper left corner of the symbol without quiet zone.
    pub path: String,
    /// Dots of a printer with 300 to the inch on a module's side.
    pub dots: u16,
}

/// Hours of one category on a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CardHours {
    /// 科目.
    pub category: String,
    /// 认定学时.
    pub credited: String,
    /// 应修学时.
    pub required: String,
}

/// A clause that a card's result rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CardGround {
    /// The clause as people cite it, such as 一（二）.
    pub clause: String,
    /// The title of its notice.
    pub notice: String,
    /// Its words.
    pub quote: String,
    /// The clause on the portal, as an absolute address.
    pub url: String,
}
