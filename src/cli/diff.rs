//! `diff`: what two states of a notice differ in, and for whom it matters.

use std::path::{Path, PathBuf};

use super::message::{Exit, Talk};
use super::site;
use super::standing::{self, Standing};
use crate::assessment::difference::{What, changes};
use crate::assessment::policy::notice::Notice;
use crate::diagnostic::{Diagnostics, Place};
use crate::project::Project;

/// 比较一份通知的两个文本：哪些规则变了，哪些人的结果会变
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

/// Compares two notices: exit 0 where nothing differs, 1 where something does.
pub(super) fn run(args: &Args, talk: &mut Talk) -> Exit {
    if let Some((what, hint)) = site::missing(&args.site) {
        return talk.could_not(&what, hint);
    }
    let mut problems = Diagnostics::new();
    let compared = Project::read(&args.site, &mut problems).and_then(|project| {
        let old = read(&args.old, &project, &mut problems)?;
        let new = read(&args.new, &project, &mut problems)?;
        let rules = changes(&old, &new, &project.vocabulary);
        let moved = moved(&old, &new);
        let years = new.front.applies_to.clone();
        let mut tried = new.clone();
        if moved {
            // The people of the old notice's years, judged by the new one.
            tried.front.applies_to.clone_from(&old.front.applies_to);
            tried.front.carried_over.clone_from(&old.front.carried_over);
        }
        let before = project.with_notice(old.clone(), &new, &mut problems)?;
        let after = project.with_notice(tried, &old, &mut problems)?;
        let note = moved.then(|| told_years(&old.front.applies_to, &years));
        let before = standing::all(&before, &mut problems);
        let after = standing::all(&after, &mut problems);
        Some((rules, note, before, after))
    });
    let has_errors = problems.has_errors();
    // The two notices were named from here, and not from the site's root.
    let named = [&args.old, &args.new].map(|path| path.display().to_string());
    talk.problems(problems.map_paths(|path| match named.iter().any(|name| name == path) {
        true => path.to_owned(),
        false => site::path_from_here(&args.site, path),
    }));
    let Some((rules, note, before, after)) = compared.filter(|_| !has_errors) else {
        return Exit::CouldNot;
    };
    let is_same = rules.is_empty();
    for change in rules {
        let _ = match change.what {
            What::Added => writeln!(talk.out(), "规则 {} 新增", change.rule),
            What::Removed => writeln!(talk.out(), "规则 {} 删去", change.rule),
            What::Changed { before, after } => {
                let before = before.iter().map(|line| format!("  - {line}\n"));
                let after = after.iter().map(|line| format!("  + {line}\n"));
                let lines: String = before.chain(after).collect();
                write!(talk.out(), "规则 {} 改动\n{lines}", change.rule)
            }
        }; // a reader may have gone away
    }
    if let Some(note) = note {
        let _ = writeln!(talk.out(), "{note}");
    }
    let changed = tell_people(talk, &before, &after);
    let _ = writeln!(talk.out(), "结果改变的认定 {changed} 项，共 {} 项", after.len());
    if is_same && changed == 0 { Exit::Good } else { Exit::NotGood }
}

/// Whether the new notice is for other years than the old one.
fn moved(old: &Notice, new: &Notice) -> bool {
    !old.front.applies_to.iter().any(|year| new.front.applies_to.contains(year))
}

fn told_years(old: &[u16], new: &[u16]) -> String {
    let list = |years: &[u16]| years.iter().map(ToString::to_string).collect::<Vec<_>>().join("、");
    let (old, new) = (list(old), list(new));
    format!(
        "两份通知适用的年度不同（{old}，{new}）：{old} 年度的认定仍依原通知，不会改变；以下是把新通知用于 {old} 年度的试算"
    )
}

/// Tells each determination that comes out differently.
fn tell_people(talk: &mut Talk, before: &[Standing], after: &[Standing]) -> usize {
    let key = |it: &Standing| (it.person.clone(), it.purpose.clone(), it.year);
    let mut changed = 0;
    for new in after {
        let old = before.iter().find(|old| key(old) == key(new));
        let was = old.map_or("没有认定", |old| old.result.as_str());
        if was != new.result {
            changed += 1;
            let Standing { person, purpose, year, result, .. } = new;
            let _ = writeln!(talk.out(), "{person} {purpose} {year}：{was} → {result}");
        }
    }
    let gone = before.iter().filter(|old| !after.iter().any(|new| key(new) == key(old)));
    for old in gone {
        changed += 1;
        let Standing { person, purpose, year, result, .. } = old;
        let _ = writeln!(talk.out(), "{person} {purpose} {year}：{result} → 没有认定");
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
