//! Where key files lie, and who may read them.
//!
//! A secret key file is a regular file of ours that nobody else can read; it is
//! made once and never overwritten.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use rustix::fs::OFlags;
use zeroize::Zeroizing;

use super::secret;

/// Bytes of a public key file, or of a passphrase file, at most.
const SMALL_MAX: u64 = 4_096;

/// The flags of `open` that refuse a symbolic link, and do not wait for a pipe.
fn flags() -> i32 {
    (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed()
}

/// Reads a secret key file: a regular file, no symbolic link, ours, closed to all
/// others.
///
/// Errors: what is wrong, in words.
pub(super) fn read_secret(path: &Path) -> Result<Zeroizing<String>, String> {
    let file = OpenOptions::new().read(true).custom_flags(flags()).open(path).map_err(|error| {
        let is_link = path.is_symlink();
        if is_link {
            "是符号链接；请指明文件本身".to_owned()
        } else {
            not_read(&error)
        }
    })?;
    // Of the file that is open, not of what the name may mean by now.
    let facts = file.metadata().map_err(|error| not_read(&error))?;
    if !facts.is_file() {
        return Err("不是普通文件".to_owned());
    }
    if facts.uid() != rustix::process::geteuid().as_raw() {
        return Err("不属于当前用户".to_owned());
    }
    if facts.mode() & 0o077 != 0 {
        return Err("别的用户也能读写；请运行 chmod 600".to_owned());
    }
    read_up_to(file, u64::try_from(secret::BYTES_MAX).expect("a small number"))
}

/// Reads a file that is no secret of ours: a public key.
pub(super) fn read_small(path: &Path) -> Result<Zeroizing<String>, String> {
    let file = File::open(path).map_err(|error| not_read(&error))?;
    read_up_to(file, SMALL_MAX)
}

fn read_up_to(file: File, bytes_max: u64) -> Result<Zeroizing<String>, String> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(8_192));
    file.take(bytes_max + 1).read_to_end(&mut bytes).map_err(|error| not_read(&error))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > bytes_max) {
        return Err(format!("超过 {bytes_max} 字节"));
    }
    match str::from_utf8(&bytes) {
        Ok(text) => Ok(Zeroizing::new(text.to_owned())),
        Err(_) => Err("不是 UTF-8 文本".to_owned()),
    }
}

fn not_read(error: &io::Error) -> String {
    format!("读不了：{error}")
}

/// Makes a file that was not there, readable as `mode` says, durable.
pub(in crate::cli) fn create(path: &Path, mode: u32, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    if let Err(error) = written {
        let _ = std::fs::remove_file(path); // half a key is no key
        return Err(error);
    }
    sync_folder(path)
}

/// Puts a file in the place of another at once, or leaves that as it was.
pub(in crate::cli) fn replace(path: &Path, mode: u32, text: &str) -> io::Result<()> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy();
    let new = path.with_file_name(format!(".{name}.new"));
    match std::fs::remove_file(&new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {} // of a run that did not come to its end
    }
    create(&new, mode, text)?;
    std::fs::rename(&new, path)?;
    sync_folder(path)
}

fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}
