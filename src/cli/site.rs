//! The site that a command works on: whether there is one, and what its files are
//! called from where the user is.

use std::path::Path;

use crate::diagnostic::Diagnostics;

/// What is wrong with a root that holds no site, in words, and what to do.
pub(super) fn missing(root: &Path) -> Option<(String, &'static str)> {
    let settings = root.join("content/site.toml");
    if settings.symlink_metadata().is_ok() {
        return None;
    }
    let what = match root.is_dir() {
        true => format!("{} 不是站点：没有 {}", root.display(), settings.display()),
        false => format!("没有文件夹 {}", root.display()),
    };
    Some((what, "在站点的根目录运行，或用 --site 指明；新站点用 init 建立"))
}

/// Problems of a site's files, with paths that the user can open.
pub(super) fn from_here(root: &Path, problems: Diagnostics) -> Diagnostics {
    problems.map_paths(|path| path_from_here(root, path))
}

/// The path of a site's file from where the user is.
pub(super) fn path_from_here(root: &Path, path: &str) -> String {
    if root == Path::new(".") { path.to_owned() } else { root.join(path).display().to_string() }
}
