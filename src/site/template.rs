//! A theme, ready to render: views in, pages out.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;
use tera::{Context, ErrorKind, Tera, Value};

use super::asset::{DEFAULT, DEFAULT_FOLDER, ThemeFile, is_published, is_template};
use super::sink::{Sink, SitePath};
use super::view::{
    CardPage, ClassRow, ClassesFoot, ClassesHead, DeterminationRow, DeterminationsFoot,
    DeterminationsHead, DocumentPage, Home, NoticePage, Portal, YearIndex,
};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, Severity};

/// A page of the portal.
#[derive(Clone, Copy, Debug)]
pub enum Page<'a> {
    /// The first page.
    Home(&'a Home),
    /// Notices by year.
    Years(&'a YearIndex),
    /// A notice.
    Notice(&'a NoticePage),
    /// The specification, about.
    Document(&'a DocumentPage),
    /// What a host shows for an address that leads nowhere; self-contained,
    /// since it is shown at any depth.
    NotFound,
}

/// A theme's templates and assets, with the portal they speak for.
///
/// Rendering takes `&self`: one theme serves many threads.
#[derive(Debug)]
pub struct Theme {
    pub(super) engine: Engine,
    pub(super) assets: BTreeMap<SitePath, Vec<u8>>,
}

/// A card, rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardHtml {
    /// A page of its own.
    pub page: String,
    /// The same card as it stands in that page, and in its unit's file.
    pub leaf: String,
}

impl Theme {
    /// The default theme, overridden file by file.
    ///
    /// A file of the same name replaces the default one; a new `.html` file is
    /// a template that others may extend or include; any other new file is an
    /// asset. All faulty files are told at once, each with its line where the
    /// template engine knows it.
    pub fn new(portal: &Portal, overrides: &[ThemeFile]) -> Result<Self, Diagnostics> {
        let mut problems = Diagnostics::new();
        let (templates, assets) = sort_files(overrides, &mut problems);
        let engine = Engine::new(portal, &templates, &mut problems);
        if problems.has_errors() { Err(problems) } else { Ok(Self { engine, assets }) }
    }

    /// Puts the theme's stylesheet and other assets where pages look for them.
    pub fn write_assets(&self, sink: &dyn Sink) -> io::Result<()> {
        let mut assets = self.assets.iter().filter(|(path, _)| is_published(path.as_str()));
        assets.try_for_each(|(path, bytes)| sink.put(path, bytes))
    }

    /// A page of the portal, with links that hold at this path.
    pub fn render(&self, path: &SitePath, page: Page<'_>) -> Result<String, Diagnostic> {
        match page {
            Page::Home(view) => self.engine.page("home.html", path, view),
            Page::Years(view) => self.engine.page("notices.html", path, view),
            Page::Notice(view) => self.engine.page("notice.html", path, view),
            Page::Document(view) => self.engine.page("document.html", path, view),
            Page::NotFound => self.engine.render("404.html", &Context::new()),
        }
    }

    /// A card; one person at a time, nothing is kept.
    pub fn render_card(&self, card: &CardPage) -> Result<CardHtml, Diagnostic> {
        let mut context = Context::new();
        insert(&mut context, "card", card);
        insert(&mut context, "density", density(card));
        let leaf = self.engine.render("card/article.html", &context)?;
        insert(&mut context, "article", leaf.as_str());
        Ok(CardHtml { page: self.engine.render("card.html", &context)?, leaf })
    }

    /// What opens the office's page of determinations.
    pub fn render_determinations_head(
        &self,
        head: &DeterminationsHead,
    ) -> Result<String, Diagnostic> {
        self.engine.fragment("determinations/head.html", "head", head)
    }

    /// One learner's row, to be appended to the page.
    pub fn render_determination(&self, row: &DeterminationRow) -> Result<String, Diagnostic> {
        self.engine.fragment("determinations/row.html", "row", row)
    }

    /// What closes the page of determinations.
    pub fn render_determinations_foot(
        &self,
        foot: &DeterminationsFoot,
    ) -> Result<String, Diagnostic> {
        self.engine.fragment("determinations/foot.html", "foot", foot)
    }

    /// What opens the office's page of training classes.
    pub fn render_classes_head(&self, head: &ClassesHead) -> Result<String, Diagnostic> {
        self.engine.fragment("classes/head.html", "head", head)
    }

    /// One class's row, to be appended to the page.
    pub fn render_class(&self, row: &ClassRow) -> Result<String, Diagnostic> {
        self.engine.fragment("classes/row.html", "row", row)
    }

    /// What closes the page of training classes.
    pub fn render_classes_foot(&self, foot: &ClassesFoot) -> Result<String, Diagnostic> {
        self.engine.fragment("classes/foot.html", "foot", foot)
    }
}

/// How tightly a card is set so that it stays on one sheet: the classes that
/// its template gets.
///
/// All is measured in lines of grounds: about 36 汉字 of a quote fit a line at
/// the widest setting and 46 at the closest, 10 of a name; each category of
/// hours past the second takes a line, and one and a half at the closest, and so
/// does each line of a long host's name, and the number of a card replaced. What
/// does not fit even two lines a quote is cut to one with an ellipsis; its link
/// leads to all of it.
fn density(card: &CardPage) -> &'static str {
    let lines = |text: &str, width: usize| text.chars().count().div_ceil(width);
    let hours = card.hours.len().saturating_sub(2);
    let name = lines(&card.holder.text, 10);
    let host = lines(&card.host, 18).saturating_sub(1);
    let edge = host * 3 / 2 + usize::from(card.supersedes.is_some());
    let quotes = |width| card.grounds.iter().map(move |ground| lines(&ground.quote, width));
    let notices = card.grounds.chunk_by(|a, b| a.notice == b.notice).count();
    let widest: usize = quotes(36).sum();
    let closest: usize = quotes(46).map(|lines| lines.min(2)).sum();
    match notices + widest + hours + name + edge {
        0..=9 => "open",
        10..=13 => "normal",
        _ if notices + closest + hours * 3 / 2 + name + edge <= 21 => "close",
        _ => "close tight",
    }
}

/// A template: its name, the path told in messages, its text.
struct Template<'a> {
    name: &'a str,
    path: String,
    text: &'a str,
    origin: Origin,
}

/// Whose file it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    Default,
    Override,
}

/// Parts templates from assets, a site's own before the default's.
fn sort_files<'a>(
    overrides: &'a [ThemeFile],
    problems: &mut Diagnostics,
) -> (Vec<Template<'a>>, BTreeMap<SitePath, Vec<u8>>) {
    let mut templates = Vec::new();
    let mut assets = BTreeMap::new();
    for &(name, text) in DEFAULT {
        if is_template(name) {
            let path = format!("{DEFAULT_FOLDER}{name}");
            templates.push(Template { name, path, text, origin: Origin::Default });
        } else {
            let path = SitePath::new(name).expect("the default theme's names are plain");
            assets.insert(path, text.as_bytes().to_vec());
        }
    }
    for file in overrides {
        if is_template(&file.name) {
            match std::str::from_utf8(&file.bytes) {
                Ok(text) => {
                    let (name, path) = (file.name.as_str(), file.path.clone());
                    templates.push(Template { name, path, text, origin: Origin::Override });
                }
                Err(_) => problems.error(
                    Place::file(&file.path),
                    "模板不是 UTF-8 文本",
                    "请用 UTF-8 编码另存这个文件。",
                ),
            }
            continue;
        }
        match SitePath::new(file.name.as_str()) {
            Ok(path) => {
                assets.insert(path, file.bytes.clone());
            }
            Err(error) => problems.error(
                Place::file(&file.path),
                format!("主题文件不能发布：{error}"),
                "请换一个文件名。",
            ),
        }
    }
    (templates, assets)
}

/// The template engine with the names of the files behind its templates.
#[derive(Debug)]
pub(super) struct Engine {
    tera: Tera,
    paths: BTreeMap<String, String>,
}

impl Engine {
    /// Registers templates; a later one replaces an earlier one of its name.
    ///
    /// The engine stops at the first file it cannot read, so each is told and
    /// taken out, and the rest is tried again without it.
    fn new(portal: &Portal, templates: &[Template<'_>], problems: &mut Diagnostics) -> Self {
        let mut taken: Vec<&Template<'_>> = templates.iter().collect();
        loop {
            let mut engine = Self { tera: Tera::new(), paths: BTreeMap::new() };
            for template in &taken {
                engine.paths.insert(template.name.to_owned(), template.path.clone());
            }
            insert(engine.tera.global_context(), "portal", portal);
            let latest: BTreeMap<&str, &str> =
                taken.iter().map(|template| (template.name, template.text)).collect();
            let Err(error) = engine.tera.add_raw_templates(latest) else {
                return engine;
            };
            let faults = faults(&error);
            for fault in &faults {
                let problem = engine.explain(fault);
                problems.error(problem.place, problem.message, problem.hint);
            }
            let before = taken.len();
            taken.retain(|template| {
                let is_faulty = faults.iter().any(|fault| fault.name == template.name);
                template.origin == Origin::Default || !is_faulty
            });
            // Nothing to take out: the fault lies elsewhere, and has been told.
            if taken.len() == before {
                return engine;
            }
        }
    }

    pub(super) fn page(
        &self,
        name: &str,
        path: &SitePath,
        view: &impl Serialize,
    ) -> Result<String, Diagnostic> {
        let mut context = Context::new();
        insert(&mut context, "page", view);
        insert(&mut context, "root", path.to_root().as_str());
        insert(&mut context, "path", path.as_str());
        self.render(name, &context)
    }

    pub(super) fn fragment(
        &self,
        name: &str,
        key: &'static str,
        view: &impl Serialize,
    ) -> Result<String, Diagnostic> {
        let mut context = Context::new();
        insert(&mut context, key, view);
        self.render(name, &context)
    }

    fn render(&self, name: &str, context: &Context) -> Result<String, Diagnostic> {
        self.tera.render(name, context).map_err(|error| {
            let unknown = || Fault::without_line(name, &error);
            self.explain(
                &faults(&error).pop().filter(|f| !f.name.is_empty()).unwrap_or_else(unknown),
            )
        })
    }

    /// A fault with the file that the user knows it by.
    fn explain(&self, fault: &Fault) -> Diagnostic {
        let path = match self.paths.get(&fault.name) {
            Some(path) => path.clone(),
            None => format!("{DEFAULT_FOLDER}{}", fault.name),
        };
        Diagnostic {
            place: Place { path, line: fault.line, column: fault.column },
            severity: Severity::Error,
            message: format!("模板有误：{}", fault.message),
            hint: "请改正这个模板，或删去它以使用自带主题的同名文件。".to_owned(),
        }
    }
}

/// What the engine finds wrong with a template.
struct Fault {
    /// The template; empty if the engine does not say.
    name: String,
    line: Option<u32>,
    column: Option<u32>,
    message: String,
}

impl Fault {
    fn without_line(name: &str, error: &tera::Error) -> Self {
        Self { name: name.to_owned(), line: None, column: None, message: error.to_string() }
    }

    /// Reads `error: MESSAGE`, then ` --> NAME:LINE:COLUMN`, the form in which
    /// the engine gathers names that nothing goes by.
    fn from_report(report: &str) -> Option<Self> {
        let mut lines = report.lines();
        let message = lines.next()?.strip_prefix("error: ")?.to_owned();
        let mut place = lines.next()?.split_once("--> ")?.1.trim().rsplitn(3, ':');
        let column = Some(place.next()?.parse().ok()?);
        let line = Some(place.next()?.parse().ok()?);
        Some(Self { name: place.next()?.to_owned(), line, column, message })
    }
}

/// All that an error of the engine says.
fn faults(error: &tera::Error) -> Vec<Fault> {
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let number = |at: usize| u32::try_from(at).ok();
            vec![Fault {
                name: report.filename().to_owned(),
                line: number(report.span().start_line),
                column: number(report.span().start_col + 1),
                message: report.message().to_owned(),
            }]
        }
        ErrorKind::CircularExtend { tpl, .. } | ErrorKind::CircularInclude { tpl, .. } => {
            vec![Fault::without_line(tpl, error)]
        }
        ErrorKind::MissingParent { current, .. } => vec![Fault::without_line(current, error)],
        ErrorKind::Msg(message) => {
            let reports: Vec<_> = message.split("\n\n").filter_map(Fault::from_report).collect();
            if reports.is_empty() { vec![Fault::without_line("", error)] } else { reports }
        }
        _ => vec![Fault::without_line("", error)],
    }
}

/// Views are plain structs of texts, numbers and lists, which always have a
/// value of the engine.
fn insert<T: Serialize + ?Sized>(context: &mut Context, key: &'static str, view: &T) {
    let value = Value::try_from_serializable(view).expect("views are plain");
    context.insert_value(key, value);
}
