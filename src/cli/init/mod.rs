//! `init`: a new, empty site that builds.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::message::{Exit, Talk};

/// 建立一个新站点
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// 新站点的目录；不能已有文件
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// The files of a new site. Its vocabulary is that of the sample site; the rest
/// is to be filled in.
const FILES: &[(&str, &str)] = &[
    (".gitignore", include_str!("gitignore")),
    ("content/about.md", include_str!("about.md")),
    ("content/decisions.toml", include_str!("decisions.toml")),
    ("content/learners/.gitkeep", ""),
    ("content/notices/.gitkeep", ""),
    ("content/site.toml", include_str!("site.toml")),
    ("content/vocabulary.toml", include_str!("../../../content/vocabulary.toml")),
];

/// Lays out the site.
pub(super) fn run(args: &Args, talk: &mut Talk) -> Exit {
    let folder = args.folder.display();
    match lay_out(&args.folder) {
        Ok(()) => {
            let _ = write!(
                talk.out(),
                "新站点在 {folder}\n\
                 1. 改 {folder}/content/site.toml：网站的名称、地址和签发机构\n\
                 2. 通知放进 content/notices/<年>/，学习档案放进 content/learners/\n\
                 3. 在 {folder} 中运行 shenyan check，再运行 shenyan build\n"
            ); // a reader may have gone away
            Exit::Good
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            talk.could_not(&format!("{folder} 中已有文件"), "换一个空目录")
        }
        Err(error) => talk.could_not(&format!("建不了 {folder}：{error}"), "检查路径和权限"),
    }
}

fn lay_out(folder: &Path) -> io::Result<()> {
    if folder.exists() && std::fs::read_dir(folder)?.next().is_some() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    for (name, text) in FILES {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::File::create_new(path)?.write_all(text.as_bytes())?;
    }
    Ok(())
}
