//! The door in: `content/`, `themes/` and `keys/` into memory.
//!
//! Everything that is few is read at once: settings, notices, vocabulary,
//! decisions, training classes, documents, the site's own theme. Learners are many
//! and are handed out one at a time by [`Learners`].

#![expect(clippy::disallowed_methods, reason = "a door: it reads the project's files")]

mod document;
mod learners;
mod settings;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use walkdir::WalkDir;

pub use document::Document;
pub use learners::{Learner, Learners, NotRead};
pub use settings::{Contact, Settings};

use crate::assessment::application::check_days;
use crate::assessment::class::{self, Classes, MAX_CLASSES};
use crate::assessment::collection::Needed;
use crate::assessment::example;
use crate::assessment::policy::decision::{self, Decision};
use crate::assessment::policy::force;
use crate::assessment::policy::notice::Notice;
use crate::assessment::policy::vocabulary::{self, Vocabulary};
use crate::assessment::policy::{Basis, Policy, Source, Sources};
use crate::assessment::printing::check_audits;
use crate::assessment::record::{self, Record};
use crate::assessment::{as_draft, policies};
use crate::diagnostic::{Diagnostics, Place};
use crate::site::ThemeFile;

/// Bytes of a file that is read whole, at most.
const MAX_FILE: u64 = 16 << 20;
/// Files of a folder, at most.
const MAX_FILES: usize = 2_000_000;

/// A site's project, read and checked as far as it is few.
#[derive(Debug)]
pub struct Project {
    root: PathBuf,
    /// What the site is called and who issues its cards.
    pub settings: Settings,
    /// Notices, in the order of their paths.
    pub notices: Vec<Notice>,
    /// Policies by learning year.
    pub policies: BTreeMap<u16, Policy>,
    /// The vocabulary of rules and records.
    pub vocabulary: Arc<Vocabulary>,
    /// The facts that learners' files may carry.
    pub needed: Needed,
    /// The office's decisions, by id.
    pub decisions: BTreeMap<String, Decision>,
    /// The training classes that bases have handed in.
    pub classes: Classes,
    /// Other pages: about, the specification of the formats.
    pub documents: Vec<Document>,
    /// Files of the site's own theme.
    pub theme: Vec<ThemeFile>,
}

impl Project {
    /// Reads the project at this root; `None` if an error keeps it from being
    /// used. All problems of all files are told.
    pub fn read(root: &Path, problems: &mut Diagnostics) -> Option<Self> {
        let mut unread = BTreeSet::new();
        let mut reader = Reader { root, problems };
        let settings = reader.settings();
        let vocabulary = reader.noting(Source::Notices, &mut unread, |reader| {
            let path = "content/vocabulary.toml";
            let text = reader.text(path, "写明规则所用的词；init 命令会放一份");
            text.and_then(|text| vocabulary::parse(path, &text, reader.problems))
        });
        // What is wrong with the words would be told again wherever they are used.
        let vocabulary = vocabulary.filter(|_| !unread.contains(&Source::Notices));
        let decisions = reader.noting(Source::Decisions, &mut unread, |reader| {
            let path = "content/decisions.toml";
            let text = reader.optional_text(path);
            text.map(|text| decision::parse(path, &text, reader.problems))
        });
        let notices = reader.notices(vocabulary.as_ref(), &mut unread);
        let documents = reader.documents();
        let theme = settings.as_ref().map(|it| reader.theme(it.theme.as_deref()));
        let classes = vocabulary.as_ref().map(|it| reader.classes(it));
        let sources = Sources {
            notices,
            vocabulary: Arc::new(vocabulary?),
            decisions: decisions.unwrap_or_default(),
            region: settings.as_ref().map(|it| it.region.clone()).unwrap_or_default(),
            unread,
        };
        // Its problems are told even if the settings have some.
        let mut of_rules = Diagnostics::new();
        let policies = policies(&sources, &mut of_rules);
        let are_sound = sources.are_whole() && !of_rules.has_errors();
        problems.append(of_rules);
        // Examples of rules that are wrong would only say so again.
        if are_sound {
            for notice in &sources.notices {
                let failures = example::run(&policies, notice, problems);
                example::tell(notice, failures, problems);
            }
        } else {
            example::tell_not_run(&sources.notices, problems);
        }
        let classes = classes.unwrap_or_default();
        if are_sound {
            // A rule that could not be read may ask about anything.
            classes.check_collection(&policies, problems);
        }
        let Some(settings) = settings.filter(|_| !problems.has_errors()) else {
            // Whoever mends a notice hears in the same run of learners' files.
            Reader { root, problems }.check_learners(&sources.vocabulary);
            return None;
        };
        Some(Self {
            root: root.to_owned(),
            settings,
            notices: sources.notices,
            needed: Needed::of(&policies),
            policies,
            vocabulary: sources.vocabulary,
            decisions: sources.decisions,
            classes,
            documents,
            theme: theme.unwrap_or_default(),
        })
    }

    /// The same project with these notices in place of those of some namespaces, or
    /// beside the others if none has them.
    pub fn with_notices(
        &self,
        given: Vec<Notice>,
        in_place_of: &[&str],
        problems: &mut Diagnostics,
    ) -> Option<Self> {
        let mut notices = self.notices.clone();
        notices.retain(|other| !in_place_of.contains(&other.front.namespace.as_str()));
        notices.extend(given.into_iter().map(as_draft));
        let sources = Sources {
            notices,
            vocabulary: Arc::clone(&self.vocabulary),
            decisions: self.decisions.clone(),
            region: self.settings.region.clone(),
            unread: BTreeSet::new(),
        };
        let policies = policies(&sources, problems);
        let Sources { notices, vocabulary, decisions, .. } = sources;
        (!problems.has_errors()).then(|| Self {
            root: self.root.clone(),
            settings: self.settings.clone(),
            notices,
            needed: Needed::of(&policies),
            policies,
            vocabulary,
            decisions,
            classes: self.classes.clone(),
            documents: self.documents.clone(),
            theme: self.theme.clone(),
        })
    }

    /// Reads the settings alone: all that a verifier needs of a site.
    pub fn read_settings(root: &Path, problems: &mut Diagnostics) -> Option<Settings> {
        Reader { root, problems }.settings()
    }

    /// Where the project stands.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Tells what of a record goes against the site's rules and classes: facts that no
    /// rule can use, classes without the person, days that are not of their year.
    pub fn check_record(&self, record: &Record, place: &Place, problems: &mut Diagnostics) {
        if let Some(policy) = self.policies.values().next_back() {
            self.needed.check(record, policy, problems);
        }
        self.classes.check_attended(record, problems);
        check_days(&self.policies, record, place, problems);
        check_audits(&self.policies, record, place, problems);
    }

    /// The policies of the years that cards are issued for: those that a notice was
    /// written for. Years that a notice is only carried over to serve later
    /// applications, not new cards.
    pub fn card_policies(&self) -> impl Iterator<Item = &Policy> {
        self.policies.values().filter(|policy| policy.basis == Basis::Written)
    }

    /// The learners, one at a time, in the order of their files' paths and lines.
    pub fn learners(&self, problems: &mut Diagnostics) -> Learners {
        let learners = Reader { root: &self.root, problems }.json("content/learners", "学习档案");
        Learners::new(self.root.clone(), learners)
    }
}

struct Reader<'a> {
    root: &'a Path,
    problems: &'a mut Diagnostics,
}

impl Reader<'_> {
    /// Reads something, and notes its source as not read whole if it tells an error.
    fn noting<T>(
        &mut self,
        source: Source,
        unread: &mut BTreeSet<Source>,
        read: impl FnOnce(&mut Reader<'_>) -> T,
    ) -> T {
        let mut problems = Diagnostics::new();
        let value = read(&mut Reader { root: self.root, problems: &mut problems });
        if problems.has_errors() {
            unread.insert(source);
        }
        self.problems.append(problems);
        value
    }

    fn settings(&mut self) -> Option<Settings> {
        let path = "content/site.toml";
        let text = self.text(path, "在站点的根目录运行，或用 --site 指明；新站点用 init 建立")?;
        settings::parse(path, &text, self.problems)
    }

    fn notices(
        &mut self,
        vocabulary: Option<&Vocabulary>,
        unread: &mut BTreeSet<Source>,
    ) -> Vec<Notice> {
        let mut notices: Vec<Notice> = Vec::new();
        let mut paths = self.files("content/notices");
        paths.retain(|path| path.ends_with(".md"));
        for path in &paths {
            let text = self.text(path, "");
            let notice =
                text.and_then(|text| Notice::parse(path, &text, vocabulary, self.problems));
            if notice.is_none() {
                unread.insert(Source::Notices);
            }
            notices.extend(notice);
        }
        if unread.is_empty() {
            force::check(&notices, self.problems);
        }
        for (at, notice) in notices.iter().enumerate() {
            let folder = notice.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let front = &notice.front;
            for name in front.attached_to.iter().chain(&front.attachments) {
                let path = format!("{folder}/{name}");
                if !paths.contains(&path) {
                    self.problems.error(
                        Place::line(&notice.path, 1),
                        format!(
                            "“附于”或“附件”所指的文件不存在：{}",
                            name.chars().take(40).collect::<String>()
                        ),
                        "写同一文件夹里另一份通知的文件名",
                    );
                }
            }
            let same = |other: &&Notice| other.front.namespace == front.namespace;
            if let Some(other) = notices[..at].iter().find(same) {
                self.problems.error(
                    Place::line(&notice.path, 1),
                    format!("命名空间“{}”已用于 {}", front.namespace, other.path),
                    "每份通知用不同的“命名空间”",
                );
            }
        }
        notices
    }

    /// The JSON files below a folder; others are told.
    fn json(&mut self, folder: &str, what: &str) -> Vec<String> {
        let is_json = |name: &String| name.ends_with(".json") || name.ends_with(".ndjson");
        let (json, others): (Vec<_>, Vec<_>) = self.files(folder).into_iter().partition(is_json);
        for name in others {
            let hint = format!("{what}只读 .json 和 .ndjson；请改名或移走");
            self.problems.warning(Place::file(name), "没有读这个文件", hint);
        }
        json
    }

    fn classes(&mut self, vocabulary: &Vocabulary) -> Classes {
        let mut classes = Classes::default();
        let files = self.json("content/classes", "培训班材料");
        for Learner { path, line, text } in Learners::new(self.root.to_owned(), files) {
            match text {
                Ok(text) => {
                    let class = class::parse(&path, line, &text, vocabulary, self.problems);
                    class.into_iter().for_each(|class| classes.add(class, self.problems));
                }
                Err(NotRead { message, hint }) => {
                    self.problems.error(Place::line(&*path, line), message, hint);
                }
            }
            if classes.iter().len() == MAX_CLASSES {
                let message = format!("培训班超过 {MAX_CLASSES} 个");
                self.problems.error(Place::file("content/classes"), message, "移走往年的培训班");
                break;
            }
        }
        classes
    }

    /// Tells what is wrong with learners' files without rules to judge them by.
    fn check_learners(&mut self, vocabulary: &Vocabulary) {
        let files = self.json("content/learners", "学习档案");
        for Learner { path, line, text } in Learners::new(self.root.to_owned(), files) {
            match text {
                Ok(text) => {
                    record::parse(&path, line, &text, vocabulary, self.problems);
                }
                Err(NotRead { message, hint }) => {
                    self.problems.error(Place::line(&*path, line), message, hint);
                }
            }
        }
    }

    fn documents(&mut self) -> Vec<Document> {
        let mut paths = vec!["content/about.md".to_owned()];
        paths.retain(|path| self.root.join(path).exists());
        paths.extend(self.files("content/spec").into_iter().filter(|path| path.ends_with(".md")));
        let mut documents = Vec::new();
        for path in paths {
            let Some(text) = self.text(&path, "") else { continue };
            documents.extend(document::parse(&path, &text, self.problems));
        }
        documents
    }

    fn theme(&mut self, name: Option<&str>) -> Vec<ThemeFile> {
        let Some(name) = name else { return Vec::new() };
        let folder = format!("themes/{name}");
        if !self.root.join(&folder).is_dir() {
            self.problems.error(
                Place::file("content/site.toml"),
                format!("没有主题文件夹 {folder}"),
                "改正 theme，或删去它而用内置主题",
            );
            return Vec::new();
        }
        let mut files = Vec::new();
        for path in self.files(&folder) {
            if let Some(bytes) = self.bytes(&path, "") {
                let name = path[folder.len() + 1..].to_owned();
                files.push(ThemeFile { path, name, bytes });
            }
        }
        files
    }

    /// The files below a folder, as paths from the root with `/`, in the order of
    /// their names; hidden ones are passed over. A folder that is not there has
    /// none.
    fn files(&mut self, folder: &str) -> Vec<String> {
        let start = self.root.join(folder);
        if !start.exists() {
            return Vec::new();
        }
        let is_shown = |entry: &walkdir::DirEntry| {
            entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.')
        };
        let walk = WalkDir::new(&start).max_depth(16).sort_by_file_name().into_iter();
        let mut files = Vec::new();
        for entry in walk.filter_entry(is_shown) {
            match entry {
                Ok(entry) if entry.file_type().is_file() => {
                    files.extend(self.name_of(entry.path()))
                }
                Ok(_) => {}
                Err(error) => {
                    let path = error.path().and_then(|path| self.name_of(path));
                    let place = Place::file(path.unwrap_or_else(|| folder.to_owned()));
                    self.problems.error(place, format!("读不了：{error}"), "检查文件的权限");
                }
            }
            if files.len() > MAX_FILES {
                let message = format!("文件超过 {MAX_FILES} 个");
                self.problems.error(Place::file(folder), message, "合并为 .ndjson 文件");
                break;
            }
        }
        files
    }

    fn name_of(&mut self, path: &Path) -> Option<String> {
        let inner = path.strip_prefix(self.root).ok()?;
        let parts: Option<Vec<_>> = inner.iter().map(|part| part.to_str()).collect();
        if parts.is_none() {
            let place = Place::file(inner.to_string_lossy().into_owned());
            self.problems.error(place, "文件名不是 UTF-8", "改用 UTF-8 文件名");
        }
        Some(parts?.join("/"))
    }

    fn bytes(&mut self, path: &str, hint: &str) -> Option<Vec<u8>> {
        match read_bounded(&self.root.join(path)) {
            Ok(bytes) => Some(bytes),
            Err(NotRead { message, hint: own }) => {
                let hint = if hint.is_empty() { own } else { hint.to_owned() };
                self.problems.error(Place::file(path), message, hint);
                None
            }
        }
    }

    fn text(&mut self, path: &str, hint: &str) -> Option<String> {
        let bytes = self.bytes(path, hint)?;
        match utf8(bytes) {
            Ok(text) => Some(text),
            Err(line) => {
                let place = Place::line(path, line);
                self.problems.error(place, "这一行不是 UTF-8 文字", NOT_UTF8_HINT);
                None
            }
        }
    }

    fn optional_text(&mut self, path: &str) -> Option<String> {
        if self.root.join(path).exists() { self.text(path, "") } else { None }
    }
}

const NOT_UTF8_HINT: &str = "用编辑器另存为 UTF-8（不是 GBK）";

/// The text of a file; a byte order mark is dropped. The error is the line of
/// the first byte that is not UTF-8.
fn utf8(bytes: Vec<u8>) -> Result<String, u32> {
    match String::from_utf8(bytes) {
        Ok(text) => match text.strip_prefix('\u{FEFF}') {
            Some(rest) => Ok(rest.to_owned()),
            None => Ok(text),
        },
        Err(error) => {
            let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let lines = good.iter().filter(|byte| **byte == b'\n').count();
            Err(u32::try_from(lines + 1).unwrap_or(u32::MAX))
        }
    }
}

/// Reads a regular file of bounded size.
fn read_bounded(path: &Path) -> Result<Vec<u8>, NotRead> {
    let not_read = |error: std::io::Error| NotRead::of(&error);
    let metadata = std::fs::metadata(path).map_err(not_read)?;
    if metadata.len() > MAX_FILE {
        return Err(NotRead {
            message: format!("文件过大：{} 字节，上限 {MAX_FILE}", metadata.len()),
            hint: "拆成几个文件".to_owned(),
        });
    }
    std::fs::read(path).map_err(not_read)
}
