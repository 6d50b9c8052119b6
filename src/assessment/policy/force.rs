//! Which notices lend their rules to which years: 效力 and 替代.
//!
//! A notice that is no longer in force, or that another replaces, stays published with
//! its text and its rules. It lends no rule to a year that it has lost.

use super::notice::Notice;
use super::text::clip;
use crate::assessment::policy::front::Standing;
use crate::diagnostic::{Diagnostics, Place};

/// Whether a notice lends its rules to a year: it is for that year, in force, and
/// nothing that is for that year too replaces it. That what replaces it is no longer in
/// force itself brings nothing back.
pub fn lends(notices: &[Notice], notice: &Notice, year: u16) -> bool {
    notice.front.standing == Standing::InForce
        && notice.front.years().any(|own| own == year)
        && !replacing(notices, notice).any(|it| it.front.years().any(|other| other == year))
}

/// Whether a notice lends its rules to any year.
pub fn lends_any(notices: &[Notice], notice: &Notice) -> bool {
    notice.front.years().any(|year| lends(notices, notice, year))
}

/// The notices that replace a notice.
pub fn replacing<'n>(
    notices: &'n [Notice],
    notice: &Notice,
) -> impl Iterator<Item = &'n Notice> + use<'n> {
    let path = notice.path.clone();
    notices.iter().filter(move |other| {
        other.path != path && other.front.replaces.iter().any(|it| it.value == path)
    })
}

/// Tells what 替代 cannot mean: files that are not there, the notice itself, a later
/// one, two that replace each other.
pub fn check(notices: &[Notice], problems: &mut Diagnostics) {
    for notice in notices {
        for named in &notice.front.replaces {
            let place = || Place::line(&notice.path, named.line);
            let name = clip(named.value.trim_start_matches("content/notices/"), 40);
            let Some(other) = notices.iter().find(|other| other.path == named.value) else {
                problems.error(
                    place(),
                    format!("“替代”所指的文件不存在：{name}"),
                    "写同一文件夹里通知的文件名；在别的文件夹里的，写 年/文件名，如 2022/nmg.md",
                );
                continue;
            };
            if other.path == notice.path {
                problems.error(place(), "通知替代它自己", "写它所替代的那一份通知");
            } else if other.front.replaces.iter().any(|it| it.value == notice.path) {
                if notice.path < other.path {
                    let message = format!("本通知与 {name} 互相替代");
                    problems.error(place(), message, "删去被替代的那一份中的“替代”");
                }
            } else if let (Some(own), Some(others)) = (notice.front.written, other.front.written)
                && own < others
            {
                let message = format!("“替代”的 {name} 成文于 {others}，晚于本通知（{own}）");
                problems.error(place(), message, "核对成文日期；后成文的替代先成文的");
            }
        }
    }
}
