//! `diff`: what two states of a notice differ in, and for whom it matters.

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};

use super::message::{Exit, Talk};
use super::site;
use super::standing::{self, Standing};
use crate::assessment::class;
use crate::assessment::difference::{Change, What, changes};
use crate::assessment::policy::front::Front;
use crate::assessment::policy::notice::Notice;
use crate::diagnostic::{Diagnostics, Place};
use crate::project::Project;

/// 比较一份通知的两个文本：哪些规则变了，哪些人、哪些培训班的结果会变
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// 原来的通知
    #[arg(value_name = "OLD-NOTICE")]
    old: PathBuf,
    /// 新的通知
    #[arg(value_name = "NEW-NOTICE")]
    new: PathBuf,
    /// 站点的根目录；学习档案和其他通知取自这里
    #[arg(long, value_name = "DIR", default_value = ".")]
    site: PathBuf,
}

/// Two states of a project, and what differs between their notices.
struct Compared {
    changes: Vec<Change>,
    /// That the new notice is tried on years that it is not for.
    note: Option<String>,
    people: [Vec<Standing>; 2],
    classes: [Vec<class::Trace>; 2],
}

/// Compares two notices: exit 0 where nothing differs, 1 where something does.
pub(super) fn run(args: &Args, talk: &mut Talk) -> Exit {
    if let Some((what, hint)) = site::missing(&args.site) {
        return talk.could_not(&what, hint);
    }
    let mut problems = Diagnostics::new();
    let compared = Project::read(&args.site, &mut problems).and_then(|project| {
        let old = read(&args.old, &project, &mut problems)?;
        let new = read(&args.new, &project, &mut problems)?;
        let replaces = new.front.replaces.iter().any(|it| it.value == old.path);
        match not_comparable(&project, &old, &new).filter(|_| !replaces) {
            Some(why) => Some(Err(why)),
            None => compare(&project, &old, &new, &mut problems).map(Ok),
        }
    });
    let has_errors = problems.has_errors();
    // The two notices were named from here, and not from the site's root. What does not
    // stop publication is for `check` to tell.
    let named = [&args.old, &args.new].map(|path| path.display().to_string());
    talk.problems(problems.errors().map_paths(
        |path| match named.iter().any(|name| name == path) {
            true => path.to_owned(),
            false => site::path_from_here(&args.site, path),
        },
    ));
    let compared = match compared.filter(|_| !has_errors) {
        Some(Ok(compared)) => compared,
        Some(Err((what, hint))) => return talk.could_not(&what, hint),
        None => return Exit::CouldNot,
    };
    if tell(talk, &compared) == 0 { Exit::Good } else { Exit::NotGood }
}

/// Why two notices are not two states of one, if they are not.
fn not_comparable(project: &Project, old: &Notice, new: &Notice) -> Option<(String, &'static str)> {
    let (old, new) = (&old.front, &new.front);
    let (first, last) = (old.applies_to.iter().min(), new.applies_to.iter().max());
    if last.is_some() && first > last {
        let (old, new) = (list(&old.applies_to), list(&new.applies_to));
        let what = format!("前一份通知适用 {old} 年度，后一份适用 {new} 年度：次序反了");
        return Some((what, "先写原来的通知，后写新的通知"));
    }
    let is_of_site =
        |front: &Front| project.notices.iter().any(|it| it.front.namespace == front.namespace);
    let is_together = old.applies_to.iter().any(|year| new.applies_to.contains(year));
    if old.namespace != new.namespace && is_together && is_of_site(old) && is_of_site(new) {
        let what = format!(
            "“{}”和“{}”是同一年度并用的两份通知，不是一份通知的两个文本",
            old.namespace, new.namespace
        );
        return Some((what, "把修改以后的文本另存一个文件，与原来的通知比较"));
    }
    None
}

/// Judges everybody by either notice.
fn compare(
    project: &Project,
    old: &Notice,
    new: &Notice,
    problems: &mut Diagnostics,
) -> Option<Compared> {
    let (before, after) = (&old.front.applies_to, &new.front.applies_to);
    let moved = !before.iter().any(|year| after.contains(year));
    let mut tried = new.clone();
    let mut kept = None;
    if moved {
        // The people of the old notice's years, judged by the new one; years that the
        // old one is carried over to stay with it.
        tried.front.applies_to.clone_from(before);
        tried.front.carried_over.clear();
        let mut rest = old.clone();
        rest.front.applies_to.clear();
        kept = Some(rest).filter(|it| !it.front.carried_over.is_empty());
    }
    let note = moved.then(|| told_years(before, after));
    let replaced = [old, new].map(|it| it.front.namespace.as_str());
    let before = project.with_notices(vec![old.clone()], &replaced, problems)?;
    let tried = std::iter::once(tried).chain(kept).collect();
    let after = project.with_notices(tried, &replaced, problems)?;
    let classes = |project: &Project| {
        let classes = project.classes.iter();
        classes.map(|it| class::trace(&project.policies, it, None)).collect()
    };
    Some(Compared {
        changes: changes(old, new, &project.vocabulary),
        note,
        classes: [classes(&before), classes(&after)],
        people: [standing::all(&before, problems), standing::all(&after, problems)],
    })
}

/// Tells what differs; how much that is.
fn tell(talk: &mut Talk, compared: &Compared) -> usize {
    let Compared { changes, note, people: [before, after], classes } = compared;
    for Change { subject, what } in changes {
        let _ = match what {
            What::Added => writeln!(talk.out(), "{subject} 新增"),
            What::Removed => writeln!(talk.out(), "{subject} 删去"),
            What::Changed { before, after } => {
                let before = before.iter().map(|line| format!("  - {line}\n"));
                let after = after.iter().map(|line| format!("  + {line}\n"));
                let lines: String = before.chain(after).collect();
                write!(talk.out(), "{subject} 改动\n{lines}")
            }
        }; // a reader may have gone away
    }
    if let Some(note) = note {
        let _ = writeln!(talk.out(), "{note}");
    }
    let moved = tell_people(talk, before, after);
    let _ = writeln!(talk.out(), "结果改变的认定 {moved} 项，共 {} 项", after.len());
    let [before, after] = classes;
    let others = tell_classes(talk, before, after);
    if !after.is_empty() {
        let _ = writeln!(talk.out(), "结果改变的培训班 {others} 个，共 {} 个", after.len());
    }
    changes.len() + moved + others
}

fn list(years: &[u16]) -> String {
    years.iter().map(ToString::to_string).collect::<Vec<_>>().join("、")
}

fn told_years(old: &[u16], new: &[u16]) -> String {
    let (old, new) = (list(old), list(new));
    format!(
        "两份通知适用的年度不同（{old}，{new}）：{old} 年度的认定仍依原通知，不会改变；以下是把新通知用于 {old} 年度的试算，原通知沿用的年度仍依原通知"
    )
}

/// Tells each determination that comes out differently.
fn tell_people(talk: &mut Talk, before: &[Standing], after: &[Standing]) -> usize {
    type Key<'a> = (&'a str, &'a str, u16);
    fn key(it: &Standing) -> Key<'_> {
        (&it.person, &it.purpose, it.year)
    }
    let mut old: BTreeMap<Key<'_>, VecDeque<&str>> = BTreeMap::new();
    for standing in before {
        old.entry(key(standing)).or_default().push_back(&standing.result);
    }
    let mut changed = 0;
    for new in after {
        let was = old.get_mut(&key(new)).and_then(VecDeque::pop_front).unwrap_or("没有认定");
        if was != new.result {
            changed += 1;
            let Standing { person, purpose, year, result, .. } = new;
            let _ = writeln!(talk.out(), "{person} {purpose} {year}：{was} → {result}");
        }
    }
    for ((person, purpose, year), gone) in old {
        for result in gone {
            changed += 1;
            let _ = writeln!(talk.out(), "{person} {purpose} {year}：{result} → 没有认定");
        }
    }
    changed
}

/// Tells each class that rules say something else of: the same classes, in order.
fn tell_classes(talk: &mut Talk, before: &[class::Trace], after: &[class::Trace]) -> usize {
    let words = |trace: &class::Trace| {
        let steps = trace.steps.iter().map(|step| format!("{} {}", step.output, step.result));
        let words: Vec<_> = steps.collect();
        if words.is_empty() { "没有认定".to_owned() } else { words.join("，") }
    };
    let mut changed = 0;
    for (old, new) in before.iter().zip(after) {
        let (was, is) = (words(old), words(new));
        if was != is {
            changed += 1;
            let _ = writeln!(talk.out(), "{}：{was} → {is}", new.class);
        }
    }
    changed
}

fn read(path: &Path, project: &Project, problems: &mut Diagnostics) -> Option<Notice> {
    let name = path.display().to_string();
    match std::fs::read(path).map(String::from_utf8) {
        Ok(Ok(text)) => Notice::parse(&name, &text, Some(&project.vocabulary), problems),
        Ok(Err(_)) => {
            problems.error(Place::file(name), "不是 UTF-8 文字", "用编辑器另存为 UTF-8");
            None
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            problems.error(Place::file(name), "没有这个文件", "核对路径");
            None
        }
        Err(error) => {
            problems.error(Place::file(name), format!("读不了：{error}"), "检查文件的权限");
            None
        }
    }
}
